"""A privacy claim held against one training run: the one-run audit of Steinke, Nasr and Jagielski. No torch.

m canaries were each inserted once or not, by a fair coin; the auditor guesses r of the coins from the model, and v of
the guesses are right. If training is (ε, δ)-differentially private, with q = e^ε / (1 + e^ε),

    P[right ≥ v] ≤ β + 2·m·δ·α,   β = P[B ≥ v],   α = max over 1 ≤ i ≤ v of P[v > B ≥ v − i] / i,   B ~ Binomial(r, q)

("Privacy auditing with one (1) training run", NeurIPS 2023, https://arxiv.org/abs/2305.08846). All r guesses right is
the most there is, so each audit has a ceiling: below it a claim could have been falsified, above it nothing was asked.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import ndarray

__all__ = ["MOST_EPSILON", "ceiling", "epsilon_lower_bound", "guesses_needed", "p_value"]

MOST_EPSILON = 50.0
"""No bound above it is told: that takes 10^21 right guesses."""


def p_value(*, canaries: int, guesses: int, correct: int, epsilon: float, delta: float) -> float:
    """Chance, at most, of so many correct guesses if training is (*epsilon*, *delta*)-differentially private.

    *canaries*: all that had a coin, guessed or not. In log space, to small probabilities; 1.0 where the bound says
    nothing. Raises ValueError for counts that do not fit, a negative *epsilon* or a *delta* outside [0, 1].
    """
    import numpy as np
    from scipy.special import betainc, betaln, expit, log_expit

    _check(canaries, guesses, correct)
    if not epsilon >= 0 or math.isinf(epsilon):
        raise ValueError(f"epsilon: got {epsilon}, allowed: 0 or more, finite; give the claimed epsilon")
    if not 0 <= delta <= 1:
        raise ValueError(f"delta: got {delta}, allowed: 0 to 1; give the claimed delta")
    if not correct:
        return 1.0
    q = float(expit(epsilon))
    beta = float(betainc(correct, guesses - correct + 1, q))  # P[B >= v], far down into the tail
    if not delta:
        return min(1.0, beta)
    # P[v > B >= v - i] as a running sum of terms from v - 1 downwards: a difference of tails would cancel.
    k = np.arange(correct - 1, -1, -1, dtype=np.float64)
    choose = -betaln(k + 1, guesses - k + 1) - math.log(guesses + 1)
    terms: ndarray[Any, Any] = choose + k * log_expit(epsilon) + (guesses - k) * log_expit(-epsilon)
    shares = np.logaddexp.accumulate(terms) - np.log(np.arange(1, correct + 1))
    return min(1.0, beta + 2.0 * canaries * delta * math.exp(float(shares.max())))


def epsilon_lower_bound(*, canaries: int, guesses: int, correct: int, delta: float, significance: float) -> float:
    """Largest epsilon that the guesses falsify at *significance*: training is not (epsilon, *delta*)-private below it.

    0.0 when nothing is falsified. Rounded downwards, at most MOST_EPSILON. Raises ValueError like `p_value`, or for a
    *significance* outside (0, 1).
    """
    _check_significance(significance)

    def falsified(epsilon: float) -> bool:
        p = p_value(canaries=canaries, guesses=guesses, correct=correct, epsilon=epsilon, delta=delta)
        return p <= significance

    if not falsified(0.0):
        return 0.0
    low, high = 0.0, 1.0
    while falsified(high):
        low, high = high, 2 * high
        if high > MOST_EPSILON:
            return MOST_EPSILON
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if falsified(middle) else (low, middle)
    return low


def ceiling(*, guesses: int, significance: float) -> float:
    """The epsilon below which *guesses*, all of them right, falsify any claim at *significance*; delta = 0.

    −ln(significance^(−1/guesses) − 1), or 0.0 where even epsilon 0 is not falsified. A positive delta lowers it a
    little: `epsilon_lower_bound` with all right says by how much. Raises ValueError for no guesses or a *significance*
    outside (0, 1).
    """
    _check_significance(significance)
    if guesses < 1:
        raise ValueError(f"guesses: got {guesses}, allowed: 1 or more; plant more canaries")
    return max(0.0, -math.log(math.expm1(-math.log(significance) / guesses)))


def guesses_needed(*, epsilon: float, significance: float) -> int:
    """The least number of guesses that, all right, falsify *epsilon* at *significance*: ln significance / ln q.

    Raises ValueError for a negative *epsilon* or a *significance* outside (0, 1).
    """
    _check_significance(significance)
    if not 0 <= epsilon <= MOST_EPSILON:
        raise ValueError(f"epsilon: got {epsilon}, allowed: 0 to {MOST_EPSILON:g}; give the epsilon to be falsified")
    return math.ceil(-math.log(significance) / math.log1p(math.exp(-epsilon)) - 1e-9)


def _check(canaries: int, guesses: int, correct: int) -> None:
    if not 1 <= guesses <= canaries:
        raise ValueError(f"guesses: got {guesses} of {canaries} canaries, allowed: 1 to their number; count them again")
    if not 0 <= correct <= guesses:
        raise ValueError(f"correct: got {correct} of {guesses} guesses, allowed: 0 to their number; count them again")


def _check_significance(significance: float) -> None:
    if not 0 < significance < 1:
        raise ValueError(f"significance: got {significance}, allowed: between 0 and 1, ends excluded; 0.01 is usual")
