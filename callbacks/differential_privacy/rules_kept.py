"""The 33 rules over one run of our own: what they found at its begin, in its updates and at its end."""

from __future__ import annotations

from dataclasses import replace

from transformers import Trainer

from finewarden.callbacks.differential_privacy.rules import Moment, Run
from finewarden.callbacks.differential_privacy.rules.verdicts import Verdict, check_rules, merged, public_results
from finewarden.callbacks.differential_privacy.settings import Settings
from finewarden.callbacks.refusal import Problem
from finewarden.evidence.privacy_ledger import RuleResult

__all__ = ["RulesKept"]

UNMOVED = 33  # rule "adapter-unchanged"


class RulesKept:
    """Verdicts of one run, gathered as it goes."""

    def __init__(self, trainer: Trainer, settings: Settings) -> None:
        self._run = Run.of(trainer, settings)
        self.verdicts: list[Verdict] = []

    def check(self, moment: Moment, *, could_move: bool = True) -> list[Problem]:
        """What breaks a rule at *moment*, so that the run can't begin or go on.

        could_move: false where no step had a learning rate; that the weights are as they were is then as it should be.
        """
        found = self._found(moment, could_move)
        self.verdicts = merged(self.verdicts, found)
        return [problem for each in found if each.result == "violated" for problem in each.numbered]

    @property
    def began_with(self) -> list[tuple[float, float]]:
        """`weights_moved.marks` of the trained parameters as they were when the run began."""
        return self._run.began.marks

    def broken(self, number: int) -> bool:
        """Whether rule *number* was found broken so far."""
        return any(each.number == number and each.result == "violated" for each in self.verdicts)

    def warnings(self) -> list[Problem]:
        """What the user should know and may do."""
        return [problem for each in self.verdicts if each.result == "warned" for problem in each.numbered]

    def results(self, *, could_move: bool) -> tuple[RuleResult, ...]:
        """For the public ledger, at any time in training: as if it ended now."""
        return public_results(merged(self.verdicts, self._found("after", could_move)))

    def _found(self, moment: Moment, could_move: bool) -> list[Verdict]:
        found = check_rules(self._run if moment == "before" else self._run.later(), moment)
        if not could_move:
            found = [replace(each, result="warned") if each.number == UNMOVED else each for each in found]
        return found
