"""Lines of a file of any size, each held alone."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from finewarden.personal_data.reading.rows import LONGEST, Broken

__all__ = ["WIDE", "decoded", "is_wide", "lines", "without_mark"]

WIDE = "looks like UTF-16; save it as UTF-8"
_MANY = 4  # of so many bytes one is NUL, where letters take two or four
_FEWEST = 8

_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def lines(stream: BinaryIO, *, first: int = 1, size: int | None = None) -> Iterator[tuple[int, bytes] | Broken]:
    """Each line with its number, from *first* on, in the next *size* bytes of *stream* (None: all of them).

    Only LF ends a line: other line ends may stand inside a text. A line over LONGEST bytes is told and passed over.
    """
    number = first
    while size is None or size > 0:
        try:
            line = stream.readline(LONGEST + 1 if size is None else min(size, LONGEST + 1))
            if not line:
                return
            length = len(line)
            if length > LONGEST:
                while not line.endswith(b"\n") and (line := stream.readline(2**20)):
                    length += len(line)
        except (EOFError, zlib.error):
            yield Broken(number, "is gzip that ends in the middle or is damaged; pack it again")
            return
        if size is not None:
            size -= length
        if length > LONGEST:
            yield Broken(number, f"is longer than {LONGEST // 2**20} MiB; split it")
        elif is_wide(line):
            yield Broken(number, WIDE)
        else:
            yield number, line
        number += 1


def is_wide(data: bytes) -> bool:
    """Whether *data*, which has no mark, looks like UTF-16 or UTF-32, in which ASCII has NUL bytes; a stray one, or a
    few bytes, make no such text.
    """
    few = b"\0" not in data or len(data) < _FEWEST or data.startswith(_UTF_16)
    return not few and data.count(b"\0") * _MANY >= len(data)


def without_mark(line: bytes) -> bytes | Broken:
    """The first line of a file without its byte order mark, or that the file is UTF-16."""
    if line.startswith(_UTF_16):
        return Broken(1, "is UTF-16; save it as UTF-8")
    return line.removeprefix(_BOM)


def decoded(line: bytes, number: int) -> str | Broken:
    """The text of *line*, or where it is not UTF-8."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        return Broken(number, f"is not UTF-8 (byte {error.start}); save it as UTF-8")
