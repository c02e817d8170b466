"""What one update of DP-SGD does to its data, as far as accounting has to know it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Integral, Real

__all__ = ["AccountingError", "Mechanism", "Segment", "merged"]


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
        if not _real(self.noise_multiplier) or self.noise_multiplier < 0:
            raise AccountingError(f"noise_multiplier: got {self.noise_multiplier!r}; give a finite number, 0 or more")
        if not _real(self.sampling_rate) or not 0 < self.sampling_rate <= 1:
            raise AccountingError(f"sampling_rate: got {self.sampling_rate!r}; give a number above 0, at most 1")
        for name in ("dataset_size", "slots"):
            value = getattr(self, name)
            if not isinstance(value, Integral) or isinstance(value, bool) or value < 1:
                raise AccountingError(f"{name}: got {value!r}; give a whole number, 1 or more")


@dataclass(frozen=True)
class Segment:
    """*steps* updates of one mechanism; a run that was resumed or continued with other settings has several."""

    mechanism: Mechanism
    steps: int

    def __post_init__(self) -> None:
        if not isinstance(self.steps, Integral) or isinstance(self.steps, bool) or self.steps < 0:
            raise AccountingError(f"steps: got {self.steps!r}; give a whole number, 0 or more")


def merged(segments: Iterable[Segment]) -> dict[Mechanism, int]:
    """Steps by mechanism, without those of none: how a run was cut into segments must not change what it costs."""
    steps: dict[Mechanism, int] = {}
    for segment in segments:
        if segment.steps:
            steps[segment.mechanism] = steps.get(segment.mechanism, 0) + segment.steps
    return steps


def _real(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
