"""Does the model know whose value it is? Values of one kind, each put into the others' contexts. No torch.

A stratum is a matrix: row i is the context of value i, column j the value that stands in it. The statistic is the mean
share of a row's other values that its own value beats (ties half): 0.5 is chance, 1 says that the model knows every
owner. A model that did not learn who owns which value shows any pairing as likely, so pairings are permuted, within
strata: exact, though rows and columns depend on one another.

For other tolerances than 0.5 the share is a U-statistic over (context, value) units, whose kernel compares two of them.
Its variance is that of the units' projections, each of which counts a unit as row and as column (Hoeffding 1948; Sen
1960, "On some convergence properties of U-statistics").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from finewarden.memorization.permutation import ROUNDS
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

__all__ = ["OwnRank"]

_CELLS = 2**21


@dataclass(frozen=True)
class OwnRank:
    """*matrices*: one for each stratum, shape [n, n] with n of 2 or more, higher for what the model holds likelier.

    Values weigh alike, whatever their stratum. Raises ValueError, when a value is asked for, for no matrix, one that is
    not square or too small, or a number that is not finite.
    """

    matrices: Sequence[Any]
    seed: int = 0
    rounds: int = ROUNDS

    @property
    def value(self) -> float:
        """Mean share of the other values that a value beats in its own context, ties half."""
        return self._bounds.value

    @property
    def n(self) -> int:
        """Values compared, over all strata."""
        return self._bounds.n

    @property
    def by_value(self) -> list[list[float]]:
        """Each value's own share, by stratum in the order given."""
        return [shares.diagonal().tolist() for shares in self._shares]

    def lower(self, significance: float) -> float:
        """A bound that the true share is below with chance *significance* at most (one-sided)."""
        check_level(significance)
        return self._bounds.lower(significance)

    def upper(self, significance: float) -> float:
        """A bound that the true share is above with chance *significance* at most (one-sided)."""
        check_level(significance)
        return self._bounds.upper(significance)

    def p_above(self, tolerance: float) -> float:
        """Evidence that the true share is above *tolerance*; at 0.5 the exact permutation test."""
        check_tolerance(tolerance)
        return self._exact if tolerance == STRICT else self._bounds.p_above(tolerance)

    def p_below(self, tolerance: float) -> float:
        """Evidence that the true share is below *tolerance*."""
        check_tolerance(tolerance)
        return self._bounds.p_below(tolerance)

    def passes(self, tolerance: float, significance: float) -> bool:
        """As `auc.Area.passes`: 0.5 passes when nothing is detected and the upper bound is at most 0.75."""
        if tolerance == STRICT:
            return self.p_above(STRICT) > significance and self.upper(significance) <= STRICT_PASS
        return self.upper(significance) <= tolerance

    def needed(self, tolerance: float, significance: float, *, failing: float | None = None) -> int | None:
        """Values, over all strata, with which the present estimate would decide one way or the other at *significance*.

        *failing*: the significance of a failure, where that is another (a family of tests). None when no reasonable
        number would (`share_bounds.MOST_NEEDED`): the estimate is at the tolerance.
        """
        check_level(significance)
        check_tolerance(tolerance)
        return self._bounds.needed(tolerance, significance, significance if failing is None else failing)

    @cached_property
    def _shares(self) -> list[Array]:
        """For each stratum [i, j]: the share of row i's other values that value j beats there."""
        import numpy as np
        from scipy.stats import rankdata

        if not len(self.matrices):
            raise ValueError("matrices: got none; find values of which several look alike")
        found = []
        for matrix in self.matrices:
            square = np.asarray(matrix, dtype=np.float64)
            if square.ndim != 2 or square.shape[0] != square.shape[1] or len(square) < 2:
                raise ValueError(
                    f"matrices: got shape {square.shape}, allowed: [n, n] with n of 2 or more; put each "
                    "value into each context of its stratum"
                )
            if not np.isfinite(square).all():
                raise ValueError("matrices: holds a number that is not finite; leave the value's row and column out")
            found.append((rankdata(square, axis=1) - 1) / (len(square) - 1))
        return found

    @cached_property
    def _bounds(self) -> ShareBounds:
        import numpy as np

        n = sum(map(len, self._shares))
        value = variance = cases = 0.0
        for matrix, shares in zip(self.matrices, self._shares, strict=True):
            size = len(shares)
            square = np.asarray(matrix, dtype=np.float64)
            own = square.diagonal()[:, None]
            beats = (own > square) + 0.5 * (own == square)
            np.fill_diagonal(beats, 0.0)
            projection = (beats.sum(axis=0) + beats.sum(axis=1)) / (2 * (size - 1))
            mean = float(shares.diagonal().mean())
            weight = size / n
            value += weight * mean
            variance += weight**2 * 4 * float(((projection - mean) ** 2).sum()) / (size * (size - 1))
            cases += size / 2  # disjoint pairs of units are independent
        if variance <= 0 and 0 < value < 1:
            variance = value * (1 - value) / cases
        return ShareBounds(min(1.0, value), variance, max(1.0, cases - len(self._shares)), cases, 1 / n, n)

    @cached_property
    def _exact(self) -> float:
        import numpy as np

        rng = np.random.default_rng(self.seed)
        seen, drawn = 0.0, np.zeros(self.rounds)
        for shares in self._shares:
            size = len(shares)
            seen += float(shares.diagonal().sum())
            for at in range(0, self.rounds, step := max(1, _CELLS // size)):
                rows = np.broadcast_to(np.arange(size), (min(step, self.rounds - at), size))
                drawn[at : at + step] += shares[np.arange(size), rng.permuted(rows, axis=1)].sum(axis=1)
        return float((1 + (drawn >= seen - 1e-9).sum()) / (1 + self.rounds))
