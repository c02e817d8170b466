"""The AUC, its variance and its bounds: against definitions, and at their stated levels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, norm

from finewarden.memorization.auc import Area
from finewarden.memorization.membership import auc, permutation_p_value

Draw = Callable[[np.random.Generator, int], np.ndarray]

SHIFT = norm.ppf(0.75)
# True AUC 0.75, each in another way; the last two move a whole side at once.
BOUNDARY: dict[str, tuple[Draw, Draw]] = {
    "shift": (lambda r, n: r.normal(SHIFT * 2**0.5, 1, n), lambda r, n: r.normal(0, 1, n)),
    "wide members": (lambda r, n: r.normal(SHIFT * 10**0.5, 3, n), lambda r, n: r.normal(0, 1, n)),
    "wide non-members": (lambda r, n: r.normal(SHIFT * 10**0.5, 1, n), lambda r, n: r.normal(0, 3, n)),
    "half learned by heart": (
        lambda r, n: r.normal(0, 1, n) + 20 * (r.random(n) < 0.5),
        lambda r, n: r.normal(0, 1, n),
    ),
    "members all or nothing": (lambda r, n: np.where(r.random(n) < 0.75, 9.0, -9.0), lambda r, n: r.random(n)),
    "non-members all or nothing": (lambda r, n: r.random(n), lambda r, n: np.where(r.random(n) < 0.75, -9.0, 9.0)),
}


def kernel(members: list[float], non_members: list[float]) -> np.ndarray:
    """ψ of each pair: 1 won, ½ tied, 0 lost; shape [m, n]."""
    high, low = np.array(members)[:, None], np.array(non_members)[None, :]
    return (high > low) + 0.5 * (high == low)


@given(st.lists(st.integers(-5, 5), min_size=2, max_size=15), st.lists(st.integers(-5, 5), min_size=2, max_size=15))
def test_delong(members: list[float], non_members: list[float]) -> None:
    """Value and variance are DeLong's: sample variances of the rows' and of the columns' means over their numbers."""
    psi = kernel(members, non_members)
    area = Area(members, non_members)
    variance = psi.mean(1).var(ddof=1) / len(members) + psi.mean(0).var(ddof=1) / len(non_members)

    assert area.value == pytest.approx(auc(members, non_members))
    if variance > 1e-12:
        assert area.standard_error == pytest.approx(variance**0.5)


def by_group(psi: np.ndarray, mine: list[int], theirs: list[int]) -> np.ndarray:
    """Mean of ψ over each pair of groups."""
    rows = [psi[[g == a for g in mine]].mean(0) for a in dict.fromkeys(mine)]
    return np.stack([np.stack(rows)[:, [g == b for g in theirs]].mean(1) for b in dict.fromkeys(theirs)], axis=1)


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(-3, 3)), min_size=2, max_size=14),
    st.lists(st.tuples(st.integers(0, 4), st.integers(-3, 3)), min_size=2, max_size=14),
)
def test_groups_count_once(members: list[tuple[int, float]], non_members: list[tuple[int, float]]) -> None:
    """With groups of any sizes, value and variance are DeLong's of the mean of ψ over each pair of groups."""
    mine, theirs = [g for g, _ in members], [10 + g for g, _ in non_members]
    sides = [x for _, x in members], [x for _, x in non_members]
    psi = by_group(kernel(*sides), mine, theirs)
    area = Area(*sides, member_groups=mine, non_member_groups=theirs)

    assert area.value == pytest.approx(psi.mean())
    if min(psi.shape) > 1:
        variance = psi.mean(1).var(ddof=1) / psi.shape[0] + psi.mean(0).var(ddof=1) / psi.shape[1]
        if variance > 1e-12:
            assert area.standard_error == pytest.approx(variance**0.5)


