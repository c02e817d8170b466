"""The one-run bound against its definition, published values, and the worst mechanism that keeps its claim."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from finewarden.memorization.one_run import ceiling, epsilon_lower_bound, guesses_needed, p_value
from finewarden.memorization.one_run_audit import CUTOFFS, audit, canaries_needed, comparable


def by_enumeration(canaries: int, guesses: int, correct: int, epsilon: float, delta: float) -> float:
    """The theorem as it stands, in fractions: each outcome of the binomial, each i, summed by hand."""
    q = Fraction(math.exp(epsilon) / (1 + math.exp(epsilon)))
    chance = [math.comb(guesses, j) * q**j * (1 - q) ** (guesses - j) for j in range(guesses + 1)]
    beta = sum(chance[correct:], Fraction(0))
    alpha = max(
        (sum(chance[correct - i : correct], Fraction(0)) / i for i in range(1, correct + 1)), default=Fraction(0)
    )
    return float(min(Fraction(1), beta + 2 * canaries * Fraction(delta) * alpha))


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 30), st.data(), st.floats(0, 6), st.sampled_from([0.0, 1e-6, 1e-3, 0.05]))
def test_p_value_is_the_theorem(canaries: int, data: st.DataObject, epsilon: float, delta: float) -> None:
    """β + 2·m·δ·α, to rounding, for every count."""
    guesses = data.draw(st.integers(1, canaries))
    correct = data.draw(st.integers(0, guesses))
    expected = by_enumeration(canaries, guesses, correct, epsilon, delta)

    found = p_value(canaries=canaries, guesses=guesses, correct=correct, epsilon=epsilon, delta=delta)
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("canaries", "guesses", "correct", "delta", "expected"),
    [(10_000, 500, 480, 1e-4, 2.243), (1000, 50, 48, 1e-3, 0.0), (100_000, 500, 490, 1e-5, 2.477)],
)
def test_delta_term(canaries: int, guesses: int, correct: int, delta: float, expected: float) -> None:
    """Values of the reference implementation in jax_privacy 2.0; subtracting m·δ/r from the rate gives far more."""
    found = epsilon_lower_bound(canaries=canaries, guesses=guesses, correct=correct, delta=delta, significance=0.05)

    assert found == pytest.approx(expected, abs=1e-3)


def test_ceilings() -> None:
    """All guesses right: the closed form is where the p-value is the significance, and grows with the logarithm."""
    known = {16: 1.58, 32: 2.32, 64: 3.04, 100: 3.49, 128: 3.74, 256: 4.44, 1000: 5.81, 10_000: 8.11}
    for guesses, expected in known.items():
        assert ceiling(guesses=guesses, significance=0.05) == pytest.approx(expected, abs=0.005)
        bound = epsilon_lower_bound(canaries=guesses, guesses=guesses, correct=guesses, delta=0.0, significance=0.05)
        assert bound == pytest.approx(ceiling(guesses=guesses, significance=0.05), abs=1e-6)
    needed = {0.5: (7, 10), 1: (10, 15), 2: (24, 37), 4: (166, 254), 8: (8932, 13731)}
    for epsilon, expected in needed.items():
        assert tuple(guesses_needed(epsilon=epsilon, significance=s) for s in (0.05, 0.01)) == expected


@given(st.integers(1, 400), st.data(), st.sampled_from([0.0, 1e-6, 1e-3]), st.sampled_from([0.05, 0.002]))
@settings(max_examples=40, deadline=None)
def test_bound_inverts_the_p_value(canaries: int, data: st.DataObject, delta: float, significance: float) -> None:
    """Below the bound a claim is falsified, above it is not; more right guesses never lower it."""
    guesses = data.draw(st.integers(1, canaries))
    correct = data.draw(st.integers(0, guesses))
    counts = {"canaries": canaries, "guesses": guesses, "delta": delta}
    bound = epsilon_lower_bound(**counts, correct=correct, significance=significance)

    assert bound <= ceiling(guesses=guesses, significance=significance) + 1e-9
    assert p_value(**counts, correct=correct, epsilon=bound + 1e-6) > significance
    if bound:
        assert p_value(**counts, correct=correct, epsilon=bound) <= significance
    if correct:
        assert epsilon_lower_bound(**counts, correct=correct - 1, significance=significance) <= bound


def test_many_canaries() -> None:
    """Ten million canaries neither overflow nor cancel: the p-value falls as the right guesses grow."""
    found = [
        p_value(canaries=10**7, guesses=10**6, correct=correct, epsilon=2.0, delta=1e-9)
        for correct in (880_000, 881_500, 882_500, 900_000)
    ]

    assert found == sorted(found, reverse=True)
    assert all(0 < p <= 1 for p in found)
    assert p_value(canaries=10**7, guesses=10**7, correct=10**7, epsilon=1.0, delta=0.0) == 0.0


def randomised_response(
    rng: np.random.Generator, m: int, epsilon: float, delta: float
) -> tuple[list[float], list[bool]]:
    """Each coin is told outright with chance δ, else truly with chance e^ε / (1 + e^ε): nothing that is (ε, δ)-private
    tells more.
    """
    coins = rng.random(m) < 0.5
    told = rng.random(m) < delta
    honest = rng.random(m) < math.exp(epsilon) / (1 + math.exp(epsilon))
    scores = np.where(coins == (honest | told), 1.0, -1.0) * np.where(told, 2.0, 1.0)
    return scores.tolist(), coins.tolist()


@pytest.mark.parametrize(("epsilon", "delta"), [(1.0, 0.0), (3.0, 0.0), (1.0, 0.01), (0.0, 0.0)])
def test_a_true_claim_is_seldom_falsified(epsilon: float, delta: float) -> None:
    """The worst mechanism that keeps its claim is falsified at most as often as stated, over all cut-offs together."""
    rng = np.random.default_rng(1)
    p_values = []
    for _ in range(400):
        scores, coins = randomised_response(rng, 200, epsilon, delta)
        p_values.append(audit(scores, coins, epsilon=epsilon, delta=delta).p)

    for level in (0.05, 0.2):
        assert binom.sf(sum(p <= level for p in p_values) - 1, len(p_values), level) > 1e-3


def test_a_false_claim_is_falsified() -> None:
    """A mechanism of epsilon 3 that claims 1 is found out with 128 canaries, and the bound lies below what it is."""
    rng = np.random.default_rng(2)
    found = [audit(*randomised_response(rng, 128, 3.0, 0.0), epsilon=1.0, delta=0.0) for _ in range(50)]

    assert sum(item.p <= 0.01 for item in found) >= 48
    assert sum(item.lower_bound(0.05) > 3.0 for item in found) <= 7
    assert all(item.lower_bound(0.05) <= item.ceiling(0.05) for item in found)


def test_cutoffs_are_counted() -> None:
    """A perfect ranking is right in every guess of every cut-off; the best of four is corrected for four."""
    scores, coins = [*range(100, 200), *range(100)], [True] * 100 + [False] * 100
    found = audit(scores, coins, epsilon=1.0, delta=0.0)

    assert [(cut.guesses, cut.correct) for cut in found.by_cutoff] == [(10, 10), (20, 20), (50, 50), (200, 200)]
    assert found.p == 4 * min(cut.p for cut in found.by_cutoff)
    assert found.ceiling(0.05) == pytest.approx(ceiling(guesses=200, significance=0.05 / 4), abs=1e-6)


def test_a_claim_beyond_the_ceiling_can_not_be_falsified() -> None:
    """It could be falsified just when an audit whose every guess is right does falsify it."""
    scores, coins = [*range(100, 200), *range(100)], [True] * 100 + [False] * 100
    reach = audit(scores, coins, epsilon=0.0, delta=1e-6).ceiling(0.01)
    for epsilon, within in ((reach - 0.01, True), (reach + 0.01, False), (8.0, False)):
        found = audit(scores, coins, epsilon=epsilon, delta=1e-6)
        assert found.could_falsify(0.01) is within
        assert (found.p <= 0.01) is within


def test_families_are_compared_on_one_scale() -> None:
    """A family whose scores are all large does not fill the top by its scale; the coins play no part in that."""
    rng = np.random.default_rng(0)
    scores = np.concatenate([rng.normal(0, 1, 100), rng.normal(500, 100, 100)])
    families = ["a"] * 100 + ["b"] * 100
    scaled = comparable(scores, families)

    assert 10 <= (np.argsort(-scaled)[:50] < 100).sum() <= 40
    assert (np.argsort(scaled[:100]) == np.argsort(scores[:100])).all()
    assert comparable(np.array([1.0, 1.0, 1.0, 5.0, 2.0]), ["a", "a", "a", "a", "b"]).tolist() == [0, 0, 0, 4.0, 0]


def test_ties_are_broken_blindly() -> None:
    """Scores that are all equal tell nothing, whatever order the canaries stand in."""
    coins = [True] * 500 + [False] * 500
    assert audit([0.0] * 1000, coins, epsilon=0.0, delta=0.0).p > 0.01


def test_canaries_needed() -> None:
    """With so many canaries the ceiling is reached, with two fewer it is not."""
    for epsilon, delta in ((2.0, 0.0), (2.0, 1e-5), (4.0, 1e-6)):
        needed = canaries_needed(epsilon=epsilon, delta=delta, significance=0.01)
        assert needed is not None
        for count, reached in ((needed, True), (needed - 2, False)):
            found = audit(list(range(count)), [i >= count // 2 for i in range(count)], epsilon=epsilon, delta=delta)
            assert (found.ceiling(0.01) >= epsilon - 1e-9) is reached
    assert canaries_needed(epsilon=2.0, delta=0.1, significance=0.01) is None
    assert len(CUTOFFS) == 4


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: p_value(canaries=5, guesses=6, correct=1, epsilon=1, delta=0), "guesses: got 6 of 5"),
        (lambda: p_value(canaries=5, guesses=5, correct=6, epsilon=1, delta=0), "correct: got 6 of 5"),
        (lambda: p_value(canaries=5, guesses=5, correct=1, epsilon=-1, delta=0), "epsilon: got -1"),
        (lambda: p_value(canaries=5, guesses=5, correct=1, epsilon=1, delta=2), "delta: got 2"),
        (lambda: ceiling(guesses=0, significance=0.05), "guesses: got 0"),
        (lambda: ceiling(guesses=5, significance=0), "significance: got 0"),
        (lambda: audit([], [], epsilon=1, delta=0), "scores: is empty"),
        (lambda: audit([1.0], [True, False], epsilon=1, delta=0), "1 scores, 2 coins"),
        (lambda: audit([math.nan], [True], epsilon=1, delta=0), "NaN"),
    ],
)
def test_counts_that_can_not_be_are_refused(call: object, message: str) -> None:
    """What can't be is named, with what is allowed."""
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]
