"""The area under the ROC curve with bounds that keep their level, for strata, groups and small samples. No torch.

Members and non-members are compared within strata, and stratum f weighs m_f·n_f. The variance is DeLong's (1988,
"Comparing the areas under two or more correlated receiver operating characteristic curves", Biometrics 44), taken over
whole groups, of which each is on one side. What is made of it is in `share_bounds`; the degrees of freedom come from
both sides (Satterthwaite).

A group counts once, whatever its size: each of its records weighs 1 / (records of the group in the stratum), and m_f
and n_f count groups. Weighing records alike (Obuchowski 1997, "Nonparametric analysis of clustered ROC curve data",
Biometrics 53) is the same for groups of one size; where one group holds half of all records it rests on that group
while the degrees of freedom count all: 50 records in one of 31 groups gave 4 % false passes at a stated 1 %.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from finewarden.memorization.permutation import coded, permutation_p_value
from finewarden.memorization.score_arrays import group_codes, group_means, ranked_scores, shares_below
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

_NOTHING = 1e-24
"""A variance that is rounding: the least of 100,000 groups is larger."""


@dataclass(frozen=True)
class Area:
    """Scores of *members* and *non_members*, higher for what looks trained on; of each its group and its stratum.

    Groups and strata: both sides or neither. Groups weigh alike, whatever their size. Raises ValueError, when a value
    is asked for, for an empty side, NaN, lengths that do not fit, or no stratum with both sides.
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
        """Chance that a member scores above a non-member of its stratum, ties half; of groups drawn first, if given."""
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
    if groups is None:
        groups = np.arange(m + len(low))
    both = [s for s in np.unique(strata) if (strata[:m] == s).any() and (strata[m:] == s).any()]
    if not both:
        raise ValueError("strata: none holds members and non-members, so nothing can be compared; use wider strata")
    value = variance = squares = total = 0.0
    pairs, n = 0, 0
    for stratum in both:
        above, below = strata[:m] == stratum, strata[m:] == stratum
        sides = _placements(high[above], low[below], groups[:m][above], groups[m:][below])
        counts = [len(side) for side in sides]
        weight = float(counts[0] * counts[1])
        total += weight
        value += weight * float(sides[0].mean())
        n += int(above.sum() + below.sum())
        for side, count in zip(sides, counts, strict=True):
            part = _variance_of_mean(side)
            variance += weight**2 * part
            squares += (weight**2 * part) ** 2 / max(1, count - 1)
        pairs += min(counts)
    value, variance, squares = min(1.0, max(0.0, value / total)), variance / total**2, squares / total**4
    if variance <= _NOTHING and 0 < value < 1:  # scores that are all equal, or strata of which each is perfect one way
        return ShareBounds(value, value * (1 - value) / pairs, max(1.0, pairs - 1.0), pairs, 1 / pairs, n)
    freedom = variance**2 / squares if squares > 0 else max(1.0, pairs - 1.0)
    return ShareBounds(value, variance, freedom, pairs, 1 / pairs, n)


def _placements(high: Array, low: Array, high_groups: Array, low_groups: Array) -> tuple[Array, Array]:
    """Share of the other side below each member group, and above each non-member group; ties half, groups alike."""
    high_code, high_sizes = group_codes(high_groups)
    low_code, low_sizes = group_codes(low_groups)
    wins = group_means(shares_below(high, low, 1 / low_sizes[low_code]), high_code, high_sizes)
    losses = group_means(1 - shares_below(low, high, 1 / high_sizes[high_code]), low_code, low_sizes)
    return wins, losses


def _variance_of_mean(placements: Array) -> float:
    """Variance of the mean of *placements*, one for each group; 1/4, its most, of one alone."""
    count = len(placements)
    if count < 2:
        return 0.25
    return float(((placements - placements.mean()) ** 2).sum()) / (count - 1) / count
