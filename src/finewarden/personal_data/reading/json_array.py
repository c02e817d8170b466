"""A .json file that is no JSON Lines: an array of objects, or objects one after another, read element by element."""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from finewarden.personal_data.reading import jsonl
from finewarden.personal_data.reading.lines import WIDE, is_wide, without_mark
from finewarden.personal_data.reading.rows import LONGEST, Broken, Item

__all__ = ["is_lines", "read"]

_BLOCK = 2**18
# A string is passed over whole: a bracket inside one is no bracket. One that the block cuts off ends the search.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|(?P<cut>\\?\Z))|[{}\[\]]', re.DOTALL)
_BETWEEN = re.compile(r"\s*+,?\s*+")


def is_lines(stream: BinaryIO) -> bool:
    """Whether what *stream* begins with is JSON Lines under another name: its first line is an object by itself."""
    head = stream.readline(LONGEST + 1).removeprefix(b"\xef\xbb\xbf")
    while head and not head.strip():
        head = stream.readline(LONGEST + 1)
    if not head.lstrip().startswith(b"{"):
        return False
    return not isinstance(jsonl.parsed(head.decode("utf-8", "replace"), 1), Broken)


def read(stream: BinaryIO) -> Iterator[Item]:
    """The elements, numbered by their place from 1. One that is no JSON is told, and reading goes on behind it.

    Memory: one element and as much again. An element that is never closed ends the file.
    """
    elements = _Elements()
    decode = codecs.getincrementaldecoder("utf-8")().decode
    first = True
    try:
        # As much again as is waiting: a long element is looked through once for each doubling, not for each block.
        while block := stream.read(_BLOCK + len(elements.waiting)):
            if first:
                start = without_mark(block)
                if isinstance(start, Broken):
                    yield start
                    return
                block, first = start, False
            if is_wide(block):
                yield Broken(elements.number + 1, WIDE)
                return
            yield from elements.found(decode(block))
            if len(elements.waiting) > LONGEST:
                yield Broken(elements.number + 1, f"is longer than {LONGEST // 2**20} MiB or never closed; split it")
                return
        yield from elements.found(decode(b"", True))
    except UnicodeDecodeError:
        yield Broken(elements.number + 1, "is not UTF-8, and nothing behind it was read; save the file as UTF-8")
        return
    except (EOFError, zlib.error):
        yield Broken(elements.number + 1, "is gzip that ends in the middle or is damaged; pack it again")
        return
    yield from elements.rest()


class _Elements:
    """Finds elements in text that comes in pieces; *waiting* is what is not yet known to be one."""

    def __init__(self) -> None:
        self.waiting, self.number = "", 0
        self._depth = self._base = 0  # of brackets here, and of elements: 1 in an array
        self._within, self._at = False, 0  # whether an element has begun at 0, how far it has been looked at
        self._array = True  # whether an array may still begin

    def found(self, more: str) -> Iterator[Item]:
        text = self.waiting + more
        begun = 0  # of the element at hand, or of what stands before the next
        for token in _TOKEN.finditer(text, self._at):
            mark = token[0][0]
            if token["cut"] is not None:
                self._at = token.start()
                break
            if mark in "{[":
                if not self._within:
                    yield from self._stray(text[begun : token.start()])
                    if mark == "[" and self._array:
                        self._array, self._depth, self._base, begun = False, 1, 1, token.end()
                        continue
                    self._within, self._array, begun = True, False, token.start()
                self._depth += 1
            elif mark in "}]" and self._within:
                self._depth -= 1
                if self._depth == self._base:
                    self.number += 1
                    yield jsonl.parsed(text[begun : token.end()], self.number)
                    self._within, begun = False, token.end()
            elif mark == "]" and self._base:
                yield from self._stray(text[begun : token.start()])
                self._depth, self._base, begun = 0, 0, token.end()
        else:
            self._at = len(text)
        self.waiting = text[begun:]
        self._at = max(self._at - begun, 0)

    def rest(self) -> Iterator[Broken]:
        if self._within or self._base:
            yield Broken(self.number + 1, "is not JSON (the file ends before it is closed); write the file again")
        else:
            yield from self._stray(self.waiting)

    def _stray(self, text: str) -> Iterator[Broken]:
        if not _BETWEEN.fullmatch(text):
            yield Broken(self.number + 1, "stands beside a value that is no object; write an array of objects")
