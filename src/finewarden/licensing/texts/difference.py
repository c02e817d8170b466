"""Where two sequences of words differ, found in time linear in their lengths, whatever they hold."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

__all__ = ["Difference", "differences"]

_DEPTH = 12  # regions are cut at most so often: a hostile text costs time in its length, no more


class Difference(NamedTuple):
    """The words *a1* to before *a2* of the first stand as *b1* to before *b2* in the second; one side may be empty."""

    a1: int
    a2: int
    b1: int
    b2: int


def differences(a: Sequence[int], b: Sequence[int]) -> list[Difference]:
    """Every place where *a* and *b* differ, in order; empty exactly when they are equal.

    Patience diff: runs of words that occur once in *a* are looked up in *b* (the first such run there), the longest
    chain of them in the same order on both sides holds, and what lies between is compared again with shorter runs.
    """
    blocks = sorted(_blocks(a, b))
    found, ai, bi = [], 0, 0
    for a1, b1, length in [*blocks, (len(a), len(b), 0)]:
        if a1 > ai or b1 > bi:
            found.append(Difference(ai, a1, bi, b1))
        ai, bi = a1 + length, b1 + length
    return found


def _blocks(a: Sequence[int], b: Sequence[int]) -> list[tuple[int, int, int]]:
    found: list[tuple[int, int, int]] = []
    regions = [(0, len(a), 0, len(b), 0)]
    while regions:
        a1, a2, b1, b2, depth = regions.pop()
        start = a1
        while a1 < a2 and b1 < b2 and a[a1] == b[b1]:
            a1, b1 = a1 + 1, b1 + 1
        if a1 > start:
            found.append((start, b1 - (a1 - start), a1 - start))
        end = a2
        while a1 < a2 and b1 < b2 and a[a2 - 1] == b[b2 - 1]:
            a2, b2 = a2 - 1, b2 - 1
        if a2 < end:
            found.append((a2, b2, end - a2))
        if a1 == a2 or b1 == b2 or depth == _DEPTH:
            continue
        chain = next((c for n in (8, 3, 1) if (c := _chain(a[a1:a2], b[b1:b2], n))), [])
        ai, bi = a1, b1
        for at, to, length in chain:
            found.append((a1 + at, b1 + to, length))
            regions.append((ai, a1 + at, bi, b1 + to, depth + 1))
            ai, bi = a1 + at + length, b1 + to + length
        if chain:
            regions.append((ai, a2, bi, b2, depth + 1))
    return found


def _chain(a: Sequence[int], b: Sequence[int], n: int) -> list[tuple[int, int, int]]:
    """The longest chain of runs of *n* words, merged into (where in a, where in b, length)."""
    mine: dict[tuple[int, ...], int] = {}
    step = max(1, n // 2)  # runs that overlap by half join to one; the ends are found when what is between is compared
    for i, run in zip(range(0, len(a), step), islice(_runs(a, n), 0, None, step), strict=False):
        mine[run] = -1 if run in mine else i  # only what stands there once tells where it belongs
    theirs: dict[tuple[int, ...], int] = {}
    for j, run in enumerate(_runs(b, n)):
        if run in mine:
            # Of a text that stands there twice, the first is compared; a single word must be the only one.
            theirs[run] = -1 if n == 1 and run in theirs else theirs.get(run, j)
    pairs = sorted((i, theirs[run]) for run, i in mine.items() if i >= 0 and theirs.get(run, -1) >= 0)
    merged: list[tuple[int, int, int]] = []
    for i, j in _longest_rise(pairs):
        if merged:
            at, to, length = merged[-1]
            if i - at == j - to and i <= at + length:
                merged[-1] = (at, to, i - at + n)
                continue
            if i < at + length or j < to + length:
                continue
        merged.append((i, j, n))
    return merged


def _runs(words: Sequence[int], n: int) -> Iterator[tuple[int, ...]]:
    return zip(*(words[k:] for k in range(n)), strict=False)


def _longest_rise(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        at = bisect_left(ends, j)
        before.append(last[at - 1] if at else -1)
        if at == len(ends):
            ends.append(j)
            last.append(number)
        else:
            ends[at], last[at] = j, number
    chain = []
    number = last[-1] if last else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]
