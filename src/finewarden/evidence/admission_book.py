"""`admission.jsonl`: which rows of training data were admitted, by keyed hashes alone, and under which limits. Private.

The first line is the head with the key, each further line the hash of one row, sorted: neither content nor order can
be read off it. Equal rows stand there once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from finewarden.evidence import atomic

__all__ = [
    "ADMISSION_BOOK",
    "AdmissionBook",
    "AdmissionBookError",
    "AdmittedFile",
    "Head",
    "dump",
    "keyed_row",
    "parse",
    "read",
    "write",
]

ADMISSION_BOOK = "admission.jsonl"

_AGAIN = "bring the file as `finewarden admit` wrote it, or admit the data again"
_HASH = re.compile(r'"([0-9a-f]{32})"')
# What pandas and pyarrow read out of a text that looks like it: a number, a truth, no value, a point in time.
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,38}\.?[0-9]{0,38}|\.[0-9]{1,38})(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_WORDS = {
    "true": "true",
    "false": "false",
    **dict.fromkeys(("inf", "+inf", "infinity", "+infinity"), "inf"),
    **dict.fromkeys(("-inf", "-infinity"), "-inf"),
}
# fmt: off
_NO_VALUE = frozenset({
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
})
# fmt: on
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]{5,18}(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?", re.ASCII)


class AdmissionBookError(ValueError):
    """An admission book that can't be used; one sentence that names the line and what to do."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AdmittedFile(_Strict):
    """One file that was admitted: its name (no folder), SHA-256 and rows."""

    name: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    rows: Annotated[int, Field(ge=0)]


class Head(_Strict):
    """*key*: of the hashes, hexadecimal. *languages*, *limits*: of the policy then. *counted*: what a gate counts, by
    entity, and let pass. *recognizers*: digest of what looked, *own*: the user's recognizers among it. *numbers_kept*,
    *source_column*: as the policy had them. *names_in*: the share of rows whose names were looked for, *names_at_most*:
    upper bound on the share of rows with a name, where it was a sample. *rows*: of all files; *distinct*: hashes that
    follow. *columns*: names of the rows' columns.
    """

    version: int = Field(default=1, ge=1, le=1)
    key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    written_by: str
    languages: tuple[str, ...]
    limits: dict[str, int]
    counted: dict[str, int] = {}
    recognizers: str = ""
    own: tuple[str, ...] = ()
    numbers_kept: tuple[str, ...] = ()
    source_column: str | None = None
    names_in: Annotated[float, Field(gt=0, le=1)] = 1.0
    names_at_most: float | None = None
    files: tuple[AdmittedFile, ...]
    columns: tuple[str, ...]
    rows: Annotated[int, Field(ge=0)]
    distinct: Annotated[int, Field(ge=0)]

    def other_limits(
        self,
        limits: Mapping[str, int],
        languages: Sequence[str],
        *,
        own: Sequence[str] = (),
        numbers_kept: Sequence[str] | None = None,
        source_column: str | None = None,
    ) -> str:
        """How what a policy asks differs from what was admitted under, in words; "" where it does not. *limits*,
        *languages*, *own*, *numbers_kept* and *source_column*: the policy's now; None is not compared.
        """
        changed = [
            f"{name}: {self.limits.get(name, 'default')} then, {limits.get(name, 'default')} now"
            for name in sorted({*self.limits, *limits})
            if self.limits.get(name) != limits.get(name)
        ]
        if missing := [each for each in languages if each not in self.languages]:
            changed.append(f"{', '.join(missing)} was not looked at")
        if unasked := [each for each in own if each not in self.own]:
            changed.append(f"recognizers {', '.join(unasked)} did not look")
        if numbers_kept is not None and (kept := sorted(set(self.numbers_kept) - set(numbers_kept))):
            changed.append(f"numbers of {len(kept)} columns (deidentify.numbers_kept) were not looked at")
        if None not in (source_column, self.source_column) and source_column != self.source_column:
            changed.append(f"source_column: {self.source_column} then, {source_column} now")
        return "; ".join(changed)

    def __repr_args__(self) -> Iterator[tuple[str, Any]]:
        """What may be printed: not the key, with which rows can be looked up."""
        return iter([("files", [file.name for file in self.files]), ("rows", self.rows)])


