"""Would every inserted canary receive loss on its whole secret if it were drawn? Proven before training, on the very
rows and with the very collator that training uses.

Nothing is asked of what was drawn: canaries may only be told apart by their coins, or the bounds of a one-run audit
(Steinke, Nasr and Jagielski 2023, arXiv 2305.08846) do not hold.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from torch.utils.data import IterableDataset
from transformers import Trainer

from finewarden.callbacks.canaries.survival import around, tokens_of
from finewarden.callbacks.canaries.token_search import NoTokens, search
from finewarden.callbacks.refusal import Problem
from finewarden.evidence.canary_book import Canary, CanaryBook
from finewarden.memorization.rendering import CannotRender, target_of
from finewarden.memorization.scoring import TokenPair

__all__ = ["Proof", "prove"]

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found: all *problems*, and where there is none, how many inserted *canaries* with how many *tokens* of
    secret were proven. *pairs*: the ids of every canary, by its id.
    """

    problems: tuple[Problem, ...]
    canaries: int = 0
    tokens: int = 0
    pairs: Mapping[str, TokenPair] = field(default_factory=dict)


def prove(trainer: Trainer, book: CanaryBook) -> Proof:
    """Hold *book* against what *trainer* is about to train on."""
    tokenizer: Any = trainer.processing_class
    tokenizer = getattr(tokenizer, "tokenizer", tokenizer)
    if tokenizer is None:
        return _unproven("the trainer has no tokenizer, so what a canary's tokens are can't be said", _TOKENIZER)
    data: Any = trainer.train_dataset
    if isinstance(data, IterableDataset) or not hasattr(data, "__len__"):
        what = f"the training data ({type(data).__name__}) is a stream: what will come can't be proven beforehand"
        return _unproven(what, "load it with streaming=False, or write it into a datasets.Dataset first")
    try:
        pairs = {
            each.id: target_of(tokenizer, each.row, each.field, each.start, len(each.secret)) for each in book.canaries
        }
        references = [pair for each in book.tier("stress") for pair in _references(tokenizer, each)]
    except CannotRender as error:
        return _unproven(f"a canary can't be turned into tokens: {error}", _TOKENIZER)
    try:
        seen = _look(trainer, data, book, pairs, references)
    except NoTokens as error:
        what = f"the training data hold no input_ids to look at ({error}): what is trained on can't be proven"
        return _unproven(what, "let the trainer tokenise the data beforehand, or give it a column input_ids")
    problems = tuple(_problems(book, seen))
    inserted = book.inserted
    return Proof(problems, len(inserted), sum(len(pairs[each.id].target) for each in inserted), pairs)


_TOKENIZER = "pass processing_class=tokenizer, the fast one that plant_canaries was given"


def _unproven(what: str, remedy: str) -> Proof:
    return Proof((Problem(what, remedy),))


def _references(tokenizer: Any, canary: Canary) -> Iterator[TokenPair]:
    where = around(tokenizer, canary.row, canary.field, canary.start, len(canary.secret))
    yield from (pair for pair in tokens_of(tokenizer, [(where, each) for each in canary.references]) if pair)


@dataclass(slots=True)
class _Seen:
    """How often each canary was seen, by its id: *whole* with its context and the end of its secret; with *loss* on
    each token of it, without loss on any (*silent*); its *secret* alone, anywhere; its *context* alone. *strays*:
    references that stand in the data.
    """

    whole: Counter[str]
    loss: Counter[str]
    silent: Counter[str]
    secret: Counter[str]
    context: Counter[str]
    strays: int = 0


def _look(
    trainer: Trainer, data: Any, book: CanaryBook, pairs: Mapping[str, TokenPair], references: list[TokenPair]
) -> _Seen:
    canaries = book.canaries
    inserted = [each for each in canaries if each.inserted]
    sequences = [
        *(pairs[each.id].target for each in canaries),
        *(pair.target for pair in references),
        *(pairs[each.id].context for each in inserted),
    ]
    seen = _Seen(Counter(), Counter(), Counter(), Counter(), Counter())
    rows: dict[int, set[str]] = defaultdict(set)
    for found in search(data, sequences):
        if found.which < len(canaries):
            seen.secret[canaries[found.which].id] += 1
            rows[found.row].add(canaries[found.which].id)
        elif found.which < len(canaries) + len(references):
            seen.strays += 1
        else:
            seen.context[inserted[found.which - len(canaries) - len(references)].id] += 1
    collate = _collator(trainer, data)
    for row, ids in sorted(rows.items()):
        batch, starts = collate(row)
        for name in ids:
            for labels, target in _places(batch, starts, pairs[name]):
                seen.whole[name] += 1
                seen.loss[name] += bool(np.array_equal(labels, target))
                seen.silent[name] += bool((labels == -100).all())
    return seen


