"""Where two sequences differ."""

from __future__ import annotations

import random
import time

from hypothesis import given
from hypothesis import strategies as st

from finewarden.licensing.texts.difference import Difference, differences

words = st.lists(st.integers(0, 6), max_size=60)


@given(words, words)
def test_they_make_one_of_the_other(a: list[int], b: list[int]) -> None:
    """What differs, put in the place of what it replaces, gives the second sequence; nothing differs from itself."""
    found = differences(a, b)
    made, at = [], 0
    for one in found:
        assert one.a1 >= at
        assert one.a1 < one.a2 or one.b1 < one.b2
        made += a[at : one.a1] + b[one.b1 : one.b2]
        at = one.a2

    assert made + a[at:] == b
    assert (found == []) == (a == b)


def test_a_change_is_where_it_is() -> None:
    """One word changed, taken or given is one difference of one word."""
    a = list(range(300))

    assert differences(a, [*a[:100], -1, *a[101:]]) == [Difference(100, 101, 100, 101)]
    assert differences(a, a[:100] + a[101:]) == [Difference(100, 101, 100, 100)]
    assert differences(a, [*a[:100], -1, *a[100:]]) == [Difference(100, 100, 100, 101)]


def test_of_two_copies_the_first_is_compared() -> None:
    """A text that stands there twice is followed by text on top."""
    a = list(range(300))

    assert differences(a, [*a, -1, *a]) == [Difference(300, 300, 300, 601)]


def test_hostile_sequences_cost_their_length() -> None:
    """Whatever the words are, a long file is compared in time linear in its length."""
    draw, a = random.Random(1), list(range(1000))
    start = time.perf_counter()
    for b in ([7] * 60_000, a * 60, [draw.randrange(1000) for _ in range(60_000)], a[::-1] * 60):
        differences(a, b)

    assert time.perf_counter() - start < 4
