"""(n, p)-discoverable extraction against exact rational arithmetic."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.memorization.extraction import hit_probability, log_p_needed, samples_needed

PROBABILITIES = st.fractions(min_value=Fraction(1, 10**12), max_value=1, max_denominator=10**12)


@given(PROBABILITIES, st.integers(1, 60))
def test_hit_probability_is_the_exact_one(p: Fraction, n: int) -> None:
    """One minus the probability that every sample misses, as rational arithmetic has it."""
    exact = 1 - (1 - p) ** n
    assert hit_probability(math.log(p), n) == pytest.approx(float(exact), rel=1e-9)


def test_the_smallest_probabilities_are_not_lost() -> None:
    """1 − (1 − P)^n in plain floats says 0 for P = 6.9e-27; the true value is n times P."""
    assert hit_probability(math.log(6.9e-27), 10_000) == pytest.approx(6.9e-23, rel=1e-9)
    assert hit_probability(-2000.0, 10**6) == 0.0
    assert hit_probability(-math.inf, 1000) == 0.0
    assert hit_probability(0.0, 1) == 1.0


def test_the_default_bar_is_the_papers() -> None:
    """n = 1000 and p = 0.5 ask for a probability of 6.93e-4 a sample."""
    assert math.exp(log_p_needed(1000, 0.5)) == pytest.approx(6.929e-4, rel=1e-3)


@given(st.integers(1, 10**6), st.floats(0.01, 0.99))
def test_the_bar_is_where_the_hit_probability_reaches_p(n: int, p: float) -> None:
    """At the bar the hit probability is p."""
    assert hit_probability(log_p_needed(n, p), n) == pytest.approx(p, rel=1e-6)


@given(st.floats(-30, -1e-6), st.floats(0.01, 0.99))
def test_samples_needed_is_the_least_number(log_p: float, p: float) -> None:
    """With that many samples the probability is reached, with one fewer it is not."""
    n = samples_needed(log_p, p)
    assert hit_probability(log_p, int(n)) >= p * (1 - 1e-9)
    assert n == 1 or hit_probability(log_p, int(n) - 1) <= p * (1 + 1e-9)


def test_no_number_of_samples_finds_the_impossible() -> None:
    """A probability of zero needs infinitely many samples; a tiny one a finite number."""
    assert samples_needed(-math.inf, 0.5) == math.inf
    assert samples_needed(-100.0, 0.5) == pytest.approx(math.log(2) * math.exp(100), rel=1e-9)
    assert samples_needed(0.0, 0.5) == 1


@pytest.mark.parametrize(("log_p", "n"), [(0.1, 5), (math.nan, 5), (-1.0, 0)])
def test_what_is_no_probability_is_refused(log_p: float, n: int) -> None:
    """A positive or undefined logarithm, or no sample at all, is an error that names the argument."""
    with pytest.raises(ValueError, match="allowed"):
        hit_probability(log_p, n)


def test_p_must_lie_between_the_ends() -> None:
    """p = 0 and p = 1 ask nothing that could be answered."""
    for p in (0.0, 1.0):
        with pytest.raises(ValueError, match="p: got"):
            samples_needed(-1.0, p)
        with pytest.raises(ValueError, match="p: got"):
            log_p_needed(10, p)
