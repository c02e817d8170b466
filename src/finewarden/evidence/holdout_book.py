"""`holdout.jsonl`: which records were held out before training, by keyed hashes alone. Private.

The first line is the head with the key, each further line one record. Without the key nobody can look a record up; with
it, whoever has the data set finds again which side each record is on.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from finewarden.evidence import atomic

__all__ = [
    "HOLDOUT_BOOK",
    "Head",
    "HeldOut",
    "HoldoutBook",
    "HoldoutBookError",
    "dump",
    "keyed",
    "parse",
    "read",
    "write",
]

HOLDOUT_BOOK = "holdout.jsonl"


class HoldoutBookError(ValueError):
    """A hold-out book that can't be used; one sentence that names the line and what to do."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HeldOut(_Strict):
    """One record: keyed hash of its content, keyed hash of its group, and on which side it is."""

    record: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    group: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    held_out: bool


class Head(_Strict):
    """*key*: of the hashes, hexadecimal. *fraction*: share of the groups held out. *group_by*: column, or None.

    *near_duplicates*: records that are nearly the same were joined to one group.
    """

    version: Literal[1] = 1
    key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    written_by: str
    fraction: Annotated[float, Field(gt=0, lt=1)]
    group_by: str | None
    near_duplicates: bool = True
    rows: Annotated[int, Field(ge=1)]

    def __repr_args__(self) -> Iterator[tuple[str, Any]]:
        """What may be printed: not the key, with which records can be looked up."""
        return iter([("fraction", self.fraction), ("group_by", self.group_by), ("rows", self.rows)])


@dataclass(frozen=True, repr=False)
class HoldoutBook:
    """One split of one data set."""

    head: Head
    records: tuple[HeldOut, ...]

    def __repr__(self) -> str:
        return f"HoldoutBook(rows={len(self.records)}, held_out={sum(entry.held_out for entry in self.records)})"

    @cached_property
    def by_record(self) -> Mapping[str, HeldOut]:
        """Each entry under its record's keyed hash; equal records share one entry."""
        return {entry.record: entry for entry in self.records}

    @property
    def sha256(self) -> str:
        """SHA-256 of the file that `write` makes."""
        return hashlib.sha256(dump(self).encode()).hexdigest()


def keyed(key: str, content: object) -> str:
    """32 hex digits: HMAC-SHA-256, under *key* (hexadecimal), of *content* as canonical JSON (sorted keys, UTF-8).

    Keys whose value is None are left out: columnar formats fill them in where a record has none.
    """
    text = json.dumps(_without_none(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hmac.new(bytes.fromhex(key), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]


def _without_none(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_without_none(item) for item in value]
    return value


def dump(book: HoldoutBook) -> str:
    """The canonical text: sorted keys, one object a line."""
    return "".join(
        json.dumps(item.model_dump(mode="json"), sort_keys=True) + "\n" for item in (book.head, *book.records)
    )


def parse(text: str, name: str = HOLDOUT_BOOK) -> HoldoutBook:
    """The book of *text*. Raises HoldoutBookError for anything that is not a whole book of this version."""
    lines = [line for line in text.split("\n") if line.strip()]
    again = "bring the file as hold_out wrote it"
    if not lines:
        raise HoldoutBookError(f"{name} is empty; {again}")
    number = 1
    try:
        head = Head.model_validate_json(lines[0])
        records = []
        for line in lines[1:]:
            number += 1
            records.append(HeldOut.model_validate_json(line))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "line"
        raise HoldoutBookError(f"{name}:{number}: {place}: {first['msg']}; {again}") from None
    if len(records) != head.rows:
        raise HoldoutBookError(f"{name} lists {len(records)} of {head.rows} records; {again}")
    return HoldoutBook(head, tuple(records))


def read(path: Path) -> HoldoutBook:
    """The book of *path*. Raises HoldoutBookError, also when it can't be read."""
    try:
        return parse(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise HoldoutBookError(f"{path.name} can't be read ({why}); bring the file as hold_out wrote it") from None


def write(path: Path, book: HoldoutBook) -> None:
    """Replace *path* by *book*, atomically; it, and a folder that is made for it, are for their owner alone."""
    atomic.write_text(path, dump(book), private=True)
