"""How an enforcer says no: every problem it found, each with its remedy, in one error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

__all__ = ["GuardRefusal", "Problem"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that a guard can't let pass.

    what: what was found, with the place and the value. remedy: what the user does about it, in the imperative.
    mend: switches it off without the user where that changes nothing they asked for; None where only they can.
    """

    what: str
    remedy: str
    mend: Callable[[], None] | None = field(default=None, compare=False, repr=False)


class GuardRefusal(RuntimeError):
    """An enforcer refuses to begin a run (*step* is None), or stops it in step *step*; `.problems` holds them all."""

    def __init__(self, guard: str, problems: Sequence[Problem], step: int | None = None) -> None:
        # All arguments go to the base class, so that the error survives pickling between processes.
        super().__init__(guard, problems, step)
        self.guard = guard
        self.problems = tuple(problems)
        self.step = step

    def __str__(self) -> str:
        done = "refuses this run" if self.step is None else f"stopped this run in step {self.step}"
        lines = [f"{self.guard} {done}:"]
        for problem in self.problems:
            lines += [f"  * {problem.what}", f"    -> {problem.remedy}"]
        return "\n".join(lines)
