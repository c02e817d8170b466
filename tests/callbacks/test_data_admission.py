"""What is trained on came out of `admit`, or training does not begin."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from datasets import Dataset, concatenate_datasets

from finewarden.callbacks import AdmissionError, DataAdmissionCallback, GuardRefusal, admit, attach, plant_canaries
from finewarden.evidence import admission_book
from finewarden.evidence.directory import evidence_dir
from finewarden.personal_data.admission import book_of
from finewarden.personal_data.scan_report import ScanReport, ScanSettings
from finewarden.policy import Policy, TrainingData
from tests.callbacks.runs import Runs

pytestmark = pytest.mark.training

NAME = "DataAdmissionCallback"
WORDS = ["river", "stone", "cloud", "lamp", "paper", "horse", "tower", "bread", "music", "glass", "ocean"]
SILENT = Policy()


def records(count: int = 12, *, of: int = 0) -> list[dict[str, Any]]:
    """*count* records that share no wording; other ones for another *of*."""
    return [
        {"text": " ".join(f"{WORDS[(i + k) % 11]}{of}{i}{k}" for k in range(14)), "source": "a"} for i in range(count)
    ]


def admitted(out: Path, rows: list[dict[str, Any]], **limits: int) -> Path:
    """The evidence folder of *out* with an admission of *rows*."""
    report = ScanReport(written_by="t", settings=ScanSettings(), files=(), rows=len(rows), rows_with_findings=0)
    folder = evidence_dir(out)
    admission_book.write(folder / "admission.jsonl", book_of(rows, report, TrainingData(limits=limits)))
    return folder


@pytest.mark.parametrize("kind", [list, Dataset.from_list])
def test_admitted_rows_come_back(kind: Callable[..., Any], tmp_path: Path) -> None:
    """The same data, of the same type, in whatever order they stand; columns without a value do not count."""
    admitted(tmp_path / "out", records())
    given = kind([{"more": None, **row} for row in reversed(records())])
    data = admit(given, output_dir=tmp_path / "out", policy=SILENT)
    assert type(data) is type(given)
    assert list(data) == list(given)


def test_a_row_that_was_not_admitted_is_named_by_number(tmp_path: Path) -> None:
    """One changed character is another row; the error holds the number and nothing of the row."""
    admitted(tmp_path / "out", records())
    rows = records()
    rows[3]["text"] += "."
    with pytest.raises(AdmissionError, match=r"1 row \(number 3, from 0\) is not admitted") as error:
        admit(rows, evidence_dir=tmp_path / "out.evidence", policy=SILENT)
    assert "river" not in str(error.value)
    with pytest.raises(AdmissionError, match="columns source were admitted and are gone"):
        admit(Dataset.from_list(records()).remove_columns("source"), output_dir=tmp_path / "out", policy=SILENT)


def test_an_admission_that_is_missing_broken_or_of_other_limits_admits_nothing(tmp_path: Path) -> None:
    """Each is told with the command that mends it."""
    out = tmp_path / "out"
    with pytest.raises(AdmissionError, match="nothing was admitted; finewarden admit"):
        admit(records(), output_dir=out, policy=SILENT)
    folder = admitted(out, records(), PERSON=5)
    with pytest.raises(AdmissionError, match=r"of other limits \(PERSON: 5 then, default now\)"):
        admit(records(), output_dir=out, policy=SILENT)
    (folder / "admission.jsonl").write_text("{}\n")
    with pytest.raises(AdmissionError, match="admit the data again"):
        admit(records(), output_dir=out, policy=SILENT)
    with pytest.raises(AdmissionError, match="give output_dir"):
        admit(records(), policy=SILENT)


def test_a_stream_is_refused(tmp_path: Path) -> None:
    """What is read while training goes on can't be looked at before."""
    admitted(tmp_path / "out", records())
    stream = Dataset.from_list(records()).to_iterable_dataset()
    with pytest.raises(TypeError, match="a stream"):
        admit(stream, output_dir=tmp_path / "out", policy=SILENT)
    with pytest.raises(TypeError, match="got tuple, allowed"):
        admit(tuple(records()), output_dir=tmp_path / "out", policy=SILENT)


def test_planted_canaries_are_admitted(runs: Runs) -> None:
    """Rows of the canary book stand beside admitted ones; a canary that the coin left out does not."""
    from transformers import AutoTokenizer

    folder = admitted(runs.out, records(40))
    data, book = plant_canaries(
        Dataset.from_list(records(40)), tokenizer=AutoTokenizer.from_pretrained(runs.base), evidence_dir=folder, count=8
    )
    assert len(admit(data, output_dir=runs.out, policy=SILENT)) == len(data) > 40
    left_out = next(canary for canary in book.canaries if not canary.inserted)
    with pytest.raises(AdmissionError, match=f"number {len(data)}, from 0"):
        admit([*data, dict(left_out.row)], output_dir=runs.out, policy=SILENT)


