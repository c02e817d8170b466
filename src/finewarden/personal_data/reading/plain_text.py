"""Plain text and Markdown: one row a line, in the column `text`, as `datasets` reads a text file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from finewarden.personal_data.reading.lines import decoded, lines, without_mark
from finewarden.personal_data.reading.rows import Broken, Item, Row

__all__ = ["read"]


def read(stream: BinaryIO, *, first: int = 1, size: int | None = None) -> Iterator[Item]:
    """The lines of the next *size* bytes, numbered from *first* on; blank ones are passed over."""
    for line in lines(stream, first=first, size=size):
        if isinstance(line, Broken):
            yield line
            continue
        number, content = line
        if number == 1:
            start = without_mark(content)
            if isinstance(start, Broken):
                yield start
                return
            content = start
        if content.strip():
            text = decoded(content, number)
            yield text if isinstance(text, Broken) else Row(number, {"text": text.rstrip("\r\n")})