def _collator(trainer: Trainer, data: Any) -> Any:
    """What makes of one row what the model gets, as `Trainer.get_train_dataloader` does: ids and labels, flat, and
    where in them a record may begin (None: anywhere, in rows that were cut from one long text).
    """
    collate: Any = trainer.data_collator
    if hasattr(data, "column_names"):
        data = trainer._remove_unused_columns(data)
    else:
        collate = trainer._get_collator_with_removed_columns(collate)
    wrapped = getattr(trainer.args, "packing", False) and getattr(trainer.args, "packing_strategy", "") == "wrapped"

    def one(row: int) -> tuple[tuple[Any, Any], set[int] | None]:
        batch = collate([data[row]])
        ids = _flat(batch["input_ids"])
        labels = _flat(batch["labels"]) if batch.get("labels") is not None else np.full_like(ids, -100)
        if wrapped:
            return (ids, labels), None
        if batch.get("position_ids") is not None:
            return (ids, labels), set(np.flatnonzero(_flat(batch["position_ids"]) == 0).tolist())
        mask = batch.get("attention_mask")
        return (ids, labels), {int(np.argmax(_flat(mask) != 0)) if mask is not None else 0}

    return one


def _flat(values: Any) -> Any:
    return np.asarray(values).reshape(-1)


def _places(batch: tuple[Any, Any], starts: set[int] | None, pair: TokenPair) -> Iterator[tuple[Any, Any]]:
    """The labels and the ids of each place where the secret stands behind its own context."""
    ids, labels = batch
    wanted = np.asarray(pair.context + pair.target)
    for at in range(len(ids) - len(wanted) + 1) if starts is None else sorted(starts):
        if np.array_equal(ids[at : at + len(wanted)], wanted):
            own = slice(at + len(pair.context), at + len(wanted))
            yield labels[own], ids[own]


def _problems(book: CanaryBook, seen: _Seen) -> Iterator[Problem]:
    trained = [each for each in book.inserted if each.tier != "input"]
    absent = [each for each in book.inserted if not seen.whole[each.id]]
    cut = [each for each in absent if not seen.secret[each.id] and seen.context[each.id]]
    elsewhere = [each for each in absent if seen.secret[each.id]]
    gone = [each for each in absent if not seen.secret[each.id] and not seen.context[each.id]]
    if gone:
        yield Problem(
            f"{_named(gone, book)} stand nowhere in the tokenised training data",
            "train on the data set that plant_canaries returned, with the tokenizer and chat template it was given: no "
            "split, filter, de-duplication or formatting_func after it",
        )
    if cut:
        yield Problem(
            f"{_named(cut, book)} are cut off before their secret ends",
            "raise max_length, leave truncation_mode at 'keep_start', pack with packing_strategy='bfd' or not at all",
        )
    if elsewhere:
        yield Problem(
            f"{_named(elsewhere, book)} stand behind other text than they were planted with",
            "train each record as it is: no formatting_func or added prefix after planting, the chat template that "
            "plant_canaries was given, truncation_mode='keep_start', no joining of records but packing_strategy='bfd'",
        )
    often = [each for each in book.inserted if seen.whole[each.id] and seen.whole[each.id] != each.repetitions]
    if often:
        yield Problem(
            f"{_named(often, book)} stand there more or less often than they were inserted",
            "neither de-duplicate nor oversample after plant_canaries",
        )
    unheard = [each for each in trained if seen.loss[each.id] < seen.whole[each.id]]
    if unheard:
        yield Problem(
            f"{_named(unheard, book)} would receive no loss on all or part of their secret: nothing could be learned "
            "of them, and every audit would pass",
            "plant with the secret in what is trained: look at completion_only_loss, assistant_only_loss, "
            "train_on_responses_only and the data collator",
        )
    heard = [each for each in book.inserted if each.tier == "input" and seen.silent[each.id] < seen.whole[each.id]]
    if heard:
        yield Problem(
            f"{_named(heard, book)} of family 'input' would receive loss on their secret",
            "train on completions alone (completion_only_loss, assistant_only_loss), or plant without 'input'",
        )
    strangers = [each for each in book.canaries if not each.inserted and seen.secret[each.id]]
    if strangers or seen.strays:
        what = _named(strangers, book, "that were not inserted") if strangers else ""
        strays = f"{seen.strays} references of stress canaries" if seen.strays else ""
        yield Problem(
            f"{' and '.join(filter(None, (what, strays)))} stand in the training data, so they are no control",
            "train on the data set that plant_canaries returned, made from data without canaries, and on it alone",
        )


def _named(canaries: Iterable[Canary], book: CanaryBook, which: str = "that were inserted") -> str:
    ids = sorted(each.id for each in canaries)
    of = sum(each.inserted is (which == "that were inserted") for each in book.canaries)
    more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
    return f"{len(ids)} of {of} canaries {which} ({', '.join(ids[:_SHOWN])}{more})"
