"""`canaries.jsonl`: every canary that was made, its secret, its coin and its references. Private.

The first line is the head, each further line one canary. The public record of a release holds the SHA-256 of the file:
what was planted can be proven afterwards, and not be changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from finewarden.evidence import atomic

__all__ = ["CANARY_BOOK", "Canary", "CanaryBook", "CanaryBookError", "Head", "dump", "parse", "read", "write"]

CANARY_BOOK = "canaries.jsonl"

Format = Literal["text", "prompt-completion", "messages"]


class CanaryBookError(ValueError):
    """A canary book that can't be used; one sentence that names the line and what to do."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Canary(_Strict):
    """One canary. *row* is the record as it is inserted, in the data set's own format; the secret is the text
    ``field-of-row[start : start + len(secret)]`` where *field* leads to that text (``("messages", 1, "content")``).

    *tier*: "coin" canaries are inserted once or not at all, by a fair coin; "stress" ones as often as *repetitions*
    says; "input" ones are flipped like coin ones, and hold their secret where no loss is taken. *bits*: log2 of the
    number of secrets it was drawn from, uniformly. *references*: secrets drawn with it and never inserted.
    """

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    tier: Literal["coin", "input", "stress"]
    family: str
    secret: Annotated[str, Field(min_length=1)]
    bits: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    row: dict[str, Any]
    field: tuple[str | int, ...]
    start: Annotated[int, Field(ge=0)]
    repetitions: Annotated[int, Field(ge=0)]
    references: tuple[str, ...] = ()

    @property
    def inserted(self) -> bool:
        """Whether the training data holds it."""
        return self.repetitions > 0

    def __repr_args__(self) -> Iterator[tuple[str, Any]]:
        """What may be printed: neither a secret nor the text around it."""
        return iter([("id", self.id), ("tier", self.tier), ("family", self.family)])


class Head(_Strict):
    """*id*: a random name of the book, which is no secret. *seed*: what everything was drawn from. *tokenizer*: digest
    of the tokenizer it was made for. *rows*: of the data set before planting; *data*: its digest. *token_share*: share
    of the training tokens that are canaries'. *settings*: the arguments that were given.
    """

    version: Literal[1] = 1
    id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    seed: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    written_by: str
    format: Format
    tokenizer: str
    rows: Annotated[int, Field(ge=0)]
    data: str
    token_share: Annotated[float, Field(ge=0, le=1)]
    settings: dict[str, Any] = {}

    def __repr_args__(self) -> Iterator[tuple[str, Any]]:
        """What may be printed: not the seed, from which all secrets follow."""
        return iter([("id", self.id), ("format", self.format), ("rows", self.rows)])


@dataclass(frozen=True, slots=True, repr=False)
class CanaryBook:
    """All canaries of one data set. Equal books have equal `sha256`."""

    head: Head
    canaries: tuple[Canary, ...]

    def __repr__(self) -> str:
        return f"CanaryBook(id={self.head.id!r}, canaries={len(self.canaries)})"

    def tier(self, name: Literal["coin", "input", "stress"]) -> tuple[Canary, ...]:
        """The canaries of one tier, in order."""
        return tuple(canary for canary in self.canaries if canary.tier == name)

    @property
    def inserted(self) -> tuple[Canary, ...]:
        """The canaries that the training data holds, whatever the tier."""
        return tuple(canary for canary in self.canaries if canary.inserted)

    @property
    def dataset_size(self) -> int:
        """What differential privacy has to be told: all rows and all generated canaries, inserted or not.

        A repeated stress canary counts as often as it is repeated. Independent of the coins.
        """
        units = sum(1 if canary.tier != "stress" else canary.repetitions for canary in self.canaries)
        return self.head.rows + units

    @property
    def sha256(self) -> str:
        """SHA-256 of the file that `write` makes."""
        return hashlib.sha256(dump(self).encode()).hexdigest()


def dump(book: CanaryBook) -> str:
    """The canonical text: sorted keys, one object a line."""
    return "".join(
        json.dumps(item.model_dump(mode="json"), sort_keys=True, ensure_ascii=False) + "\n"
        for item in (book.head, *book.canaries)
    )


def parse(text: str, name: str = CANARY_BOOK) -> CanaryBook:
    """The book of *text*. Raises CanaryBookError for anything that is not a whole book of this version."""
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        raise CanaryBookError(f"{name} is empty; plant the canaries again, or bring the file that was written")
    try:
        head = Head.model_validate_json(lines[0])
    except ValidationError as error:
        raise CanaryBookError(f"{name}:1: {_first(error)}; bring the file as plant_canaries wrote it") from None
    return CanaryBook(head, tuple(_canaries(lines[1:], name)))


def _canaries(lines: list[str], name: str) -> Iterator[Canary]:
    seen: set[str] = set()
    for number, line in enumerate(lines, start=2):
        try:
            canary = Canary.model_validate_json(line)
        except ValidationError as error:
            raise CanaryBookError(
                f"{name}:{number}: {_first(error)}; bring the file as plant_canaries wrote it"
            ) from None
        if canary.id in seen:
            raise CanaryBookError(f"{name}:{number}: names a canary twice; bring the file as plant_canaries wrote it")
        seen.add(canary.id)
        yield canary


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc']) or 'line'}: {first['msg']}"


def read(path: Path) -> CanaryBook:
    """The book of *path*. Raises CanaryBookError, also when it can't be read."""
    try:
        return parse(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise CanaryBookError(f"{path.name} can't be read ({why}); bring the file as plant_canaries wrote it") from None


def write(path: Path, book: CanaryBook) -> None:
    """Replace *path* by *book*, atomically; it, and a folder that is made for it, are for their owner alone."""
    atomic.write_text(path, dump(book), private=True)
