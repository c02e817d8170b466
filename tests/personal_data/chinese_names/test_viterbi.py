"""The best path is the best of all paths."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from finewarden.personal_data.chinese_names.lanes import Lanes
from finewarden.personal_data.chinese_names.viterbi import best_tags


@settings(max_examples=40)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=40), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_no_path_scores_higher(lengths: list[int], tags: int, seed: int) -> None:
    """The path found has the highest score of all tag sequences, tried one by one; ties go to the lower last tags."""
    random = np.random.default_rng(seed)
    lengths.sort(reverse=True)
    lanes = Lanes.of(lengths)
    # Small whole numbers: sums are exact, and ties come often.
    crf = random.integers(-3, 4, (tags + 2, tags)).astype(np.float32)
    emissions = random.integers(-3, 4, (*lanes.begins.shape, tags)).astype(np.float32)
    found = lanes.taken(best_tags(emissions, lanes, crf))
    for path, at, lane, length in zip(found, lanes.start, lanes.lane, lengths, strict=True):
        given_here = emissions[at : at + length, lane]
        best = max(
            product(range(tags), repeat=length), key=lambda p: (_score(p, given_here, crf), [-t for t in p[::-1]])
        )
        assert tuple(path) == best


def _score(path: tuple[int, ...], emissions: np.ndarray, crf: np.ndarray) -> float:
    steps = sum(crf[2 + a, b] for a, b in pairwise(path))
    return float(crf[0, path[0]] + crf[1, path[-1]] + steps + sum(emissions[i, tag] for i, tag in enumerate(path)))
