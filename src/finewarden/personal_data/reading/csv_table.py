"""CSV and TSV: a header, then one row a record; every cell is a string, an absent one None."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from finewarden.personal_data.reading.lines import lines, without_mark
from finewarden.personal_data.reading.rows import LONGEST, Broken, Item, Row

__all__ = ["Header", "cuts", "header", "read"]

_WRONG = "is not CSV; put texts with quotes, commas or line ends in quotes"


@dataclass(frozen=True, slots=True)
class Header:
    """The columns. *twice*: a name stood there more than once, and has a number here, as pandas calls it."""

    names: tuple[str, ...]
    twice: bool = False


class _Lines:
    """The next *size* bytes of a stream as lines of text; `wrong`: why the last of them can't be one."""

    def __init__(self, stream: BinaryIO, size: int | None = None, *, begins: bool = False) -> None:
        self._lines, self._begins = lines(stream, size=size), begins
        self.wrong = ""

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            if isinstance(line, Broken):
                self.wrong = line.why
                continue
            content = line[1]
            if self._begins:
                start = without_mark(content)
                if isinstance(start, Broken):
                    self.wrong = start.why
                    return
                content, self._begins = start, False
            try:
                yield content.decode("utf-8")
            except UnicodeDecodeError:
                self.wrong = "is not UTF-8; save it as UTF-8"
                yield content.decode("utf-8", "replace")


def header(stream: BinaryIO, delimiter: str) -> Header | Broken:
    """The header of a file, which *stream* stands at the begin of, and behind its header then."""
    source = _Lines(stream, begins=True)
    for cells in _cells(source, delimiter):
        if isinstance(cells, Broken) or source.wrong:
            return Broken(1, source.wrong or _WRONG)
        names = [cell.strip() for cell in cells]
        apart: dict[str, None] = {}
        times: dict[str, int] = {}
        for name in names:
            shown = name
            while shown in apart:
                times[name] = times.get(name, 0) + 1
                shown = f"{name}.{times[name]}"
            apart[shown] = None
        return Header(tuple(apart), twice=bool(times))
    return Broken(1, source.wrong) if source.wrong else Header(())


def read(
    stream: BinaryIO, delimiter: str, columns: Header, *, first: int = 1, size: int | None = None
) -> Iterator[Item]:
    """The records of the next *size* bytes of *stream*, which stands behind the header or at a cut."""
    number = first
    source = _Lines(stream, size)
    if columns.twice and first == 1:
        yield Broken(1, "names a column twice; keep one of each")
    for cells in _cells(source, delimiter):
        if isinstance(cells, Broken) or source.wrong:
            yield Broken(number, source.wrong or _WRONG)
        elif len(cells) > len(columns.names):
            yield Broken(number, f"has {len(cells)} cells under {len(columns.names)} names; put commas in quotes")
        else:
            short: list[str | None] = [None] * (len(columns.names) - len(cells))
            yield Row(number, dict(zip(columns.names, [*cells, *short], strict=True)))
        source.wrong = ""
        number += 1
    if source.wrong:
        yield Broken(number, source.wrong)


def cuts(stream: BinaryIO, delimiter: str, target: int) -> Iterator[tuple[int, int, int]]:
    """Where the file can be cut between records: first byte, byte behind, number of the first record; each about
    *target* bytes. *stream*, of a file, stands behind the header. Quotes decide, so the whole file is read.
    """
    source = _Lines(stream)
    start, first, number = stream.tell(), 1, 1
    for _ in _cells(source, delimiter):
        source.wrong = ""
        number += 1
        if (at := stream.tell()) - start >= target:
            yield start, at, first
            start, first = at, number
    if (at := stream.tell()) > start:
        yield start, at, first


def _cells(source: _Lines, delimiter: str) -> Iterator[list[str] | Broken]:
    csv.field_size_limit(LONGEST)  # of the process; the library's own limit is 128 KiB
    reader = csv.reader(source, delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Broken(0, "")
            continue
        if cells or source.wrong:
            yield cells
