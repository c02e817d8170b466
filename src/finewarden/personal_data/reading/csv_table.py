"""CSV and TSV: a header, then one row a record; every cell is a string, an absent one None."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from finewarden.personal_data.reading.lines import lines, without_mark
from finewarden.personal_data.reading.rows import LONGEST, Broken, Item, Row

__all__ = ["Header", "cuts", "header", "read"]


@dataclass(frozen=True, slots=True)
class Header:
    """The columns, and where the first record begins. *twice*: a column's name stands there more than once."""

    names: tuple[str, ...]
    end: int
    twice: bool = False


class _Lines:
    """The lines of a stream as text; `end` is the byte behind those given, `wrong` why one of them can't be text."""

    def __init__(self, stream: BinaryIO, size: int | None, at: int) -> None:
        self._lines, self._first = lines(stream, size=size), at == 0
        self.end, self.wrong = at, ""

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            if isinstance(line, Broken):
                self.wrong = line.why
                continue
            content = line[1]
            self.end += len(content)
            if self._first:
                start = without_mark(content)
                if isinstance(start, Broken):
                    self.wrong = start.why
                    return
                content, self._first = start, False
            try:
                yield content.decode("utf-8")
            except UnicodeDecodeError:
                self.wrong = "is not UTF-8; save it as UTF-8"
                yield content.decode("utf-8", "replace")


def header(stream: BinaryIO, delimiter: str) -> Header | Broken:
    """The header of a file. A name that stands twice gets a number from the second on, as pandas calls them."""
    source = _Lines(stream, None, 0)
    for cells in _cells(source, delimiter):
        if isinstance(cells, Broken) or source.wrong:
            return Broken(1, source.wrong or "is not CSV; put texts with quotes, commas or line ends in quotes")
        names: list[str] = []
        for cell in (cell.strip() for cell in cells):
            taken = names.count(cell) if len(names) < 1000 else 0
            names.append(f"{cell}.{taken}" if taken else cell)
        return Header(
            tuple(names), source.end, len(set(names)) < len(names) or names != [cell.strip() for cell in cells]
        )
    return Broken(1, source.wrong) if source.wrong else Header((), 0)


def read(
    stream: BinaryIO, delimiter: str, columns: Header, *, at: int, first: int = 1, size: int | None = None
) -> Iterator[Item]:
    """The records of the next *size* bytes of *stream*, which stands at byte *at*, numbered from *first* on."""
    number = first
    source = _Lines(stream, size, at)
    if columns.twice and first == 1:
        yield Broken(1, "names a column twice; keep one of each")
    for cells in _cells(source, delimiter):
        if isinstance(cells, Broken) or source.wrong:
            yield Broken(number, source.wrong or "is not CSV; put texts with quotes, commas or line ends in quotes")
        elif len(cells) > len(columns.names):
            yield Broken(number, f"has {len(cells)} cells under {len(columns.names)} names; put commas in quotes")
        else:
            short: list[str | None] = [None] * (len(columns.names) - len(cells))
            yield Row(number, dict(zip(columns.names, [*cells, *short], strict=True)))
        source.wrong = ""
        number += 1
    if source.wrong:
        yield Broken(number, source.wrong)


def cuts(stream: BinaryIO, delimiter: str, columns: Header, target: int) -> Iterator[tuple[int, int, int]]:
    """Where the file can be cut between records: first byte, byte behind, number of the first record; each about
    *target* bytes. *stream* stands behind the header. Quotes decide, so the whole file is read.
    """
    source = _Lines(stream, None, columns.end)
    start, first, number = columns.end, 1, 1
    for _ in _cells(source, delimiter):
        number += 1
        if source.end - start >= target:
            yield start, source.end, first
            start, first = source.end, number
    if source.end > start:
        yield start, source.end, first


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
