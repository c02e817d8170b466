"""The area under the ROC curve with bounds that keep their level, for strata, groups and small samples. No torch.

Members and non-members are compared within strata, and stratum f weighs m_f·n_f. The variance is DeLong's (1988,
"Comparing the areas under two or more correlated receiver operating characteristic curves", Biometrics 44), taken over
whole groups (Obuchowski 1997, "Nonparametric analysis of clustered ROC curve data", Biometrics 53), of which each is on
one side. What is made of it is in `share_bounds`; the degrees of freedom come from both sides (Satterthwaite).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from finewarden.memorization.permutation import coded, permutation_p_value
from finewarden.memorization.score_arrays import ranked_scores
from finewarden.memorization.share_bounds import (
    STRICT,
    STRICT_PASS,
    ShareBounds,
    check_level,
    check_tolerance,
)

if TYPE_CHECKING:
    from numpy import ndarray

    Array = ndarray[Any, Any]

__all__ = ["Area"]


@dataclass(frozen=True)
class Area:
    """Scores of *members* and *non_members*, higher for what looks trained on; of each its group and its stratum.

    Groups and strata: both sides or neither. Raises ValueError, when a value is asked for, for an empty side, NaN,
    lengths that do not fit, a group on both sides, or no stratum with both sides.
    """

    members: Iterable[float]
    non_members: Iterable[float]
    member_groups: Sequence[Hashable] | None = None
    non_member_groups: Sequence[Hashable] | None = None
    member_strata: Sequence[Hashable] | None = None
    non_member_strata: Sequence[Hashable] | None = None
    seed: int = 0

    @property
    def value(self) -> float:
        """Chance that a member scores above a non-member of its stratum, ties half."""
        return self._fit.value

    @property
    def standard_error(self) -> float:
        """Of `value`; 0 under perfect separation, where the bounds rest on counts alone."""
        return math.sqrt(self._fit.variance)

    @property
    def n(self) -> int:
        """Scores compared, both sides."""
        return self._fit.n

    def lower(self, significance: float) -> float:
        """A bound that the true area is below with chance *significance* at most (one-sided)."""
        check_level(significance)
        return self._fit.lower(significance)

    def upper(self, significance: float) -> float:
        """A bound that the true area is above with chance *significance* at most (one-sided)."""
        check_level(significance)
        return self._fit.upper(significance)

    def p_above(self, tolerance: float) -> float:
        """Evidence that the true area is above *tolerance*: p-value of "it is at most that".

        At tolerance 0.5 that of `permutation_p_value`, of whole groups within strata: it tests "the scores do not know
        who was trained on", exactly.
        """
        check_tolerance(tolerance)
        if tolerance == STRICT:
            return self._exact
        return self._fit.p_above(tolerance)

    def p_below(self, tolerance: float) -> float:
        """Evidence that the true area is below *tolerance*: p-value of "it is at least that"."""
        check_tolerance(tolerance)
        return self._fit.p_below(tolerance)

    def passes(self, tolerance: float, significance: float) -> bool:
        """Whether the area is shown to be at most *tolerance*: its upper bound is.

        The strict tolerance 0.5 passes when nothing is detected *and* the upper bound is at most 0.75: a sample that
        could not have seen a strong trace says nothing by seeing none.
        """
        if tolerance == STRICT:
            return self.p_above(STRICT) > significance and self.upper(significance) <= STRICT_PASS
        return self.upper(significance) <= tolerance

    def needed(self, tolerance: float, significance: float, *, failing: float | None = None) -> int | None:
        """Scores, both sides, with which the present estimate would decide one way or the other at *significance*.

        *failing*: the significance of a failure, where that is another (a family of tests). None when no reasonable
        number would (`share_bounds.MOST_NEEDED`): the estimate is at the tolerance.
        """
        check_level(significance)
        check_tolerance(tolerance)
        return self._fit.needed(tolerance, significance, significance if failing is None else failing)

    @cached_property
    def _exact(self) -> float:
        return permutation_p_value(
            self.members,
            self.non_members,
            member_groups=self.member_groups,
            non_member_groups=self.non_member_groups,
            member_strata=self.member_strata,
            non_member_strata=self.non_member_strata,
            seed=self.seed,
        )

    @cached_property
    def _fit(self) -> ShareBounds:
        high, low = ranked_scores(self.members, "members"), ranked_scores(self.non_members, "non_members")
        strata = coded(self.member_strata, self.non_member_strata, len(high), len(low), "strata")
        groups = coded(self.member_groups, self.non_member_groups, len(high), len(low), "groups")
        return _fitted(high, low, strata, groups)


def _fitted(high: Array, low: Array, strata: Array | None, groups: Array | None) -> ShareBounds:
    """Value, variance and degrees of freedom. *strata* and *groups* are codes of members first, then non-members."""
    import numpy as np

    m = len(high)
    if strata is None:
        strata = np.zeros(m + len(low), dtype=np.int64)
    both = [s for s in np.unique(strata) if (strata[:m] == s).any() and (strata[m:] == s).any()]
    if not both:
        raise ValueError("strata: none holds members and non-members, so nothing can be compared; use wider strata")
    weights = np.array([float((strata[:m] == s).sum()) * float((strata[m:] == s).sum()) for s in both])
    weights /= weights.sum()
    value = variance = squares = 0.0
    pairs, n = 0, 0
    for stratum, weight in zip(both, weights, strict=True):
        above, below = strata[:m] == stratum, strata[m:] == stratum
        wins, losses = _placements(high[above], low[below])
        value += weight * wins.mean()
        n += len(wins) + len(losses)
        counts = []
        for placements, inside in (
            (wins, groups[:m][above] if groups is not None else None),
            (losses, groups[m:][below] if groups is not None else None),
        ):
            part, count = _variance_of_mean(placements, inside)
            counts.append(count)
            variance += weight**2 * part
            squares += (weight**2 * part) ** 2 / max(1, count - 1)
        pairs += min(counts)
    if variance <= 0 and 0 < value < 1:  # scores that are all equal, or strata of which each is perfect one way
        variance = value * (1 - value) / pairs
        return ShareBounds(value, variance, max(1.0, pairs - 1.0), pairs, 1 / pairs, n)
    freedom = variance**2 / squares if squares > 0 else max(1.0, pairs - 1.0)
    return ShareBounds(float(min(1.0, max(0.0, value))), float(variance), float(freedom), pairs, 1 / pairs, n)


def _placements(high: Array, low: Array) -> tuple[Array, Array]:
    """Share of the non-members below each member, and of the members above each non-member; ties half."""
    import numpy as np

    up, down = np.sort(high), np.sort(low)
    wins = (np.searchsorted(down, high, "left") + np.searchsorted(down, high, "right")) / (2 * len(low))
    losses = 1 - (np.searchsorted(up, low, "left") + np.searchsorted(up, low, "right")) / (2 * len(high))
    return wins, losses


def _variance_of_mean(placements: Array, groups: Array | None) -> tuple[float, int]:
    """Variance of the mean of *placements*, and over how many groups it was taken; 1/4, its most, over one."""
    import numpy as np

    off = placements - placements.mean()
    if groups is not None:
        off = np.bincount(np.unique(groups, return_inverse=True)[1], weights=off)
    count = len(off)
    if count < 2:
        return 0.25, count
    return float((off**2).sum()) * count / (count - 1) / len(placements) ** 2, count
