"""The privacy budget of a run: what was spent, what is left, and the ledger that says so."""

from __future__ import annotations

from dataclasses import dataclass

from finewarden import accounting
from finewarden.accounting.ledger_segments import segments_of
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
    def plan(
        cls,
        past: tuple[LedgerSegment, ...],
        current: LedgerSegment,
        *,
        steps: int,
        target_epsilon: float | None,
        delta: float,
    ) -> Spending:
        """How many of the *steps* to come the budget affords after *past*. The noise of *current* is fixed."""
        if target_epsilon is None:
            whole = segments_of([*past, current.model_copy(update={"steps": steps})])
            # Now, and not after hours of training: noise that can't be accounted for is an error.
            return cls(past, current, planned=accounting.epsilon(whole, delta))
        [one] = segments_of([current])
        left = accounting.affordable_steps(
            one.mechanism, target_epsilon=target_epsilon, delta=delta, at_most=steps, spent=segments_of(past)
        )
        return cls(past, current, left)

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
