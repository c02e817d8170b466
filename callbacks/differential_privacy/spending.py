"""The privacy budget of a run: what was spent, what is left, and the ledger that says so."""

from __future__ import annotations

from dataclasses import dataclass

from finewarden import accounting
from finewarden.accounting.ledger_segments import segments_of
from finewarden.callbacks.differential_privacy.private_loader import Shape
from finewarden.callbacks.differential_privacy.settings import Settings
from finewarden.callbacks.differential_privacy.starting_point import StartingPoint
from finewarden.evidence.privacy_ledger import LedgerSegment

__all__ = ["Spending"]


@dataclass
class Spending:
    """Segments of earlier training on the same data, and the one that is under way.

    past: done with; current: under way, its `steps` grow; left: how many more steps the budget affords; without a
    target None, and planned is the epsilon of all steps to come.
    """

    past: tuple[LedgerSegment, ...]
    current: LedgerSegment
    left: int | None = None
    planned: float | None = None

    @classmethod
    def plan(cls, start: StartingPoint, settings: Settings, shape: Shape, steps: int) -> Spending:
        """How *steps* more are taken from *start*: with which noise, and how many of them the budget affords.

        Raises AccountingError for a run that can't be accounted for: now, and not after hours of training.
        """
        spent, target, delta = segments_of(start.past), settings.target_epsilon, settings.delta
        noise = start.noise_multiplier
        if noise is None:
            assert target is not None  # Settings asks for one of the two
            noise = accounting.calibrate(
                target_epsilon=target,
                delta=delta,
                steps=steps,
                sampling_rate=shape.sampling_rate,
                dataset_size=shape.dataset_size,
                slots=shape.slots,
                spent=spent,
            )
            return cls(start.past, _segment(start.run, noise, settings, shape), left=steps)
        current = _segment(start.run, noise, settings, shape)
        if target is None:
            whole = segments_of([*start.past, current.model_copy(update={"steps": steps})])
            return cls(start.past, current, planned=accounting.epsilon(whole, delta))
        [one] = segments_of([current])
        left = accounting.affordable_steps(
            one.mechanism, target_epsilon=target, delta=delta, at_most=steps, spent=spent
        )
        return cls(start.past, current, left)

    @property
    def segments(self) -> tuple[LedgerSegment, ...]:
        """All of them, empty ones left out."""
        return tuple(each for each in (*self.past, self.current) if each.steps)

    @property
    def steps(self) -> int:
        """Optimizer steps over all segments of the run under way."""
        return sum(each.steps for each in (*self.past, self.current) if each.run == self.current.run)

    def step(self) -> None:
        """Account one optimizer step. Raises RuntimeError when the budget does not afford it."""
        if self.left is not None:
            if self.left < 1:
                raise RuntimeError("the privacy budget affords no further step: end training before it")
            self.left -= 1
        self.current = self.current.model_copy(update={"steps": self.current.steps + 1})


def _segment(run: str, noise: float, settings: Settings, shape: Shape) -> LedgerSegment:
    return LedgerSegment(
        run=run,
        noise_multiplier=noise,
        sampling_rate=shape.sampling_rate,
        expected_batch_size=settings.expected_batch_size,
        dataset_size=shape.dataset_size,
        slots=shape.slots,
        steps=0,
        max_rows_per_unit=settings.max_rows_per_unit,
    )
