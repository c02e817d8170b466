"""What the user asks of differential privacy, checked before anything is touched."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

__all__ = ["EngineName", "Metrics", "Settings"]

EngineName = Literal["microbatch", "hooks", "auto"]
Metrics = Literal["keep", "label", "suppress"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The arguments of `DifferentialPrivacyCallback`, see there. All are public: they may not depend on the data.

    Raises ValueError: the text names the argument, what it got, what is allowed and what to do.
    """

    delta: float
    expected_batch_size: int
    target_epsilon: float | None = None
    noise_multiplier: float | None = None
    max_grad_norm: float = 1.0
    dataset_size: int | None = None
    slots: int | None = None
    unit: str = "example"
    max_rows_per_unit: int | None = None
    engine: EngineName = "microbatch"
    metrics: Metrics = "keep"
    continues: Path | None = None
    public_start: bool = False

    def __post_init__(self) -> None:
        if self.target_epsilon is None and self.noise_multiplier is None:
            raise ValueError(
                "target_epsilon and noise_multiplier: got neither; give target_epsilon=8.0 to have the noise "
                "calibrated to it, or noise_multiplier=... to have epsilon reported"
            )
        _number("delta", self.delta, above=0, below=1, advice="1e-6, or less than 1 / dataset_size")
        _number("target_epsilon", self.target_epsilon, above=0, advice="8.0 or less")
        _number("noise_multiplier", self.noise_multiplier, least=0, advice="0.5 to 2")
        _whole("expected_batch_size", self.expected_batch_size, advice="256, as large as time allows")
        _whole("dataset_size", self.dataset_size, advice="a public upper bound of the number of examples")
        _whole("slots", self.slots, advice="nothing: the default never overflows in practice")
        _whole("max_rows_per_unit", self.max_rows_per_unit, advice="8: how many rows of one unit a step may use")
        self._bounds()
        self._choices()

    def _bounds(self) -> None:
        bound = self.max_grad_norm
        if isinstance(bound, bool) or not isinstance(bound, int | float) or not bound > 0:
            raise ValueError(f"max_grad_norm: got {bound!r}, allowed: a number above 0; give 1.0 or less")
        if math.isinf(bound) and self.noise_multiplier != 0:
            raise ValueError(
                "max_grad_norm: got inf, which clips nothing and so gives no privacy; give 1.0 or less (infinity is "
                "allowed with noise_multiplier=0, for tests)"
            )
        if self.noise_multiplier == 0 and self.target_epsilon is not None:
            raise ValueError(
                "noise_multiplier: got 0 with target_epsilon: without noise epsilon is infinite; leave "
                "noise_multiplier out to have it calibrated"
            )
        if self.dataset_size is not None and self.expected_batch_size > self.dataset_size:
            raise ValueError(
                f"expected_batch_size: got {self.expected_batch_size}, more than dataset_size={self.dataset_size}; a "
                "step draws each example at most once: give at most dataset_size"
            )
        if self.dataset_size is not None and self.delta >= 1 / self.dataset_size:
            raise ValueError(
                f"delta: got {self.delta:g}, not less than 1 / dataset_size = {1 / self.dataset_size:.3g}: publishing "
                "one example at random would satisfy that; give a tenth of it or less"
            )
        if self.slots is not None and self.slots < self.expected_batch_size:
            raise ValueError(
                f"slots: got {self.slots}, fewer than expected_batch_size={self.expected_batch_size}: half of all "
                "draws would be cut, at a high price in noise; leave slots out"
            )

    def _choices(self) -> None:
        for name, kind in (("engine", EngineName), ("metrics", Metrics)):
            value, allowed = getattr(self, name), get_args(kind)
            if value not in allowed:
                raise ValueError(f"{name}: got {value!r}, allowed: {', '.join(map(repr, allowed))}")
        if not isinstance(self.unit, str) or not self.unit:
            raise ValueError(f"unit: got {self.unit!r}, allowed: 'example' or the name of a column of the data set")
        if (self.unit == "example") != (self.max_rows_per_unit is None):
            got = f"unit={self.unit!r}, max_rows_per_unit={self.max_rows_per_unit!r}"
            raise ValueError(
                f"max_rows_per_unit: got {got}; it is the public bound of how many rows of one unit a step may use: "
                "give it with unit='<column>', and only there"
            )


def _number(
    name: str, value: Any, *, above: float = -math.inf, least: float = -math.inf, below: float = math.inf, advice: str
) -> None:
    if value is None:
        return
    if not _is_number(value) or not math.isfinite(value) or not above < value < below or value < least:
        start = f"above {above:g}" if math.isfinite(above) else f"of at least {least:g}"
        end = f" and below {below:g}" if math.isfinite(below) else ""
        raise ValueError(f"{name}: got {value!r}, allowed: a finite number {start}{end}; give {advice}")


def _whole(name: str, value: Any, *, advice: str) -> None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        raise ValueError(f"{name}: got {value!r}, allowed: a whole number of at least 1; give {advice}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
