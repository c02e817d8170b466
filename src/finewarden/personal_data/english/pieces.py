"""Long texts read in pieces: no model reads a million characters at once, and what looks around must not look far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["LONGEST", "Piece", "pieces_of"]

LONGEST = 100_000
# Two pieces share this much, so that nothing shorter is cut in two.
_SHARED = 500


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters *start* to *end* of a text are read; what begins from *first* to *last* (excluded) is kept."""

    start: int
    end: int
    first: int
    last: int


def pieces_of(text: str) -> Iterator[Piece]:
    """*text* as one piece up to 100,000 characters; else pieces cut at line ends, or where there is none at a space.

    Every character is the first of what is kept of exactly one piece, and each piece is read from 500 characters
    before to 500 after that: a finding that is longer may be lost.
    """
    if len(text) <= LONGEST:
        yield Piece(0, len(text), 0, len(text))
        return
    first = 0
    while first < len(text):
        last = _cut(text, first)
        yield Piece(max(0, first - _SHARED), min(len(text), last + _SHARED), first, last)
        first = last


def _cut(text: str, first: int) -> int:
    """Where the piece that begins at *first* ends: behind a line end or a space of its second half, if there is one."""
    last = first + LONGEST - 2 * _SHARED
    if last >= len(text):
        return len(text)
    for mark in ("\n", " "):
        at = text.rfind(mark, first + LONGEST // 2, last)
        if at >= 0:
            return at + 1
    return last
