"""How many updates an epsilon still pays for: solved once, before the first of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from finewarden.accounting.calibration import checked_target
from finewarden.accounting.epsilon import INTERVAL, checked_delta, epsilon
from finewarden.accounting.loss import composed, epsilon_of, model_interval
from finewarden.accounting.mechanism import AccountingError, Mechanism, Segment, merged

__all__ = ["affordable_steps"]


def affordable_steps(
    mechanism: Mechanism,
    *,
    target_epsilon: float,
    delta: float,
    at_most: int,
    spent: Sequence[Segment] = (),
    interval: float = INTERVAL,
) -> int:
    """The largest t <= *at_most* so that *spent* and t updates of *mechanism* cost at most *target_epsilon*.

    Accounted for at *interval*, for t and, below *at_most*, for t + 1 as well; 0 when not one more update fits, *spent*
    alone being within the target or not. Raises AccountingError.
    """
    checked_target(target_epsilon)
    checked_delta(delta)
    if not isinstance(at_most, int) or isinstance(at_most, bool) or at_most < 0:
        raise AccountingError(f"at_most: got {at_most!r}; give a whole number of updates, 0 or more")

    def cost(steps: int) -> float:
        return epsilon([*spent, Segment(mechanism, steps)], delta, interval=interval)

    if at_most == 0 or cost(at_most) <= target_epsilon:
        return at_most
    if mechanism.noise_multiplier == 0:
        return 0
    if any(segment.steps and segment.mechanism.noise_multiplier == 0 for segment in spent):
        return 0

    def coarse(steps: int) -> float:
        totals = merged([*spent, Segment(mechanism, steps)])
        return epsilon_of(composed(totals, model_interval(totals, interval)), delta) if totals else 0.0

    return _last_within(cost, coarse, target_epsilon, at_most)


def _last_within(cost: Callable[[int], float], coarse: Callable[[int], float], target: float, too_many: int) -> int:
    """The largest t < *too_many* with cost(t) <= target, 0 if none; *coarse* has about the shape of *cost*."""
    low, high, gap = 0, too_many, coarse(too_many) - cost(too_many)
    while high - low > 1:
        guess = _bisected(coarse, target + gap, too_many)
        guess = min(max(guess, low), high - 1)
        # The guess is tried from below and then from above: when it is right, both stand and the search is over.
        tried = guess if guess > low else guess + 1
        found = cost(tried)
        gap = coarse(tried) - found
        if found <= target:
            low = tried
        else:
            high = tried
    return low


def _bisected(function: Callable[[int], float], target: float, too_many: int) -> int:
    low, high = 0, too_many
    while high - low > 1:
        middle = (low + high) // 2
        if function(middle) <= target:
            low = middle
        else:
            high = middle
    return low
