"""The best sequence of tags under a linear-chain CRF, for many sentences at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from finewarden.personal_data.chinese_names.lanes import Lanes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["best_tags"]

_CHUNK: Final = 32  # lanes at a time: 57 x 57 x 32 float32 stay in a core's cache


def best_tags(emissions: NDArray[np.float32], lanes: Lanes, crf: NDArray[np.float32]) -> NDArray[np.int64]:
    """(steps, lanes): the tags of each sentence with the highest score; of equal ones the lowest number, from the last
    tag on.

    *emissions*: (steps, lanes, K). *crf*: (K + 2, K), Paddle's order: score of beginning with a tag, of ending with it,
    then of going from the row's tag to the column's.
    """
    import numpy as np

    path = np.empty(emissions.shape[:2], np.int64)
    for start in range(0, emissions.shape[1], _CHUNK):
        some = np.s_[:, start : start + _CHUNK]
        _chunk(emissions[some], lanes.begins[some], lanes.ends[some], crf, path[some])
    return path


def _chunk(
    emissions: NDArray[np.float32],
    begins: NDArray[np.bool_],
    ends: NDArray[np.bool_],
    crf: NDArray[np.float32],
    path: NDArray[np.int64],
) -> None:
    import numpy as np

    begin, end, go = crf[0][:, None], crf[1][:, None], crf[2:]
    steps, width, tags = emissions.shape
    scores = np.ascontiguousarray(emissions.transpose(0, 2, 1))  # (step, tag, lane): of the best way to that tag
    # Lanes in which nothing has begun yet are added to as well: zeros, since chance bytes can be no numbers.
    ways, best = np.empty((tags, tags, width), np.float32), np.zeros((tags, width), np.float32)
    into = go[:, :, None]
    for step in range(steps):
        if step:
            np.add(scores[step - 1, :, None], into, out=ways)
            np.maximum.reduce(ways, axis=0, out=best)
        fresh = np.flatnonzero(begins[step])
        if fresh.size:
            best[:, fresh] = begin
        scores[step] += best
    # Which tag a best score came from is asked for along the one path alone, not for all tags at every step.
    for step in range(steps - 1, -1, -1):
        after = end if step == steps - 1 else np.where(ends[step], end, go[:, path[step + 1]])
        path[step] = (scores[step] + after).argmax(0)
