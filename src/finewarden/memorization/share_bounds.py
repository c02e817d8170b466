"""Bounds on an estimated share from its variance: what `auc` and `personal_rank` have in common. No torch.

On the logit scale with Student's t. Where nothing varies (an estimate of 1) the variance is 0 and knows nothing: with a
true share A no k independent cases are all in order with a chance above A^k, so no p-value is below tolerance^k.

Upper bounds, from which a pass follows, are taken from an estimate larger by half of what one case can move it. The
levels were measured (`benchmarks/calibration.py`): they hold for shifts, unequal variances, mixtures and skew. Where
the estimate is a mere count of one side, its steps let them be exceeded up to 1.09 times; without the half, 1.25 times.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

__all__ = [
    "MOST_NEEDED",
    "STRICT",
    "STRICT_PASS",
    "ShareBounds",
    "check_level",
    "check_tolerance",
    "least_that_decides",
]

STRICT = 0.5
"""The tolerance that asks for no trace at all: evidence against it is a permutation test, which is exact."""

STRICT_PASS = 0.75
"""What must be shown at most for the strict tolerance to pass: no sample shows that a share is 0.5."""

MOST_NEEDED = 100_000
"""Nobody is told to plant or hold out more than this."""


@dataclass(frozen=True, slots=True)
class ShareBounds:
    """An estimate in [0, 1], its *variance*, and the degrees of *freedom* of that.

    *cases*: independent ones that it rests on; *step*: what one of them can move it by; *n*: scores or values in all.
    """

    value: float
    variance: float
    freedom: float
    cases: float
    step: float
    n: int

    def lower(self, significance: float) -> float:
        """A bound that the true share is below with chance *significance* at most (one-sided)."""
        at_most = math.pow(significance, 1 / self.cases)
        if self.value == 0:
            return 0.0
        if self.value == 1:
            return at_most
        t = _student_isf(significance, self.freedom)
        return min(at_most, _expit(_logit(self.value) - t * self._logit_error))

    def upper(self, significance: float) -> float:
        """A bound that the true share is above with chance *significance* at most (one-sided)."""
        at_least = 1 - math.pow(significance, 1 / self.cases)
        raised = self.value + self.step / 2
        if raised >= 1:
            return 1.0
        if self.value == 0:
            return max(at_least, raised)
        t = _student_isf(significance, self._fewest)
        return max(at_least, _expit(_logit(raised) + t * self._logit_error))

    def p_above(self, tolerance: float) -> float:
        """Evidence that the true share is above *tolerance*: p-value of "it is at most that"."""
        least = math.pow(tolerance, self.cases)
        if self.value == 0:
            return 1.0
        if self.value == 1:
            return least
        t = (_logit(self.value) - _logit(tolerance)) / self._logit_error
        return max(least, _student_sf(t, self.freedom))

    def p_below(self, tolerance: float) -> float:
        """Evidence that the true share is below *tolerance*: p-value of "it is at least that"."""
        least = math.pow(1 - tolerance, self.cases)
        raised = self.value + self.step / 2
        if raised >= 1:
            return 1.0
        if self.value == 0:
            return least if raised < tolerance else 1.0
        t = (_logit(tolerance) - _logit(raised)) / self._logit_error
        return max(least, _student_sf(t, self._fewest))

    def p_null(self) -> float:
        """Evidence against 0.5 as a permutation test of so many would about find it; for planning only."""
        if self.value in (0, 1):
            return 1.0 if self.value == 0 else math.pow(STRICT, self.cases)
        return _student_sf((self.value - STRICT) / math.sqrt(self.variance), self.freedom)

    def needed(self, tolerance: float, significance: float, failing: float) -> int | None:
        """How many with which the present estimate would pass at *significance*, or fail at *failing*.

        None above MOST_NEEDED. The strict tolerance counts as in `auc.Area.passes`.
        """

        def decides(factor: float) -> bool:
            larger = self.scaled(factor)
            if tolerance == STRICT:
                return larger.upper(significance) <= STRICT_PASS or larger.p_null() <= failing
            return larger.upper(significance) <= tolerance or larger.lower(failing) > tolerance

        return least_that_decides(decides, self.n)

    def scaled(self, factor: float) -> ShareBounds:
        """The same estimate of *factor* times as many scores."""
        return ShareBounds(
            self.value,
            self.variance / factor,
            self.freedom * factor,
            self.cases * factor,
            self.step / factor,
            math.ceil(self.n * factor),
        )

    @property
    def _logit_error(self) -> float:
        return max(1e-12, math.sqrt(self.variance) / (self.value * (1 - self.value)))

    @property
    def _fewest(self) -> float:
        """A pass counts on no more than the smaller side gives."""
        return max(1.0, min(self.freedom, self.cases - 1))


def least_that_decides(decides: Callable[[float], bool], n: int) -> int | None:
    """The least whole number of scores, from *n* upwards, at which *decides*(number / n); None above MOST_NEEDED."""
    if decides(1.0):
        return n
    most = max(MOST_NEEDED, n) / n
    if not decides(most):
        return None
    low, high = 1.0, most
    while (high - low) * n > 0.5:
        middle = (low + high) / 2
        low, high = (low, middle) if decides(middle) else (middle, high)
    return math.ceil(high * n)


def _logit(p: float) -> float:
    return math.log(p / (1 - p))


def _expit(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def _student_sf(t: float, freedom: float) -> float:
    from scipy.special import stdtr

    return float(stdtr(freedom, -t))


def _student_isf(significance: float, freedom: float) -> float:
    from scipy.special import stdtrit

    return float(-stdtrit(freedom, significance))


def check_level(significance: float) -> None:
    if not 0 < significance < 1:
        raise ValueError(f"significance: got {significance}, allowed: between 0 and 1, ends excluded; 0.01 is usual")


def check_tolerance(tolerance: float) -> None:
    if not 0 < tolerance < 1:
        raise ValueError(f"tolerance: got {tolerance}, allowed: between 0 and 1, ends excluded; 0.75 is usual")
