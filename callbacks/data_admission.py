"""`admit`, before the trainer tokenises, and the callback that refuses a trainer whose data did not go through it."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from torch.utils.data import IterableDataset
from transformers import Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from finewarden.callbacks.admitted_texts import STRANGE, AdmittedTexts
from finewarden.callbacks.evidence import record
from finewarden.callbacks.refusal import GuardRefusal, Problem
from finewarden.callbacks.trainer_of import trainer_of
from finewarden.evidence import admission_book, canary_book
from finewarden.evidence.admission_book import ADMISSION_BOOK, AdmissionBook, AdmissionBookError
from finewarden.evidence.canary_book import CANARY_BOOK, CanaryBookError
from finewarden.evidence.directory import evidence_dir as evidence_of
from finewarden.evidence.planted_rows import PlantedRows
from finewarden.personal_data.places import texts_of
from finewarden.policy import Policy
from finewarden.release.finalize import resolve_policy

__all__ = ["AdmissionError", "DataAdmissionCallback", "admit"]

Data = TypeVar("Data")

_MARK = "finewarden.admission"
_AGAIN = "finewarden admit train.jsonl --evidence-dir"
_CALL = 'write dataset = admit(dataset, output_dir="out") before the trainer is made'
_NAMED = 5
_MOST_ROWS = 200_000
# What TRL and transformers call the token ids that are trained on: of a text, a prompt and its completion, preferences.
_TOKENS = frozenset({"input_ids"}) | {
    f"{of}_{what}"
    for of in ("prompt", "completion", "KL_completion", "chosen", "rejected")
    for what in ("ids", "input_ids")
}


class AdmissionError(ValueError):
    """Data that was not admitted: rows by number, never by content, and what to do."""


def admit(
    dataset: Data,
    *,
    output_dir: Path | str | None = None,
    evidence_dir: Path | str | None = None,
    policy: Policy | Path | str | None = None,
) -> Data:
    """*dataset*, when each of its rows was admitted by a passing scan, or is a planted canary.

    Call it last, after `hold_out` and `plant_canaries` and before the trainer is made, which leaves of rows nothing but
    token ids. Rows are compared whole: columns are dropped or renamed after it, not before. Rows that were added to
    what it returns (`concatenate_datasets`, `interleave_datasets`) make a data set that was not admitted.

    Args:
        dataset: a `datasets.Dataset` or a list of records.
        output_dir: the trainer's; its evidence lies in ``<output_dir>.evidence``, where `finewarden admit` wrote.
        evidence_dir: that folder itself; one of the two is given.
        policy: whose limits must be those that the rows were admitted under; default: the nearest policy.

    Raises:
        AdmissionError: rows are not admitted, there is no admission, or it is of other limits.
        PolicyError: the policy can't be read.
        TypeError: the data set is of another kind, such as a stream.
    """
    if (output_dir is None) is (evidence_dir is None):
        raise AdmissionError('give output_dir="out", the trainer\'s, or evidence_dir="out.evidence"')
    if not (isinstance(dataset, list) or hasattr(dataset, "column_names")):
        kind = _unreadable(dataset) or type(dataset).__name__
        raise TypeError(f"dataset: got {kind}, allowed: datasets.Dataset or a list of records; load all of it first")
    folder = Path(evidence_dir) if evidence_dir is not None else evidence_of(Path(str(output_dir)))
    book, problem = _book(folder)
    if book is None:
        raise AdmissionError(problem)
    rules = resolve_policy(policy).training_data
    if other := book.head.other_limits(rules.limits, rules.languages, own=rules.recognizers):
        raise AdmissionError(f"{folder.name}/{ADMISSION_BOOK} is of other limits ({other}); {_AGAIN} {folder.name}")
    rows = _Rows(folder, book)
    strangers = [number for number, row in enumerate(_rows_of(dataset)) if row not in rows]
    if strangers:
        raise AdmissionError(f"{_told(strangers)} not admitted{_why(dataset, book)}")
    if isinstance(dataset, list):
        return dataset
    marked = copy.deepcopy(dataset)
    # A field that every transformation of a data set keeps, and that joining it with another one drops.
    marked.info.download_checksums = {  # type: ignore[attr-defined]
        **(marked.info.download_checksums or {}),  # type: ignore[attr-defined]
        _MARK: {"book": book.sha256, "rows": len(marked)},  # type: ignore[arg-type]
    }
    return marked


class DataAdmissionCallback(TrainerCallback):
    """Enforcer: what is trained on came out of `admit`, or training does not begin.

    Where the trainer still has rows, each is looked up again. Where it has token ids alone, they must come from what
    `admit` returned, through whatever `map`, `filter`, `select` and packing; and, given *dataset*, whose rows are
    looked up again, decode to nothing but its texts and what a template puts around them. What can't be seen then:
    changes and additions below 64 characters, and what stands alike in at least 2 % of the rows, as a template's words
    do. `eval_dataset` is not looked at, because nothing is learnt from it.

    Args:
        dataset: as `admit` returned it, before any `map` (rows may be selected and shuffled); without it token ids are
            believed by where they come from, and their number.

    Raises:
        TypeError: *dataset* is nothing that `admit` returns.
        GuardRefusal: at train begin, with all problems at once.
    """

    def __init__(self, dataset: Any = None) -> None:
        if dataset is not None and not isinstance(dataset, list) and _mark(dataset) is None:
            raise TypeError(f"dataset: got {type(dataset).__name__}, allowed: what admit returned; {_CALL}")
        self.dataset = dataset

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        name = type(self).__name__
        problems, detail = self.look(trainer_of(self))
        if problems:
            record(args, state, name, "refused", problems=[each.what for each in problems])
            raise GuardRefusal(name, problems)
        record(args, state, name, "admitted", **detail)

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        record(args, state, type(self).__name__, "trained", steps=state.global_step)

    def look(self, trainer: Trainer) -> tuple[list[Problem], dict[str, Any]]:
        """What is wrong with the data of *trainer*, and what a run log says of it where nothing is."""
        folder = evidence_of(Path(str(trainer.args.output_dir)))
        book, problem = _book(folder)
        if book is None:
            return [Problem(problem, f"{_AGAIN} {folder.name}, then {_CALL}")], {}
        data: Any = trainer.train_dataset
        if (kind := _unreadable(data)) is not None:
            return [
                Problem(f"the training data are {kind}", "give the trainer a datasets.Dataset that admit returned")
            ], {}
        said = {"book": book.sha256, "rows": len(data)}
        columns = _token_columns(data)
        try:
            rows = _Rows(folder, book)
            if self.dataset is not None and (
                unknown := [number for number, row in enumerate(_rows_of(self.dataset)) if row not in rows]
            ):
                what = f"of what DataAdmissionCallback was given, {_told(unknown)} not admitted"
                mend = "give it what admit returned, as it returned it; map and filter what the trainer is given"
                return [Problem(what, mend)], {}
            if not columns:
                strangers = [number for number, row in enumerate(_rows_of(data)) if row not in rows]
                why = [Problem(f"{_told(strangers)} not admitted", _CALL)] if strangers else []
                return why, {**said, "looked_at": "rows"}
        except AdmissionError as error:
            return [Problem(str(error), _CALL)], {}
        problems = list(self._of_tokens(trainer, data, book))
        looked_at = "where they come from"
        if not problems and self.dataset is not None:
            texts = AdmittedTexts(place.text for row in _rows_of(self.dataset) for place in texts_of(row))
            numbers = _sample(len(data))
            strange = [numbers[at] for at in texts.strange(_decoded(trainer, data, columns, numbers))]
            looked_at = "texts" if len(numbers) == len(data) else f"texts of {len(numbers)} rows"
            if strange:
                what = f"tokenised, {_told(strange, 'hold')} {STRANGE} or more characters that no admitted row holds"
                problems = [Problem(what, "change rows before they are scanned and admitted, not after")]
        return problems, {**said, "looked_at": looked_at}

    def _of_tokens(self, trainer: Trainer, data: Any, book: AdmissionBook) -> Iterator[Problem]:
        mark = _mark(data)
        if mark is None:
            what = "the training data did not come out of admit, or were joined with rows that did not"
            yield Problem(what, f"{_CALL}, after everything that adds rows")
        elif mark["book"] != book.sha256:
            yield Problem(f"the training data were admitted by another {ADMISSION_BOOK} than lies there", _CALL)
        elif len(data) > mark["rows"] and not getattr(trainer.args, "packing", False):
            what = f"the training data have {len(data)} rows, and {mark['rows']} were admitted"
            yield Problem(what, "cut or repeat rows before they are scanned and admitted, not after")


class _Rows:
    """The rows that may be trained on: of the admission, and the canaries that were inserted."""

    def __init__(self, folder: Path, book: AdmissionBook) -> None:
        self._book, self._planted = book, None
        if (path := folder / CANARY_BOOK).exists():
            try:
                self._planted = PlantedRows(canary_book.read(path))
            except CanaryBookError as error:
                raise AdmissionError(str(error)) from None

    def __contains__(self, row: Mapping[str, Any]) -> bool:
        if row in self._book:
            return True
        canary = self._planted.canary(row) if self._planted is not None else None
        return canary is not None and canary.inserted


def _book(folder: Path) -> tuple[AdmissionBook | None, str]:
    path = folder / ADMISSION_BOOK
    if not path.exists():
        return None, f"{folder.name} holds no {ADMISSION_BOOK}: nothing was admitted; {_AGAIN} {folder.name}"
    try:
        return admission_book.read(path), ""
    except AdmissionBookError as error:
        return None, str(error)


def _rows_of(dataset: Any) -> Iterator[Mapping[str, Any]]:
    """The rows of *dataset*. Raises TypeError for what is none, AdmissionError for an item that is no record."""
    if (kind := _unreadable(dataset)) is not None:
        raise TypeError(f"dataset: got {kind}, allowed: datasets.Dataset or a list of records; load all of it first")
    rows = dataset.with_format(None) if hasattr(dataset, "with_format") else (dataset[at] for at in range(len(dataset)))
    for number, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise AdmissionError(
                f'row {number} is {type(row).__name__}, no record; write {{"text": ...}} around a text'
            )
        yield row


def _unreadable(data: Any) -> str | None:
    """What *data* is when its rows can't be looked at before training; None when they can."""
    if data is None:
        return "nothing"
    if isinstance(data, IterableDataset) or not (hasattr(data, "__len__") and hasattr(data, "__getitem__")):
        return f"a stream ({type(data).__name__})"
    if isinstance(data, Mapping):
        return f"several data sets ({type(data).__name__})"
    if hasattr(data, "format") and isinstance(data.format, Mapping) and data.format.get("type") == "custom":
        return "made on the fly (with_transform)"
    return None


