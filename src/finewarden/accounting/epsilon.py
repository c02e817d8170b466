"""Epsilon of a run of DP-SGD at a given delta."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from numbers import Real

from finewarden.accounting.loss import DELTA_FLOOR, composed, epsilon_of
from finewarden.accounting.mechanism import AccountingError, Mechanism, Segment, merged

__all__ = ["INTERVAL", "checked_delta", "epsilon"]

INTERVAL = 1e-4
_FINEST = 1e-7


def epsilon(segments: Sequence[Segment], delta: float, *, interval: float = INTERVAL) -> float:
    """Epsilon of all *segments* on the same data, under zero-out, by privacy loss distributions; never too small.

    *interval* is the grid of losses, in units of epsilon: a coarser one is faster (about 3 s at 1e-4, 0.3 s at 1e-3)
    and gives a larger epsilon, the more so the more updates there are. No update costs 0, an update without noise
    infinity. dp-accounting computes it: `TruncatedSubsampledGaussianDpEvent` under `REPLACE_SPECIAL`
    (arXiv 2508.15089, arXiv 2106.08567). Raises AccountingError.
    """
    checked_delta(delta)
    if not isinstance(interval, Real) or isinstance(interval, bool) or not _FINEST <= interval <= 1:
        raise AccountingError(f"interval: got {interval!r}; give a number from {_FINEST:g} to 1, such as {INTERVAL:g}")
    steps = merged(segments)
    if any(mechanism.noise_multiplier == 0 for mechanism in steps):
        return math.inf
    return _cost(tuple(steps.items()), float(delta), float(interval))


@lru_cache(maxsize=64)  # planned, for the last checkpoint and for the release: the same run, seconds each
def _cost(steps: tuple[tuple[Mechanism, int], ...], delta: float, interval: float) -> float:
    loss = composed(dict(steps), interval)
    return 0.0 if loss is None else epsilon_of(loss, delta)


def checked_delta(delta: float) -> None:
    """Raises AccountingError for a delta that can't be accounted for."""
    if not isinstance(delta, Real) or isinstance(delta, bool) or not DELTA_FLOOR <= delta < 1:
        raise AccountingError(
            f"delta: got {delta!r}; give a number from {DELTA_FLOOR:g} (below it rounding decides) to 1, less than 1 "
            "over the number of privacy units"
        )