@dataclass(frozen=True, repr=False)
class AdmissionBook:
    """The rows that may be trained on."""

    head: Head
    rows: frozenset[str]

    def __repr__(self) -> str:
        return f"AdmissionBook(files={len(self.head.files)}, rows={self.head.rows})"

    def __contains__(self, row: object) -> bool:
        """Whether *row*, a mapping as read from a file or given by `datasets`, was admitted. One without any value is:
        an empty line of a text, which readers pass over or not.
        """
        return isinstance(row, Mapping) and (keyed_row(self.head.key, row) in self.rows or _canonical(row) is None)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the file that `write` makes."""
        return hashlib.sha256(dump(self).encode()).hexdigest()


def keyed_row(key: str, row: Mapping[str, Any]) -> str:
    """32 hex digits: HMAC-SHA-256, under *key* (hexadecimal), of *row* as canonical JSON.

    The same for a row and for what a columnar reader makes of it: columns in another order, None or an empty text
    where there is no value, 1.0 for 1 or for "1", a timestamp or a truth for a text that is one, no value for "NA".
    """
    text = json.dumps(_canonical(row), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(bytes.fromhex(key), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]


def _canonical(value: Any) -> Any:
    if isinstance(value, Mapping):
        items = {str(key): _canonical(item) for key, item in value.items()}
        return {key: item for key, item in items.items() if item is not None} or None
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in value]
    if isinstance(value, str):
        return _canonical_text(value)
    if value is None or value != value:  # NaN
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return _canonical_float(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if isinstance(value, datetime):
        return _utc(value).isoformat()
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    return str(value)


def _canonical_text(text: str) -> str | None:
    if len(text) > 40:
        return text
    if text in _NO_VALUE:
        return None
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _WHOLE.fullmatch(text):
        return str(int(text))
    if _NUMBER.fullmatch(text) and not text.lstrip("+-").isdigit():  # a longer whole number stays as it is written
        return _canonical_float(float(text))
    if _TIME.fullmatch(text):
        try:
            return _utc(datetime.fromisoformat(text)).isoformat()
        except (ValueError, OverflowError):
            return text
    return text


def _canonical_float(value: float) -> str:
    # Readers differ in the last of 17 digits.
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"


def _utc(time: datetime) -> datetime:
    return time if time.tzinfo is None else time.astimezone(UTC).replace(tzinfo=None)


def dump(book: AdmissionBook) -> str:
    """The canonical text: the head with sorted keys, then one hash a line, sorted."""
    head = json.dumps(book.head.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return "\n".join([head, *(f'"{row}"' for row in sorted(book.rows)), ""])


def parse(text: str, name: str = ADMISSION_BOOK) -> AdmissionBook:
    """The book of *text*. Raises AdmissionBookError for anything that is not a whole book of this version."""
    first, _, rest = text.partition("\n")
    if not first.strip():
        raise AdmissionBookError(f"{name} is empty; {_AGAIN}")
    try:
        head = Head.model_validate_json(first)
    except ValidationError as error:
        why = error.errors()[0]
        place = ".".join(str(part) for part in why["loc"]) or "line"
        raise AdmissionBookError(f"{name}:1: {place}: {why['msg']}; {_AGAIN}") from None
    rows = set()
    for number, line in enumerate(rest.split("\n"), start=2):
        if not line:
            continue
        found = _HASH.fullmatch(line)
        if found is None:
            raise AdmissionBookError(f"{name}:{number}: is no hash of a row; {_AGAIN}")
        rows.add(found[1])
    if len(rows) != head.distinct:
        raise AdmissionBookError(f"{name} lists {len(rows)} of {head.distinct} rows; {_AGAIN}")
    return AdmissionBook(head, frozenset(rows))


def read(path: Path) -> AdmissionBook:
    """The book of *path*. Raises AdmissionBookError, also when it can't be read."""
    try:
        return parse(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise AdmissionBookError(f"{path.name} can't be read ({why}); {_AGAIN}") from None


def write(path: Path, book: AdmissionBook) -> None:
    """Replace *path* by *book*, atomically; it, and a folder that is made for it, are for their owner alone."""
    atomic.write_text(path, dump(book), private=True)
