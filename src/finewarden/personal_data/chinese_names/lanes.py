"""Sentences of any length side by side without gaps: a lane holds one sentence behind the other.

All lanes are read at once, step by step; a new sentence begins with nothing remembered of the one before.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["TILE", "Lanes", "batches"]

TILE: Final = 16  # the number of lanes is a multiple of it
_MOST_LANES: Final = 64
_CHARACTERS: Final = 8192  # in a batch, about: its arrays stay below 40 MB


@dataclass(frozen=True)
class Lanes:
    """Sentence i stands in lane ``lane[i]``, in steps ``start[i]`` to ``start[i] + lengths[i]``.

    *steps* x *width* cells. *begins* and *ends*: where a sentence does. *mirror*: the step of the cell that a sentence,
    read from its end, has there. A cell of no sentence has neither, and mirrors itself.
    """

    lengths: tuple[int, ...]
    lane: tuple[int, ...]
    start: tuple[int, ...]
    begins: NDArray[np.bool_]
    ends: NDArray[np.bool_]
    mirror: NDArray[np.int64]

    @classmethod
    def of(cls, lengths: Sequence[int]) -> Lanes:
        """Lanes for sentences of *lengths* (none 0), which are filled best with the longest first."""
        import numpy as np

        longest, total = max(lengths), sum(lengths)
        width = min(_MOST_LANES, -(-total // (longest * TILE)) * TILE)
        filled = [(0, lane) for lane in range(width)]
        lane, start = [], []
        for length in lengths:
            at, shortest = heapq.heappop(filled)
            lane.append(shortest)
            start.append(at)
            heapq.heappush(filled, (at + length, shortest))
        steps = max(at for at, _ in filled)
        begins, ends = np.zeros((steps, width), np.bool_), np.zeros((steps, width), np.bool_)
        mirror = np.repeat(np.arange(steps)[:, None], width, axis=1)
        for at, column, length in zip(start, lane, lengths, strict=True):
            begins[at, column] = ends[at + length - 1, column] = True
            mirror[at : at + length, column] = np.arange(at + length - 1, at - 1, -1)
        return cls(tuple(lengths), tuple(lane), tuple(start), begins, ends, mirror)

    def laid(self, sentences: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
        """(steps, width): each sentence in its place, 0 in cells of none."""
        import numpy as np

        cells = np.zeros(self.begins.shape, np.int64)
        for sentence, at, column in zip(sentences, self.start, self.lane, strict=True):
            cells[at : at + len(sentence), column] = sentence
        return cells

    def taken(self, cells: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """What stands in the place of each sentence."""
        places = zip(self.start, self.lane, self.lengths, strict=True)
        return [cells[at : at + length, column] for at, column, length in places]


def batches(sentences: Sequence[str]) -> Iterator[list[str]]:
    """The distinct ones of *sentences*, longest first, in batches for one set of lanes each."""
    batch: list[str] = []
    held = 0
    for sentence in sorted(dict.fromkeys(sentences), key=len, reverse=True):
        batch.append(sentence)
        held += len(sentence)
        if held >= _CHARACTERS:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch
