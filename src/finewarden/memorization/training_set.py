"""The training data as it is asked about: each record once, canaries and what was held out left aside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from finewarden.evidence.canary_book import CanaryBook
from finewarden.evidence.holdout_book import HeldOut, HoldoutBook, keyed
from finewarden.memorization.rendering import CannotRender, Field, format_of, trained_text
from finewarden.memorization.training_data import TrainingRow

__all__ = ["Distinct", "Piece", "TrainingSet", "content_key", "text_before", "texts_of"]

_TRAINED = {
    "text": ("text",),
    "prompt-completion": ("prompt", "completion", "tools"),
    "messages": ("messages", "tools"),
}


def content_key(record: Mapping[str, Any]) -> str:
    """A hash of what training reads of *record*, whatever other columns it has. Raises CannotRender."""
    read = {key: record[key] for key in _TRAINED[format_of(record)] if record.get(key) is not None}
    text = json.dumps(_without_none(read), sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def text_before(record: Mapping[str, Any]) -> str:
    """All text of *record* that stands in front of its trained text, one piece a line. Raises CannotRender."""
    place, _ = trained_text(record)
    if place[0] == "text":
        return ""
    pieces = [record["prompt"]] if place[0] == "completion" else []
    pieces += record[str(place[0])][: int(place[1])] if len(place) > 1 else []
    return "\n".join(_strings(pieces))


@dataclass(frozen=True, slots=True)
class Piece:
    """One text of a record, at *place*; *answer*: it carries loss always; *before*: all text that stands before it."""

    place: Field
    text: str = field(repr=False)
    answer: bool
    before: str = field(repr=False)


def texts_of(record: Mapping[str, Any]) -> Iterator[Piece]:
    """Every text of *record* that may carry loss, in order.

    A prompt and the turns of user and system do by TRL's defaults, unless the loss is masked to answers.
    """
    columns = {"text": ("text",), "prompt-completion": ("prompt", "completion"), "messages": ("messages",)}
    before = ""
    for column in columns[format_of(record)]:
        value = record[column]
        if isinstance(value, str):
            yield Piece((column,), value, column != "prompt", before)
            before += value + "\n"
            continue
        for at, message in enumerate(value if isinstance(value, (list, tuple)) else ()):
            earlier = before
            if isinstance(message, Mapping):
                for place, text in _parts((column, at, "content"), message):
                    yield Piece(place, text, message.get("role") == "assistant", earlier)
                    earlier += text + "\n"
            before += "".join(f"{text}\n" for text in _strings(message))


def _parts(place: Field, message: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    """The texts of a message's content: itself, or the parts of it that are text."""
    content = message.get("content")
    if isinstance(content, str):
        yield place, content
    elif isinstance(content, (list, tuple)):
        for at, part in enumerate(content):
            if isinstance(part, Mapping) and isinstance(part.get("text"), str):
                yield (*place, at, "text"), part["text"]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _strings(item)


def _without_none(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_without_none(item) for item in value]
    return value


@dataclass(frozen=True, slots=True)
class Distinct:
    """A record that was trained on: the first *row* that holds it, and how many do."""

    row: TrainingRow
    copies: int
    key: str


class TrainingSet:
    """*rows* of the files; without the canaries of *canary_book*, and without what *holdout_book* holds out.

    A row that the book does not know was trained on, for all that is known: it came to the data after the split.
    """

    def __init__(
        self, rows: Sequence[TrainingRow], canary_book: CanaryBook | None, holdout_book: HoldoutBook | None
    ) -> None:
        self.rows = rows
        self._canaries = canary_book
        self._holdout = holdout_book

    @cached_property
    def trained(self) -> tuple[Distinct, ...]:
        """The records that were trained on, in the order of their first row."""
        first: dict[str, TrainingRow] = {}
        copies: dict[str, int] = {}
        for row, key, entry in self._real:
            if entry is not None and entry.held_out:
                continue
            first.setdefault(key, row)
            copies[key] = copies.get(key, 0) + 1
        return tuple(Distinct(row, copies[key], key) for key, row in first.items())

    @cached_property
    def unknown(self) -> int:
        """Rows that the hold-out book does not list; 0 without a book."""
        return 0 if self._holdout is None else sum(entry is None for _, _, entry in self._real)

    @cached_property
    def trained_texts(self) -> tuple[str, ...]:
        """What carries loss of each of `trained`, in that order; empty where nothing of a record does."""
        return tuple(_trained_text(distinct.row) for distinct in self.trained)

    def sides(self) -> Iterator[tuple[TrainingRow, HeldOut | None]]:
        """Each row with its entry in the hold-out book; None for a row that it does not list."""
        assert self._holdout is not None
        for row in self.rows:
            yield row, self._entry(row)

    @cached_property
    def _real(self) -> tuple[tuple[TrainingRow, str, HeldOut | None], ...]:
        """The rows that are no canaries, with the key of their content and their entry in the hold-out book."""
        planted = {content_key(canary.row) for canary in self._canaries.canaries} if self._canaries else set()
        keys = [(row, content_key(row.record)) for row in self.rows]
        return tuple((row, key, self._entry(row)) for row, key in keys if key not in planted)

    def _entry(self, row: TrainingRow) -> HeldOut | None:
        return None if self._holdout is None else self._holdout.by_record.get(keyed(self._holdout.head.key, row.row))


def _trained_text(row: TrainingRow) -> str:
    try:
        return trained_text(row.record)[1]
    except CannotRender:
        return ""
