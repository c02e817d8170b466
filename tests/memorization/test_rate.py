"""Exact bounds on a rate, against the binomial distribution itself."""

from __future__ import annotations

import math

import pytest
import scipy.stats  # noqa: F401 - loaded before Hypothesis begins to count time
from hypothesis import given
from hypothesis import strategies as st

from finewarden.memorization.rate import needed, rate_bounds


def tail(hits: int, n: int, rate: float, *, upper: bool) -> float:
    """P[X >= hits] or P[X <= hits] of a binomial, summed by hand."""
    chosen = range(hits, n + 1) if upper else range(hits + 1)
    return math.fsum(math.comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in chosen)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.sampled_from([0.05, 0.01]))
def test_each_bound_is_where_the_tail_has_the_significance(case: tuple[int, int], significance: float) -> None:
    """At the bound, what was observed or more (less) has exactly the stated probability."""
    hits, n = case
    lower, upper = rate_bounds(hits, n, significance)
    assert lower <= hits / n <= upper
    if hits:
        assert tail(hits, n, lower, upper=True) == pytest.approx(significance, rel=1e-6)
    if hits < n:
        assert tail(hits, n, upper, upper=False) == pytest.approx(significance, rel=1e-6)


def test_known_values() -> None:
    """No hit among n bounds the rate by 1 − significance^(1/n)."""
    assert rate_bounds(0, 300, 0.05)[1] == pytest.approx(0.0099, abs=1e-4)
    assert rate_bounds(0, 0, 0.05) == (0.0, 1.0)
    assert rate_bounds(0, needed(0.05, 0.01), 0.01)[1] <= 0.05 < rate_bounds(0, needed(0.05, 0.01) - 1, 0.01)[1]


@pytest.mark.parametrize(("hits", "n", "significance"), [(3, 2, 0.05), (-1, 2, 0.05), (1, 2, 0.0), (1, 2, 1.0)])
def test_what_cannot_be_is_refused(hits: int, n: int, significance: float) -> None:
    """Impossible counts and levels are errors, never a bound."""
    with pytest.raises(ValueError, match="allowed"):
        rate_bounds(hits, n, significance)
    with pytest.raises(ValueError, match="allowed"):
        needed(0.0, 0.05)
