"""The least noise that keeps a planned run within its epsilon."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from numbers import Real

from finewarden.accounting.epsilon import INTERVAL, checked_delta, epsilon
from finewarden.accounting.loss import composed, epsilon_of, model_interval
from finewarden.accounting.mechanism import AccountingError, Mechanism, Segment, merged

__all__ = ["calibrate", "checked_target"]

# Searched below the largest noise that is of any use, above the smallest that still hides anything.
_LEAST, _MOST = 0.2, 1e4
_TOLERANCE = 1e-3
# What the coarse grid is trusted with: its slope is up to twice the fine one's.
_MODELLED = _TOLERANCE / 2


def calibrate(
    *,
    target_epsilon: float,
    delta: float,
    steps: int,
    sampling_rate: float,
    dataset_size: int,
    slots: int,
    spent: Sequence[Segment] = (),
    interval: float = INTERVAL,
) -> float:
    """The smallest noise multiplier, to 1e-3 of itself, with which *spent* and *steps* updates cost at most the target.

    What is returned has been accounted for at *interval* and never costs more than *target_epsilon*. The search runs on
    a coarse grid; each result on the fine grid corrects the coarse target, so that two or three fine ones suffice.
    Raises AccountingError when *spent* alone costs that much, and for values that no run can have.
    """
    checked_target(target_epsilon)
    checked_delta(delta)
    if not isinstance(steps, int) or isinstance(steps, bool) or steps < 1:
        raise AccountingError(f"steps: got {steps!r}; give the number of optimizer steps, 1 or more")

    def run(noise: float) -> list[Segment]:
        return [*spent, Segment(Mechanism(noise, sampling_rate, dataset_size, slots), steps)]

    def cost(noise: float) -> float:
        return epsilon(run(noise), delta, interval=interval)

    def coarse(noise: float) -> float:
        if any(segment.steps and segment.mechanism.noise_multiplier == 0 for segment in spent):
            return math.inf
        totals = merged(run(noise))
        return epsilon_of(composed(totals, model_interval(totals, interval)), delta)

    if spent and (before := epsilon(spent, delta, interval=interval)) >= target_epsilon:
        raise AccountingError(
            f"the updates before this run cost epsilon {before:.4g} at delta {delta:g}, and the target is "
            f"{target_epsilon:g}; raise the target or start from the base model"
        )
    run(_MOST)  # refuses impossible values before the search
    return _searched(cost, coarse, target_epsilon)


def _searched(cost: Callable[[float], float], coarse: Callable[[float], float], target: float) -> float:
    """The smallest noise, to _TOLERANCE of itself, with cost <= target; *coarse* has about the shape of *cost*."""
    gap = 0.0  # by how much the coarse grid overstates
    low, high = _LEAST, math.inf  # between what costs too much (or is the least allowed) and what does not
    for _ in range(30):
        noise = _root(coarse, target + gap)
        if not low < noise < high:  # the model leads out of what is known
            noise = math.sqrt(low * min(high, _MOST))
        found = cost(noise)
        gap = coarse(noise) - found
        if found <= target:
            high = noise
            if noise <= _LEAST or coarse(noise * (1 - _MODELLED)) - gap > target:
                return noise
        else:
            low = noise
        if high <= low * (1 + _TOLERANCE):
            return high
    raise AccountingError(f"no noise multiplier was found for epsilon {target:g}; give another target")


def _root(function: Callable[[float], float], target: float) -> float:
    """A noise in [_LEAST, _MOST] with function(noise) <= target, at most a quarter of _MODELLED above the smallest."""
    low, high = _LEAST, 1.0
    while function(high) > target:
        low, high = high, high * 2
        if high > _MOST:
            raise AccountingError(
                f"epsilon {target:g} is out of reach: a noise multiplier of {low:g} still costs more; raise the "
                "target, or take fewer steps, a smaller batch or more slots"
            )
    if low == _LEAST and function(low) <= target:
        return low
    while high > low * (1 + _MODELLED / 4):
        middle = math.sqrt(low * high)
        if function(middle) <= target:
            high = middle
        else:
            low = middle
    return high


def checked_target(target_epsilon: float) -> None:
    """Raises AccountingError for an epsilon that no run can be held to."""
    positive = isinstance(target_epsilon, Real) and not isinstance(target_epsilon, bool) and target_epsilon > 0
    if not positive or not math.isfinite(target_epsilon):
        raise AccountingError(f"target_epsilon: got {target_epsilon!r}; give a finite number above 0, such as 8")
