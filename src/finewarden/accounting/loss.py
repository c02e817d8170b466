"""Privacy loss distributions (PLD) by dp-accounting, and what keeps them from taking all memory.

dp-accounting is imported inside the functions: whoever accounts for nothing does not wait a second for scipy.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from finewarden.accounting.mechanism import AccountingError, Mechanism

__all__ = ["DELTA_FLOOR", "Loss", "composed", "epsilon_of", "model_interval", "one_step"]

# A dp-accounting PrivacyLossDistribution; the package has no types.
Loss: TypeAlias = Any

# The mass that self-composition may cut off is 1e-15, and its FFT rounds at about that size: at delta 1e-13 epsilon
# is already off by 3 %, at 1e-15 it is infinite (measured with dp-accounting 0.6).
DELTA_FLOOR = 1e-12
# A run whose draws overflow so rarely is the untruncated run: over 10^12 updates this is 1e-18 of delta. Far below it,
# dp-accounting divides one denormal number by another.
_NEVER = 1e-30
# Points of all distributions of one computation: 16 bytes each, several times over; this many take about 20 s and 2 GB.
_MAX_POINTS = 12_000_000
_MODEL_POINTS = 4_000
# Quantile of the normal distribution below which dp-accounting cuts, at its log mass bound of -50.
_CUT = 9.8


@lru_cache(maxsize=8)
def one_step(mechanism: Mechanism, interval: float) -> Loss:
    """The loss of one update under zero-out, on a grid of *interval*; pessimistic."""
    from dp_accounting import NeighboringRelation
    from dp_accounting.pld import privacy_loss_distribution

    return privacy_loss_distribution.from_truncated_subsampled_gaussian_mechanism(
        dataset_size=int(mechanism.dataset_size),
        sampling_probability=float(mechanism.sampling_rate),
        truncated_batch_size=int(mechanism.slots if _truncates(mechanism) else mechanism.dataset_size),
        noise_multiplier=float(mechanism.noise_multiplier),
        value_discretization_interval=interval,
        neighboring_relation=NeighboringRelation.REPLACE_SPECIAL,
    )


def composed(steps: Mapping[Mechanism, int], interval: float) -> Loss | None:
    """The loss of all updates of *steps* together; None for no update at all.

    Raises AccountingError for what would take more memory than privacy of that kind is worth.
    """
    total: Loss | None = None
    _refuse_to_fill_memory(steps, interval)
    for mechanism, count in steps.items():
        loss = one_step(mechanism, interval).self_compose(int(count))
        total = loss if total is None else total.compose(loss)
    return total


def epsilon_of(loss: Loss, delta: float) -> float:
    """The epsilon of *loss* at *delta*. Raises AccountingError where delta is below what the numbers reach."""
    found = float(loss.get_epsilon_for_delta(delta))
    if not math.isfinite(found):
        raise AccountingError(
            f"delta {delta:g} is below what these updates leave to account with (mass that the numbers lose counts as "
            "disclosed); give a larger delta or fewer segments"
        )
    return found


def model_interval(steps: Mapping[Mechanism, int], interval: float) -> float:
    """A coarser grid than *interval* that is cheap and still has the shape of the loss: what a search runs on first.

    A fixed coarse interval fails: 1e-2 makes 0.44 into 2.3 for 100,000 updates at rate 1e-3 and noise multiplier 3.
    """
    noisy = [_span(mechanism) for mechanism in steps if mechanism.noise_multiplier > 0]
    return max(interval, min(noisy, default=0.0) / _MODEL_POINTS)


def _refuse_to_fill_memory(steps: Mapping[Mechanism, int], interval: float) -> None:
    points = {mechanism: _points(mechanism, count, interval) for mechanism, count in steps.items()}
    worst = max(points, key=lambda mechanism: points[mechanism], default=None)
    if worst is not None and points[worst] > _MAX_POINTS:
        raise AccountingError(
            f"{steps[worst]} updates at a noise multiplier of {worst.noise_multiplier:g} give next to no privacy, and "
            f"to account for them takes {points[worst]:.0e} points at interval {interval:g}, more than "
            f"{_MAX_POINTS:.0e}; give more noise"
        )
    if sum(points.values()) > _MAX_POINTS:
        raise AccountingError(
            f"to account for {len(points)} kinds of updates together takes {sum(points.values()):.0e} points at "
            f"interval {interval:g}, more than {_MAX_POINTS:.0e}; give fewer kinds, more noise or a coarser interval"
        )


def _points(mechanism: Mechanism, steps: int, interval: float) -> float:
    # Composition keeps what a Chernoff bound at orders up to 20 / span can't cut off: 1.75 spans to either side (the
    # logarithm of its 1e-15), and the second moments over the span, of which up to four were seen.
    span = max(_span(mechanism), interval)
    second = _second_moment(mechanism)
    second += interval * math.sqrt(second)  # what the grid adds to losses smaller than it
    return (4 * span + 4 * steps * second / span) / interval


def _second_moment(mechanism: Mechanism) -> float:
    """E[loss^2] of one update, about."""
    import numpy
    import numpy.typing

    def moment(distance: float, rate: float, other: float) -> float:
        # Outputs in units of sigma: the unit drawn at *rate*, *distance* away, against another drawn at *other*.
        x = numpy.linspace(-_CUT, _CUT + distance, 4001)

        def log_density(at: float, drawn: float) -> numpy.typing.NDArray[numpy.float64]:
            return numpy.logaddexp(math.log1p(-min(drawn, 1 - 1e-12)) - x**2 / 2, math.log(drawn) - (x - at) ** 2 / 2)

        with_it = log_density(distance, rate)
        loss = with_it - log_density(-distance, other)
        return float(numpy.sum(numpy.exp(with_it) * loss**2) * (x[1] - x[0]) / math.sqrt(2 * math.pi))

    sigma, rate = mechanism.noise_multiplier, mechanism.sampling_rate
    found = moment(1 / sigma, rate, 1e-300)
    return found + _overflow(mechanism) * moment(2 / sigma, rate, rate) if _truncates(mechanism) else found


def _span(mechanism: Mechanism) -> float:
    """How far the losses of one update range, about: from the largest that the cut leaves to the smallest."""
    sigma, rate = mechanism.noise_multiplier, mechanism.sampling_rate
    widest = _softened(_CUT / sigma + 1 / (2 * sigma**2), rate) - math.log1p(-min(rate, 0.99))
    if _truncates(mechanism):  # a full batch swaps one unit for another: +2 C against -2 C, and both ways
        widest = max(widest, 2 * _softened(2 * _CUT / sigma + 2 / sigma**2, rate))
    return widest


def _softened(loss: float, rate: float) -> float:
    """What is left of *loss* when it happens at *rate* only: log(1 - rate + rate exp(loss))."""
    return max(loss + math.log(rate), 0.0) if loss > 600 else math.log1p(rate * math.expm1(loss))


@lru_cache(maxsize=64)
def _overflow(mechanism: Mechanism) -> float:
    from scipy import stats

    size, rate = mechanism.dataset_size, mechanism.sampling_rate
    return float(stats.binom.sf(mechanism.slots - 1, size - 1, rate))


def _truncates(mechanism: Mechanism) -> bool:
    """Whether a draw that holds one given unit ever overflows."""
    return mechanism.slots < mechanism.dataset_size and _overflow(mechanism) > _NEVER
