"""Exposure in bits, its p-value, its bounds, and the curve beyond the references."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import binom, combine_pvalues, norm, skewnorm

from finewarden.memorization.exposure import (
    below_share_p_value,
    combined_p_value,
    exposure_bounds,
    extrapolated_exposure,
    rank_exposure,
    rank_p_value,
    references_at_or_below,
)

nll = st.integers(0, 12).map(float)  # small whole numbers: ties happen


@given(st.lists(nll, max_size=8), st.lists(nll, min_size=1, max_size=20))
def test_rank_by_counting(canaries: list[float], references: list[float]) -> None:
    """The rank is one more than the references at least as likely, ties among them, in the order of the input."""
    expected = [
        math.log2(len(references)) - math.log2(1 + sum(other <= own for other in references)) for own in canaries
    ]

    assert rank_exposure(canaries, references) == pytest.approx(expected)
    for own in canaries:
        below = sum(other <= own for other in references)
        assert references_at_or_below(own, references) == below
        assert rank_p_value(own, references) == (1 + below) / (1 + len(references))


@pytest.mark.parametrize(("canary", "bits"), [(0.5, 2.0), (1.0, 1.0), (2.5, 2 - math.log2(3)), (9.0, 2 - math.log2(5))])
def test_known_exposures(canary: float, bits: float) -> None:
    """Among references 1, 2, 3, 4 the best rank gives log2 4 bits, a tie costs a rank, the worst is just below 0."""
    assert rank_exposure([canary], [4.0, 1.0, 3.0, 2.0]) == [pytest.approx(bits)]


def test_chance_gives_1_over_ln_2_bits() -> None:
    """Without memorisation the mean exposure is 1.44 bits, and p-values are uniform."""
    rng = np.random.default_rng(0)
    ranks = [(rank_exposure([x[0]], x[1:])[0], rank_p_value(x[0], x[1:])) for x in rng.normal(size=(2000, 512))]
    bits, p_values = map(np.array, zip(*ranks, strict=True))

    assert bits.mean() == pytest.approx(1 / math.log(2), abs=0.1)
    for level in (0.01, 0.05, 0.5):
        assert binom.sf((p_values <= level).sum() - 1, len(p_values), level) > 1e-3


@given(st.integers(1, 400), st.floats(0, 1), st.sampled_from([0.05, 0.01, 1e-4]))
def test_bounds_are_clopper_pearson(references: int, share: float, significance: float) -> None:
    """At the upper bound's share so few, and at the lower bound's so many, have just the stated chance."""
    below = round(share * references)
    lower, upper = exposure_bounds(below, references, significance)

    assert lower <= upper
    if below < references:
        assert binom.cdf(below, references, 2.0**-lower) == pytest.approx(significance, rel=1e-6)
        assert below_share_p_value(below, references, max(0.0, lower)) == pytest.approx(significance, rel=1e-6)
    if below:
        assert binom.sf(below - 1, references, 2.0**-upper) == pytest.approx(significance, rel=1e-6)
    else:
        assert upper == math.inf


@given(st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=30))
def test_combined_is_fishers(p_values: list[float]) -> None:
    """All canaries together are Fisher's method as scipy has it."""
    assert combined_p_value(p_values) == pytest.approx(combine_pvalues(p_values, "fisher").pvalue, rel=1e-9)
    assert combined_p_value([*p_values, 0.0]) == 0.0


@pytest.mark.parametrize(("canaries", "references"), [(2, 1000), (20, 1000), (20, 20)])
def test_combined_keeps_its_level(canaries: int, references: int) -> None:
    """Over ranks that know nothing it is at most alpha at most that often, few references or many."""
    ranks = np.random.default_rng(0).integers(1, references + 2, (4000, canaries)) / (references + 1)
    found = np.array([combined_p_value(row) for row in ranks.tolist()])

    for level in (0.05, 0.01):
        assert binom.sf((found <= level).sum() - 1, len(found), level) > 1e-3


def test_extrapolation_is_the_fitted_curve() -> None:
    """Where a double holds the tail, the bits are −log2 of scipy's own skew-normal distribution function."""
    references = skewnorm.rvs(2.0, 30, 4, size=400, random_state=0)
    fit = skewnorm.fit(references)
    canaries = [float(references.min()) - 3, 28.0, 32.0, 60.0]
    expected = [-math.log2(quad(lambda t: skewnorm.pdf(t, *fit), -200, x, points=[x - 1, x - 5])[0]) for x in canaries]

    assert extrapolated_exposure(canaries, references) == pytest.approx(expected, abs=1e-4, rel=1e-5)


def test_extrapolation_stays_finite_far_out() -> None:
    """A canary far below all references has many bits, not infinitely many, and more the farther it is."""
    references = np.random.default_rng(0).normal(100, 5, 1000)
    found = extrapolated_exposure([80.0, 40.0, -500.0, -1e5], references)

    assert all(map(math.isfinite, found))
    assert found == sorted(found)
    shape, centre, scale = skewnorm.fit(references)
    if abs(shape) < 0.5:  # nearly normal: the tail is bounded by those of φ and of φ(·)Φ(shape ·)
        assert found[1] > -norm.logcdf((40.0 - centre) / scale) / math.log(2) * 0.5


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_refused(bad: float) -> None:
    """A score that is no number has no rank: it is an error, never 0 bits."""
    for canaries, references in (([bad], [1.0, 2.0, 3.0]), ([1.0], [bad, 2.0, 3.0])):
        for function in (rank_exposure, extrapolated_exposure):
            with pytest.raises(ValueError, match="not finite"):
                function(canaries, references)
    with pytest.raises(ValueError, match="not finite"):
        rank_p_value(bad, [1.0])


def test_counts_and_levels_are_checked() -> None:
    """What can't be is named, with what is allowed."""
    with pytest.raises(ValueError, match="reference_nll: got 0"):
        rank_exposure([1.0], [])
    with pytest.raises(ValueError, match="at_or_below: got 5"):
        exposure_bounds(5, 4, 0.05)
    with pytest.raises(ValueError, match="significance: got 1"):
        exposure_bounds(1, 4, 1)
    with pytest.raises(ValueError, match="bits: got -1"):
        below_share_p_value(1, 4, -1)
    with pytest.raises(ValueError, match="p_values: got"):
        combined_p_value([0.5, 1.1])
    with pytest.raises(ValueError, match="all are equal"):
        extrapolated_exposure([1.0], [2.0, 2.0, 2.0])