@pytest.mark.parametrize("settings", [{}, {"packing": True}, {"max_length": 24}])
def test_training_on_what_admit_returned_begins(runs: Runs, settings: dict[str, Any]) -> None:
    """Through TRL's own maps, packing and truncation; the run log says what was looked at."""
    admitted(runs.out, records())
    data = admit(Dataset.from_list(records()), output_dir=runs.out, policy=SILENT)
    given = data.map(lambda row: {"length": len(row["text"])}).filter(lambda row: row["length"]).shuffle(seed=1)
    runs.train("sft", [DataAdmissionCallback(data.shuffle(seed=2))], train_dataset=given, max_steps=1, **settings)
    said, ended = runs.records(NAME)
    assert (said.event, said.detail["looked_at"]) == ("admitted", "texts")
    assert (ended.event, ended.detail["steps"]) == ("trained", 1)


def test_a_trainer_that_keeps_rows_is_looked_at_row_by_row(runs: Runs) -> None:
    """Where rows are left, where they come from is not asked."""
    admitted(runs.out, records())
    trainer = runs.trainer("plain")
    trainer.train_dataset = Dataset.from_list(records())
    assert DataAdmissionCallback().look(trainer)[1]["looked_at"] == "rows"
    trainer.train_dataset = Dataset.from_list(records(13))
    (problem,) = DataAdmissionCallback().look(trainer)[0]
    assert problem.what == "1 row (number 12, from 0) is not admitted"


def test_what_the_callback_is_given_is_looked_up(runs: Runs) -> None:
    """Changed after admit, or a list that never went through it: what is tokenised would be held against itself."""
    admitted(runs.out, records())
    data = admit(Dataset.from_list(records()), output_dir=runs.out, policy=SILENT)
    for given in (changed(data), records(of=9)):
        trainer = runs.trainer("sft", [DataAdmissionCallback(given)], train_dataset=changed(data))
        with pytest.raises(GuardRefusal, match="of what DataAdmissionCallback was given, 12 rows"):
            trainer.train()


@pytest.mark.parametrize("column", ["doc_ids", "user_ids", "input_ids"])
def test_a_column_that_is_called_ids_makes_no_tokens(runs: Runs, column: str) -> None:
    """Rows with texts are looked up, whatever else they hold."""
    admitted(runs.out, records())
    trainer = runs.trainer("plain")
    values = ["a"] if column == "input_ids" else [1]
    for kind in (list, Dataset.from_list):
        trainer.train_dataset = kind([{**row, column: values} for row in records(of=9)])
        (problem,) = DataAdmissionCallback().look(trainer)[0]
        assert problem.what.endswith("are not admitted")


def test_texts_beside_tokens_are_looked_at(runs: Runs) -> None:
    """A collator may train on a text that is left beside admitted token ids."""
    admitted(runs.out, records())
    data = admit(Dataset.from_list(records()), output_dir=runs.out, policy=SILENT)
    trainer = runs.trainer("sft", train_dataset=data)
    trainer.train_dataset = data.map(lambda row: {"input_ids": [1, 2], "more": row["text"][::-1]})
    (problem,) = DataAdmissionCallback(data).look(trainer)[0]
    assert "64 or more characters" in problem.what


def changed(data: Any) -> Any:
    return data.map(lambda row: {"text": " ".join(reversed(row["text"].split()))})


WRONG: dict[str, tuple[Callable[[Any], Any], str]] = {
    "never admitted": (lambda data: Dataset.from_list(records()), "did not come out of admit"),
    "joined": (lambda data: concatenate_datasets([data, Dataset.from_list(records(of=9))]), "joined with rows"),
    "repeated": (lambda data: data.repeat(2), "24 rows, and 12 were admitted"),
    "row added": (lambda data: data.select(range(9)).add_item(records(1, of=9)[0]), "64 or more characters"),
    "changed": (changed, "64 or more characters"),
}


@pytest.mark.parametrize("name", WRONG)
def test_training_on_anything_else_does_not_begin(runs: Runs, name: str) -> None:
    """Refused at train begin, with the mend, in the run log too; nothing of a row is told."""
    change, said = WRONG[name]
    admitted(runs.out, records())
    data = admit(Dataset.from_list(records()), output_dir=runs.out, policy=SILENT)
    trainer = runs.trainer("sft", [DataAdmissionCallback(data)], train_dataset=change(data))
    with pytest.raises(GuardRefusal, match=said) as error:
        trainer.train()
    assert "river" not in str(error.value)
    assert [each.event for each in runs.records(NAME)] == ["refused"]


def test_without_an_admission_training_does_not_begin(runs: Runs) -> None:
    """Nothing in the evidence folder: the command and the call are told."""
    with pytest.raises(GuardRefusal, match="finewarden admit"):
        runs.train("sft", [DataAdmissionCallback()])


def test_attach_takes_an_admission_for_a_demand(runs: Runs) -> None:
    """Where the evidence folder holds one, a trainer whose data did not go through it is refused at once."""
    admitted(runs.out, records())
    data = admit(Dataset.from_list(records()), output_dir=runs.out, policy=SILENT)
    trainer = attach(runs.trainer("sft", train_dataset=data), SILENT)
    assert [type(each).__name__ for each in trainer.callback_handler.callbacks].count(NAME) == 1
    with pytest.raises(GuardRefusal, match="did not come out of admit"):
        attach(runs.trainer("sft", train_dataset=Dataset.from_list(records())), SILENT)


def test_the_callback_takes_what_admit_returned_and_nothing_else(tmp_path: Path) -> None:
    """Data that did not go through admit are told when the callback is made."""
    with pytest.raises(TypeError, match="what admit returned"):
        DataAdmissionCallback(Dataset.from_list(records()))
