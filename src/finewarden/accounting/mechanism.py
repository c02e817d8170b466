"""What one update of DP-SGD does to its data, as far as accounting has to know it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Real

__all__ = ["AccountingError", "Mechanism", "Segment", "merged"]

# Beyond these nobody trains, and floating point overflows.
_LEAST_NOISE, _MOST_NOISE, _LEAST_RATE, _MOST = 1e-3, 1e4, 1e-9, 10**12
_MOST_STEPS = 10**7


class AccountingError(ValueError):
    """A run that can't be accounted for as asked; the text ends in what to do."""


@dataclass(frozen=True)
class Mechanism:
    """One update: truncated Poisson sampling, clipping to C, Gaussian noise (Chua et al. 2025, arXiv 2508.15089).

    Each of *dataset_size* privacy units is drawn with probability *sampling_rate* on its own; of a draw larger than
    *slots* a uniformly random subset of that size is kept; noise of standard deviation *noise_multiplier* x C is added
    to the sum of the clipped gradients. Raises AccountingError for values that no update can have.
    """

    noise_multiplier: float
    sampling_rate: float
    dataset_size: int
    slots: int

    def __post_init__(self) -> None:
        noise, rate = self.noise_multiplier, self.sampling_rate
        if not _real(noise) or not (noise == 0 or _LEAST_NOISE <= noise <= _MOST_NOISE):
            allowed = f"0, which is no privacy at all, or a number from {_LEAST_NOISE:g} to {_MOST_NOISE:g}"
            raise AccountingError(f"noise_multiplier: got {noise!r}; give {allowed}")
        if not _real(rate) or not _LEAST_RATE <= rate <= 1:
            raise AccountingError(f"sampling_rate: got {rate!r}; give a number from {_LEAST_RATE:g} to 1")
        for name in ("dataset_size", "slots"):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MOST:
                raise AccountingError(f"{name}: got {value!r}; give a whole number from 1 to {_MOST:g}")


@dataclass(frozen=True)
class Segment:
    """*steps* updates of one mechanism; a run that was resumed or continued with other settings has several."""

    mechanism: Mechanism
    steps: int

    def __post_init__(self) -> None:
        if not isinstance(self.steps, int) or isinstance(self.steps, bool) or not 0 <= self.steps <= _MOST_STEPS:
            raise AccountingError(f"steps: got {self.steps!r}; give a whole number from 0 to {_MOST_STEPS:g}")


def merged(segments: Iterable[Segment]) -> dict[Mechanism, int]:
    """Steps by mechanism, without those of none: how a run was cut into segments must not change what it costs."""
    steps: dict[Mechanism, int] = {}
    for segment in segments:
        if segment.steps:
            steps[segment.mechanism] = steps.get(segment.mechanism, 0) + segment.steps
    return steps


def _real(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