def test_groups_of_one_size_are_obuchowski() -> None:
    """With groups of one size the deviations are summed over each, then squared (Obuchowski 1997, equation 3)."""
    rng = np.random.default_rng(0)
    members, non_members = rng.integers(0, 6, 16).tolist(), rng.integers(-1, 5, 12).tolist()
    mine, theirs = [i // 4 for i in range(16)], [100 + i // 3 for i in range(12)]
    psi = kernel(members, non_members)
    expected = 0.0
    for means, names in ((psi.mean(1), mine), (psi.mean(0), theirs)):
        sums = [sum(x - psi.mean() for x, g in zip(means, names, strict=True) if g == name) for name in set(names)]
        expected += len(sums) / (len(sums) - 1) * sum(x**2 for x in sums) / len(means) ** 2

    area = Area(members, non_members, member_groups=mine, non_member_groups=theirs)
    assert area.value == pytest.approx(auc(members, non_members))
    assert area.standard_error == pytest.approx(expected**0.5)


@pytest.mark.parametrize("tail", [True, False])
def test_levels_with_groups_of_unequal_size(tail: bool) -> None:
    """One large group among many of one, or Pareto sizes up to 50, miss neither bound more often than stated."""
    rng = np.random.default_rng(5)
    draws, shift = 1000, norm.ppf(0.75) * 2

    def side(count: int, first: int, moved: float) -> tuple[np.ndarray, list[int]]:
        sizes = np.ceil(rng.pareto(1.0, count)).clip(1, 50) if tail else rng.choice([1] * 30 + [50], count)
        names = np.repeat(np.arange(count), sizes.astype(int))
        return moved + rng.normal(size=count)[names] + rng.normal(size=len(names)), (first + names).tolist()

    found: dict[str, list[float]] = {"above": [], "below": []}
    for _ in range(draws):
        (high, mine), (low, theirs) = side(270, 0, shift), side(30, 1000, 0.0)
        area = Area(high, low, member_groups=mine, non_member_groups=theirs)
        found["above"].append(area.p_above(0.75))
        found["below"].append(area.p_below(0.75))
    for p_values in found.values():
        for level in (0.05, 0.01):
            assert binom.sf(sum(p <= level for p in p_values) - 1, draws, level) > 1e-3


def test_strata_are_compared_within() -> None:
    """Strata weigh by their pairs, and a difference between strata is no evidence."""
    rng = np.random.default_rng(0)
    parts = [(rng.normal(c, 1, m), rng.normal(c, 1, n)) for c, m, n in ((0, 9, 5), (50, 4, 12), (-50, 6, 6))]
    weights = [len(a) * len(b) for a, b in parts]
    alone = [Area(a.tolist(), b.tolist()) for a, b in parts]
    area = Area(
        np.concatenate([a for a, _ in parts]),
        np.concatenate([b for _, b in parts]),
        member_strata=[i for i, (a, _) in enumerate(parts) for _ in a],
        non_member_strata=[i for i, (_, b) in enumerate(parts) for _ in b],
    )

    assert area.value == pytest.approx(np.average([part.value for part in alone], weights=weights))
    expected = sum((w / sum(weights) * part.standard_error) ** 2 for w, part in zip(weights, alone, strict=True))
    assert area.standard_error == pytest.approx(expected**0.5)
    assert area.n == 42


def rates(kind: str, members: int, non_members: int, strata: int, groups: int, draws: int) -> dict[str, list[float]]:
    """p-values of both directions at the boundary: *strata* of so many groups of *groups* scores that are equal but for
    a little noise."""
    rng = np.random.default_rng(7)
    high, low = BOUNDARY[kind]
    found: dict[str, list[float]] = {"above": [], "below": []}
    for _ in range(draws):
        sides, names = [], []
        for draw, count, sign in ((high, members, 1), (low, non_members, -1)):
            cells = [(s, g) for s in range(strata) for g in range(count // strata)]
            values = np.repeat(draw(rng, len(cells)), groups) + 1e-6 * rng.random(len(cells) * groups)
            sides.append(values)
            names.append((np.repeat([s for s, _ in cells], groups), sign * np.repeat(range(1, len(cells) + 1), groups)))
        area = Area(
            *sides,
            member_strata=names[0][0].tolist(),
            non_member_strata=names[1][0].tolist(),
            member_groups=names[0][1].tolist(),
            non_member_groups=names[1][1].tolist(),
        )
        found["above"].append(area.p_above(0.75))
        found["below"].append(area.p_below(0.75))
    return found


@pytest.mark.parametrize("kind", BOUNDARY)
@pytest.mark.parametrize(
    ("members", "non_members", "strata", "groups"), [(16, 24, 1, 1), (64, 48, 4, 1), (32, 32, 1, 4)]
)
def test_levels_at_the_boundary(kind: str, members: int, non_members: int, strata: int, groups: int) -> None:
    """Where the true area is the tolerance, neither direction is rejected more often than stated."""
    draws = 500
    for p_values in rates(kind, members, non_members, strata, groups, draws).values():
        for level in (0.05, 0.01):
            assert binom.sf(sum(p <= level for p in p_values) - 1, draws, level) > 1e-3


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(2, 40), st.integers(2, 40), st.sampled_from([0.05, 0.01, 0.002]))
def test_bounds_and_p_values_agree(seed: int, m: int, n: int, significance: float) -> None:
    """A tolerance below the lower bound is rejected, one above is not, and so for the upper bound; nested by level."""
    rng = np.random.default_rng(seed)
    area = Area(rng.normal(rng.normal(), 1, m), rng.normal(0, 1, n))
    lower, upper = area.lower(significance), area.upper(significance)

    assert 0 <= lower <= area.value <= upper <= 1
    assert lower <= area.lower(2 * significance)
    assert upper >= area.upper(2 * significance)
    if 0.01 < lower < 0.99 and abs(lower - 0.5) > 1e-5:
        assert area.p_above(lower - 1e-6) <= significance <= area.p_above(lower + 1e-6)
    if 0.01 < upper < 0.99:
        assert area.p_below(upper + 1e-6) <= significance <= area.p_below(upper - 1e-6)


def test_perfect_separation_is_bounded_by_counts() -> None:
    """Eight in order of eight say that the area is above 0.01^(1/8), not that it is 1."""
    area = Area(range(10, 18), range(8))

    assert (area.value, area.standard_error) == (1.0, 0.0)
    assert area.lower(0.01) == pytest.approx(0.01 ** (1 / 8))
    assert area.p_above(0.75) == pytest.approx(0.75**8)
    assert (area.upper(0.01), area.p_below(0.75)) == (1.0, 1.0)
    turned = Area(range(8), range(10, 18))
    assert (turned.lower(0.01), turned.p_above(0.75)) == (0.0, 1.0)
    assert turned.upper(0.01) == pytest.approx(1 - 0.01 ** (1 / 8))


def test_scores_that_are_all_equal_say_little() -> None:
    """Without any variance one half is bounded as by so many independent cases, not as by infinitely many."""
    area = Area([1.0] * 30, [1.0] * 30)

    assert area.value == 0.5
    assert area.lower(0.05) < 0.37 < 0.63 < area.upper(0.05)


def test_a_leak_that_a_headline_missed() -> None:
    """AUC 0.848 of 100 planted against 200 that were not fails a tolerance of 0.75 at 0.01 among five tests."""
    shift = norm.ppf(0.848) * 2**0.5
    area = Area(norm.ppf((np.arange(100) + 0.5) / 100) + shift, norm.ppf((np.arange(200) + 0.5) / 200))

    assert area.value == pytest.approx(0.848, abs=0.002)
    assert area.p_above(0.75) <= 0.01 / 5
    assert area.lower(0.01 / 5) > 0.75


def test_strict_tolerance_is_the_permutation_test() -> None:
    """At 0.5 the evidence is exact, of whole groups within strata; a pass needs a bound of 0.75 besides."""
    rng = np.random.default_rng(0)
    members, non_members = rng.normal(0.3, 1, 60).tolist(), rng.normal(0, 1, 60).tolist()
    names = {"member_groups": [i // 2 for i in range(60)], "non_member_groups": [-1 - i // 2 for i in range(60)]}
    area = Area(members, non_members, **names)

    assert area.p_above(0.5) == permutation_p_value(members, non_members, **names)
    assert Area(*rng.normal(size=(2, 200))).passes(0.5, 0.01)
    few = Area([0.1, 0.3, 0.9, 0.2], [0.15, 0.35, 0.8, 0.4])
    assert few.p_above(0.5) > 0.05
    assert not few.passes(0.5, 0.01)
    assert not Area(rng.normal(1, 1, 200), rng.normal(0, 1, 200)).passes(0.5, 0.01)


@pytest.mark.parametrize(("shift", "tolerance"), [(0.7, 0.75), (1.3, 0.75), (0.2, 0.5), (0.5, 0.5)])
def test_needed_decides(shift: float, tolerance: float) -> None:
    """A sample of the same shape and a few more than the number named decides, one of a few less does not."""

    def of(n: int) -> Area:
        grid = norm.ppf((np.arange(n // 2) + 0.5) / (n // 2))
        return Area(grid + shift, grid)

    needed = of(40).needed(tolerance, 0.01)
    assert needed is not None
    for n, decided in ((round(needed * 1.15), True), (round(needed * 0.7), False)):
        area = of(n)
        assert (area.p_above(tolerance) <= 0.01 or area.passes(tolerance, 0.01)) is decided


def test_needed_where_nothing_would() -> None:
    """An estimate at the tolerance is decided by no number of canaries; one that is decided needs none more."""
    members, non_members = [1.0, 1.0, 1.0, -1.0] * 8, [0.0] * 32
    assert Area(members, non_members).needed(0.75, 0.01) is None
    assert Area(range(100, 200), range(100)).needed(0.75, 0.01) == 200


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Area([], [1.0]).value, "members: is empty"),
        (lambda: Area([1.0], [float("nan")]).value, "non_members: holds NaN"),
        (lambda: Area([1.0], [1.0], member_strata=["a"], non_member_strata=["b"]).value, "strata: none holds"),
        (lambda: Area([1.0], [1.0], member_groups=["a"]).value, "groups: got 1"),
        (lambda: Area([1.0], [1.0]).lower(0), "significance: got 0"),
        (lambda: Area([1.0], [1.0]).p_above(1.0), "tolerance: got 1"),
    ],
)
def test_what_can_not_be_compared_is_refused(call: Callable[[], object], message: str) -> None:
    """An empty side, NaN, or no stratum with both sides is an error that says so."""
    with pytest.raises(ValueError, match=message):
        call()