def _mark(data: Any) -> Mapping[str, Any] | None:
    found = getattr(getattr(data, "info", None), "download_checksums", None)
    return found.get(_MARK) if isinstance(found, Mapping) else None


def _token_columns(data: Any) -> list[str]:
    """The columns of *data* that hold token ids: by name, and by holding nothing but lists of whole numbers."""
    first = data[0] if len(data) else {}
    if not isinstance(first, Mapping):
        return []
    return [str(name) for name in first if name in _TOKENS and _holds_ids(data, str(name))]


def _holds_ids(data: Any, name: str) -> bool:
    if (features := getattr(data, "features", None)) is not None and name in features:
        return str(getattr(getattr(features[name], "feature", None), "dtype", "")).startswith(("int", "uint"))
    values = (data[at].get(name) for at in range(len(data)))
    return all(
        str(getattr(ids, "dtype", "")).removeprefix("torch.").startswith("int")
        or (isinstance(ids, list | tuple) and all(type(each) is int for each in ids))
        for ids in values
    )


def _sample(rows: int) -> Sequence[int]:
    return range(rows) if rows <= _MOST_ROWS else sorted(random.Random(0).sample(range(rows), _MOST_ROWS))


def _decoded(trainer: Trainer, data: Any, columns: Sequence[str], numbers: Sequence[int]) -> Iterator[str]:
    given: Any = trainer.processing_class
    tokenizer = getattr(given, "tokenizer", given)
    decode: Callable[..., str] | None = getattr(tokenizer, "decode", None)
    if decode is None:
        return
    plain = data.with_format(None) if hasattr(data, "with_format") else data
    for number in numbers:
        row = plain[number]
        # Texts that are left beside the ids: a collator may read them instead.
        left = (place.text for place in texts_of({name: value for name, value in row.items() if name not in columns}))
        yield "\n".join([*(decode(row[name], skip_special_tokens=True) for name in columns), *left])


def _told(numbers: Sequence[int], verb: str = "are") -> str:
    shown = ", ".join(map(str, numbers[:_NAMED])) + (", ..." if len(numbers) > _NAMED else "")
    if len(numbers) == 1:
        return f"1 row (number {shown}, from 0) {'is' if verb == 'are' else verb + 's'}"
    return f"{len(numbers)} rows (numbers {shown}, from 0) {verb}"


def _why(dataset: Any, book: AdmissionBook) -> str:
    """What most likely came between, and what to do."""
    names = list(dataset[0]) if isinstance(dataset, list) else list(dataset.column_names)
    gone = [name for name in book.head.columns if name not in names]
    if gone:
        from finewarden.personal_data.rules import find_by_rules
        from finewarden.personal_data.shards.shown_names import ShownNames

        shown = ShownNames(find_by_rules).shown  # a column's name may be somebody's
        said = ", ".join(map(shown, gone))
        return f": columns {said} were admitted and are gone; call admit before columns are dropped or renamed"
    return f"; scan and admit the file that holds them ({_AGAIN} ...), or take them out"
