"""Lanes: every character has one place, and its mirror is where its sentence, read from the end, has it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from finewarden.personal_data.chinese_names.lanes import TILE, Lanes, batches


@given(st.lists(st.integers(1, 40), min_size=1, max_size=60))
def test_sentences_are_laid_and_taken_back(lengths: list[int]) -> None:
    """What is laid is taken back; it begins and ends once, and is mirrored within itself."""
    lengths.sort(reverse=True)
    lanes = Lanes.of(lengths)
    sentences = [np.arange(length) + 100 * number + 1 for number, length in enumerate(lengths)]
    cells = lanes.laid(sentences)
    assert cells.shape[1] % TILE == 0
    assert [each.tolist() for each in lanes.taken(cells)] == [each.tolist() for each in sentences]
    assert np.count_nonzero(cells) == sum(lengths)
    mirrored = lanes.taken(cells[lanes.mirror, np.arange(cells.shape[1])])
    assert [each.tolist()[::-1] for each in mirrored] == [each.tolist() for each in sentences]
    assert np.count_nonzero(lanes.begins) == np.count_nonzero(lanes.ends) == len(lengths)
    assert all(lanes.begins[at, lane] for at, lane in zip(lanes.start, lanes.lane, strict=True))


@given(st.lists(st.text("ab", min_size=1, max_size=3000), max_size=12))
def test_batches_hold_each_sentence_once(sentences: list[str]) -> None:
    """All distinct sentences come, each once, the longest first, and no batch grows without end."""
    made = list(batches(sentences))
    flat = [each for batch in made for each in batch]
    assert sorted(flat) == sorted(set(sentences))
    assert [len(each) for each in flat] == sorted(map(len, flat), reverse=True)
    assert all(sum(map(len, batch)) <= 8192 + 3000 for batch in made)
