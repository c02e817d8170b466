"""Records as they stand in a file, beside what they mean: what is not changed is written as it was read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from finewarden.personal_data.reading.rows import Broken

__all__ = ["Record", "Rewritten", "rewritten"]

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Record:
    """*raw* is what the file has; *row* what it means, None for what holds no row (a blank line), and is copied.

    *before* is what stands between it and the record before, and goes where that record goes. *number*: of a row, as
    `reading` counts it.
    """

    raw: str = field(repr=False)
    row: Row | None = field(repr=False)
    before: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A record with *raw* as it must be written; None for one that is dropped or left out."""

    record: Record
    raw: str | None = field(repr=False)


def rewritten(
    records: Iterable[Record],
    each: Callable[[Iterable[Row]], Iterator[Row | None]],
    changed: Callable[[str, Row, Row], str],
    left_out: Callable[[Broken], None],
) -> Iterator[Rewritten]:
    """Each of *records* in order: as it is, dropped, or as *changed* makes it of its raw text and its row before and
    after. *each* may read some rows ahead; those are held, and no more. *left_out* is told of a record for which
    *changed* raises ValueError.
    """
    waiting: deque[Record] = deque()

    def rows() -> Iterator[Row]:
        for record in records:
            waiting.append(record)
            if record.row is not None:
                yield record.row

    for after in each(rows()):
        while waiting[0].row is None:
            blank = waiting.popleft()
            yield Rewritten(blank, blank.raw)
        record = waiting.popleft()
        before = record.row
        assert before is not None
        raw: str | None = record.raw
        if after is None:
            raw = None
        elif after is not before:
            try:
                raw = changed(record.raw, before, after)
            except ValueError as error:
                raw = None
                left_out(Broken(record.number, str(error)))
        yield Rewritten(record, raw)
    for record in waiting:
        yield Rewritten(record, record.raw)
