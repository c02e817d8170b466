"""What a rule is: one thing that must hold for a run to be what its privacy claim says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["Action", "Check", "Moment", "Rule"]

# What follows when a rule is broken. "fix": our engine keeps it by itself; on a trainer that is not ours the guard
# mends it where that changes nothing else, and else refuses.
Action = Literal["refuse", "fix", "warn"]
# before: at train begin. step: after each update's backward passes, before its optimizer moves. after: at train end.
Moment = Literal["before", "step", "after"]
Check = Callable[[Run], Iterator[Problem]]


def _always(_: Run) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One numbered rule.

    text: the docstring of its module; the first paragraph says what goes wrong, one that begins with "Cost:" how much
    it costs. example: the failing line of user code. sees: whether the run shows enough to judge at all. reads_data:
    what it finds depends on the training data, so a public ledger must not hold it.
    """

    number: int
    name: str
    action: Action
    text: str | None
    example: str
    source: str
    before: Check | None = None
    step: Check | None = None
    after: Check | None = None
    sees: Callable[[Run], bool] = _always
    reads_data: bool = False

    def check(self, moment: Moment) -> Check | None:
        """The check of that moment; None where the rule has none."""
        return {"before": self.before, "step": self.step, "after": self.after}[moment]

    @property
    def goes_wrong(self) -> str:
        """The first paragraph of the docstring, on one line."""
        return self._paragraphs()[0]

    @property
    def cost(self) -> str:
        """The paragraph on the cost, on one line."""
        return next(each.removeprefix("Cost: ") for each in self._paragraphs() if each.startswith("Cost: "))

    def _paragraphs(self) -> list[str]:
        return [" ".join(each.split()) for each in (self.text or "").strip().split("\n\n")]
