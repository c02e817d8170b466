"""Records as they stand in a file, beside what they mean: what is not changed is written as it was read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Record", "Rewritten", "rewritten"]

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Record:
    """*raw* is what the file has; *row* what it means, None for what holds no row (a blank line), and is copied.

    *before* is what stands between it and the record before, and goes where that record goes.
    """

    raw: str = field(repr=False)
    row: Row | None = field(repr=False)
    before: str = ""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A record with *raw* as it must be written; None for one that is dropped."""

    record: Record
    raw: str | None = field(repr=False)


def rewritten(
    records: Iterable[Record],
    each: Callable[[Iterable[Row]], Iterator[Row | None]],
    changed: Callable[[str, Row, Row], str],
) -> Iterator[Rewritten]:
    """Each of *records* in order: as it is, dropped, or as *changed* makes it of its raw text and its row before and
    after. *each* may read some rows ahead; those are held, and no more.
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
        same = after is before
        yield Rewritten(record, None if after is None else record.raw if same else changed(record.raw, before, after))
    for record in waiting:
        yield Rewritten(record, record.raw)
