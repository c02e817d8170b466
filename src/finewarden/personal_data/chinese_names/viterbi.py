"""The best sequence of tags under a linear-chain CRF, for many sentences at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["best_tags"]

_CHUNK = 32  # sentences at a time: 57 x 57 x 32 float32 stay in a core's cache


def best_tags(
    emissions: NDArray[np.float32], lengths: Sequence[int], crf: NDArray[np.float32]
) -> list[NDArray[np.int64]]:
    """The tags of each sentence with the highest score; of equal ones the lowest numbers, from the last tag on.

    *emissions*: (longest, sentences, K), longest sentence first, no *lengths* 0. *crf*: (K + 2, K), Paddle's order:
    score of beginning with a tag, of ending with it, then of going from the row's tag to the column's.
    """
    found: list[NDArray[np.int64]] = []
    for start in range(0, len(lengths), _CHUNK):
        some = lengths[start : start + _CHUNK]
        found += _chunk(emissions[: some[0], start : start + _CHUNK], some, crf)
    return found


def _chunk(emissions: NDArray[np.float32], lengths: Sequence[int], crf: NDArray[np.float32]) -> list[NDArray[np.int64]]:
    import numpy as np

    begin, end, go = crf[0][:, None], crf[1], crf[2:]
    longest, count, tags = emissions.shape
    scores = np.ascontiguousarray(emissions.transpose(0, 2, 1))  # (step, tag, sentence), best score of any way there
    scores[0] += begin
    live = np.count_nonzero(np.asarray(lengths)[None] > np.arange(longest)[:, None], axis=1)
    ways, best = np.empty((tags, tags, count), np.float32), np.empty((tags, count), np.float32)
    for step in range(1, longest):
        n = int(live[step])
        if n != ways.shape[2]:
            ways, best = np.empty((tags, tags, n), np.float32), np.empty((tags, n), np.float32)
        np.add(scores[step - 1, :, None, :n], go[:, :, None], out=ways)
        np.maximum.reduce(ways, axis=0, out=best)
        scores[step, :, :n] += best
    # Which tag a best score came from is asked for along the one path alone, not for all K at every step.
    sentences = np.arange(count)
    last = np.asarray(lengths) - 1
    tag = (scores[last, :, sentences] + end).argmax(1)
    path = np.zeros((longest, count), np.int64)
    path[last, sentences] = tag
    for step in range(longest - 1, 0, -1):
        n = int(live[step])
        came = (scores[step - 1, :, :n] + go[:, path[step, :n]]).argmax(0)
        path[step - 1, :n] = came
    return [path[:length, column] for column, length in enumerate(lengths)]
