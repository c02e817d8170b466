"""From scores and coins to a verdict on a privacy claim: which coins are guessed is settled before any is looked at."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from finewarden.memorization.one_run import epsilon_lower_bound, guesses_needed, p_value
from finewarden.memorization.score_arrays import ranked_scores

if TYPE_CHECKING:
    from numpy import ndarray

    Array = ndarray[Any, Any]

__all__ = ["CUTOFFS", "CutOff", "Guesses", "OneRun", "audit", "canaries_needed", "comparable"]


@dataclass(frozen=True, slots=True)
class CutOff:
    """A rule made before the scores are seen: the share *top* of them is guessed in, the share *bottom* out."""

    top: float
    bottom: float = 0.0

    def counts(self, canaries: int) -> tuple[int, int]:
        """How many of *canaries* are guessed in and out: whole numbers, at least one in."""
        return max(1, int(self.top * canaries)), int(self.bottom * canaries)


CUTOFFS = (CutOff(0.05), CutOff(0.10), CutOff(0.25), CutOff(0.5, 0.5))
"""Pre-registered: few sure guesses find what is learned by heart, many unsure ones what moved a little."""


@dataclass(frozen=True, slots=True)
class Guesses:
    """What one cut-off guessed, how much of it was right, and its own p-value at the claim."""

    cutoff: CutOff
    guesses: int
    correct: int
    p: float


@dataclass(frozen=True, slots=True)
class OneRun:
    """The audit of one model at a claim (*epsilon*, *delta*) over *canaries* coins. *p*: corrected for the cut-offs."""

    canaries: int
    epsilon: float
    delta: float
    by_cutoff: tuple[Guesses, ...]
    p: float

    def lower_bound(self, significance: float) -> float:
        """The largest epsilon that is falsified at *significance*, whatever was claimed; corrected for the cut-offs."""
        share = significance / len(self.by_cutoff)
        return max(self._bound(cut.guesses, cut.correct, share) for cut in self.by_cutoff)

    def ceiling(self, significance: float) -> float:
        """The most that `lower_bound` could have been: every guess right."""
        share = significance / len(self.by_cutoff)
        return max(self._bound(cut.guesses, cut.guesses, share) for cut in self.by_cutoff)

    def could_falsify(self, significance: float) -> bool:
        """Whether the claim itself is within reach: with every guess right it would be falsified at *significance*.

        Where it is not, "not falsified" says nothing of the claim, only of mechanisms below the ceiling.
        """
        return self.ceiling(significance) >= self.epsilon

    def _bound(self, guesses: int, correct: int, significance: float) -> float:
        return epsilon_lower_bound(
            canaries=self.canaries, guesses=guesses, correct=correct, delta=self.delta, significance=significance
        )


def audit(
    scores: Iterable[float],
    included: Sequence[bool],
    *,
    epsilon: float,
    delta: float,
    families: Sequence[Hashable] | None = None,
    seed: int = 0,
) -> OneRun:
    """Hold the claim (*epsilon*, *delta*) against *scores* of shape [m], higher for what looks trained on.

    *included*: each canary's coin. Every canary with a coin is given, each was inserted at most once. *families*: kinds
    of canary whose scores are on scales of their own. Equal scores are ordered by a coin of *seed*. The least p-value
    of the pre-registered CUTOFFS counts, times their number. Raises ValueError for no scores, NaN, or lengths that
    differ.
    """
    import numpy as np

    values, coins = ranked_scores(scores, "scores"), np.asarray(list(included), dtype=bool)
    names = list(families) if families is not None else [None] * len(values)
    if not len(values) == len(coins) == len(names):
        raise ValueError(
            f"included: got {len(values)} scores, {len(coins)} coins and {len(names)} families; give each its own"
        )
    ties = np.random.default_rng(seed).random(len(values))
    order = coins[np.lexsort((ties, -comparable(values, names)))]
    found = []
    for cutoff in CUTOFFS:
        top, bottom = cutoff.counts(len(order))
        correct = int(order[:top].sum()) + int((~order[len(order) - bottom :]).sum() if bottom else 0)
        p = p_value(canaries=len(order), guesses=top + bottom, correct=correct, epsilon=epsilon, delta=delta)
        found.append(Guesses(cutoff, top + bottom, correct, p))
    p = min(1.0, len(found) * min(cut.p for cut in found))
    return OneRun(len(order), epsilon, delta, tuple(found), p)


def comparable(scores: Array, families: Sequence[Hashable]) -> Array:
    """*scores* less their family's median, over its median absolute deviation. The coins are not looked at.

    A family whose scores are mostly equal is divided by its mean absolute deviation, one whose all are equal by 1.
    """
    import numpy as np

    codes: dict[Hashable, int] = {}
    code = np.array([codes.setdefault(name, len(codes)) for name in families], dtype=np.int64)
    found = np.asarray(scores, dtype=np.float64).copy()
    for i in codes.values():
        inside = code == i
        off = found[inside] - np.median(found[inside])
        scale = np.median(np.abs(off)) or np.abs(off).mean() or 1.0
        found[inside] = off / scale
    return found


def canaries_needed(*, epsilon: float, delta: float, significance: float, most: int = 1_000_000) -> int | None:
    """The least number of canaries with which the audit's ceiling is *epsilon* at *significance*; None above *most*.

    All coins guessed, all right, corrected for the cut-offs.
    """
    share = significance / len(CUTOFFS)
    least = guesses_needed(epsilon=epsilon, significance=share)

    def enough(n: int) -> bool:
        n -= n % 2  # of an odd number, one coin is not guessed
        return n > 0 and p_value(canaries=n, guesses=n, correct=n, epsilon=epsilon, delta=delta) <= share

    high = max(2, least)
    while not enough(high):
        high *= 2
        if high > most:
            return None
    low = max(1, least - 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
