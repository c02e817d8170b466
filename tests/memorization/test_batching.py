"""Rows into passes: bounds are kept, nothing is lost, padding stays small."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from finewarden.memorization.batching import CACHE_TOKENS, Bounds, passes

ROWS = st.lists(st.tuples(st.integers(1, 60), st.integers(1, 20)), max_size=40)


@given(ROWS, st.integers(0, 100), st.integers(1, 300), st.integers(1, 60))
def test_every_pass_keeps_its_bounds(rows: list[tuple[int, int]], prefix: int, tokens: int, targets: int) -> None:
    """Every row once, longest first; only a single row may be larger than the bounds."""
    lengths = {i: length for i, (length, _) in enumerate(rows)}
    wanted = {i: min(count, lengths[i]) for i, (_, count) in enumerate(rows)}
    found = list(passes(list(lengths), lengths, wanted, prefix, Bounds(tokens, targets)))
    assert sorted(i for batch in found for i in batch) == list(range(len(rows)))
    flat = [lengths[i] for batch in found for i in batch]
    assert flat == sorted(flat, reverse=True)
    for batch in found:
        width = lengths[batch[0]]
        assert len(batch) == 1 or len(batch) * width <= tokens
        assert len(batch) == 1 or len(batch) * (prefix + width) <= CACHE_TOKENS * tokens
        assert len(batch) == 1 or sum(wanted[i] for i in batch) <= targets


def test_short_rows_are_not_padded_to_long_ones() -> None:
    """A large pass is closed where the next row would mostly be padding; a small one is not."""
    lengths = {**dict.fromkeys(range(5), 400), **dict.fromkeys(range(5, 200), 20)}
    ones = dict.fromkeys(lengths, 1)
    assert [len(batch) for batch in passes(list(lengths), lengths, ones, 0, Bounds(8192, 10**6))] == [5, 195]
    few = {0: 400, 1: 20}
    assert [len(batch) for batch in passes([0, 1], few, {0: 1, 1: 1}, 0, Bounds(8192, 10**6))] == [2]
