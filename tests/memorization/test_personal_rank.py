"""Whose value is it: ranks within rows, permuted pairings, and a variance that knows rows and columns."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, norm

from finewarden.memorization.personal_rank import OwnRank


def own_share(matrix: np.ndarray, pairing: tuple[int, ...]) -> float:
    """Mean share of row i's other values that value pairing[i] beats there, ties half, by comparing each."""
    n = len(matrix)
    total = 0.0
    for i, mine in enumerate(pairing):
        others = [matrix[i, j] for j in range(n) if j != mine]
        total += sum((matrix[i, mine] > x) + 0.5 * (matrix[i, mine] == x) for x in others) / (n - 1)
    return total / n


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_value_and_exact_p_by_enumeration(n: int, seed: int) -> None:
    """The value is the mean share, the p-value the share of all pairings that do as well, to Monte-Carlo error."""
    matrix = np.random.default_rng(seed).integers(-3, 4, (n, n)).astype(float)
    seen = own_share(matrix, tuple(range(n)))
    every = [own_share(matrix, pairing) for pairing in permutations(range(n))]
    found = OwnRank([matrix], rounds=4999)

    assert found.value == pytest.approx(seen)
    assert found.p_above(0.5) == pytest.approx(np.mean([x >= seen - 1e-9 for x in every]), abs=0.04)
    assert np.mean(found.by_value[0]) == pytest.approx(seen)


def test_strata_weigh_by_their_values() -> None:
    """The value over strata is the mean over all values; nothing is compared across strata."""
    rng = np.random.default_rng(0)
    matrices = [rng.normal(size=(n, n)) for n in (3, 8)]
    expected = sum(len(m) * OwnRank([m]).value for m in matrices) / 11

    assert OwnRank(matrices).value == pytest.approx(expected)
    assert OwnRank([matrices[0], matrices[1] + 1e6]).value == pytest.approx(expected)


def drawn(rng: np.random.Generator, n: int, own: np.ndarray, columns: float) -> np.ndarray:
    """Gains of n values: noise, a main effect of each value in all contexts, and *own* more in its own."""
    matrix = rng.normal(size=(n, n)) + columns * rng.normal(size=n)
    matrix[np.arange(n), np.arange(n)] += own
    return matrix


@pytest.mark.parametrize("columns", [0.0, 2.0])
@pytest.mark.parametrize("kind", ["shift", "by heart"])
@pytest.mark.parametrize("sizes", [(8, 8, 8, 8), (48,)])
def test_levels_at_the_boundary(columns: float, kind: str, sizes: tuple[int, ...]) -> None:
    """Where the true share is the tolerance, neither direction is rejected more often than stated."""
    rng, draws = np.random.default_rng(3), 400
    shift = norm.ppf(0.75) * np.sqrt(2 + 2 * columns**2)
    found = [
        OwnRank(
            [
                drawn(rng, n, 100.0 * (rng.random(n) < 0.5) if kind == "by heart" else np.full(n, shift), columns)
                for n in sizes
            ]
        )
        for _ in range(draws)
    ]
    for p_values in ([own.p_above(0.75) for own in found], [own.p_below(0.75) for own in found]):
        for level in (0.05, 0.01):
            assert binom.sf(sum(p <= level for p in p_values) - 1, draws, level) > 1e-3


def test_null_level_with_main_effects() -> None:
    """A value that is likely everywhere, and a context that makes all likely, are no sign of knowing the owner."""
    rng, draws = np.random.default_rng(4), 400
    p_values = [
        OwnRank([drawn(rng, 12, np.zeros(12), 3.0) + rng.normal(0, 5, (12, 1))], rounds=399).p_above(0.5)
        for _ in range(draws)
    ]

    assert binom.sf(sum(p <= 0.05 for p in p_values) - 1, draws, 0.05) > 1e-3


def test_knowing_every_owner_is_seen() -> None:
    """A diagonal that wins everywhere fails any tolerance once there are enough values, and never passes."""
    known = OwnRank([np.eye(50) * 9 + np.random.default_rng(0).random((50, 50))])

    assert known.value == 1.0
    assert known.p_above(0.5) == 1e-4
    assert known.p_above(0.75) == pytest.approx(0.75**25)
    assert known.upper(0.01) == 1.0
    assert OwnRank([np.random.default_rng(1).normal(size=(50, 50))]).passes(0.75, 0.01)


@pytest.mark.parametrize(
    ("matrices", "message"),
    [
        ([], "got none"),
        ([np.zeros((2, 3))], "got shape"),
        ([np.zeros((1, 1))], "got shape"),
        ([[[0, np.nan]] * 2], "finite"),
    ],
)
def test_what_is_no_stratum_is_refused(matrices: list[object], message: str) -> None:
    """A stratum is a square of numbers, of two values or more."""
    with pytest.raises(ValueError, match=message):
        _ = OwnRank(matrices).value
