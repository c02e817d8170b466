"""What became of the rules in one run: a verdict each, and the part of them that may be published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from finewarden.callbacks.differential_privacy.rules import RULES, Action, Moment, Rule, Run
from finewarden.callbacks.refusal import Problem
from finewarden.evidence.privacy_ledger import RuleResult

__all__ = ["Result", "Verdict", "check_rules", "mended", "merged", "public_results"]

# From best to worst. "fixed": kept by our engine, or mended by the guard. "not seen": the trainer shows too little.
Result = Literal["not seen", "kept", "fixed", "warned", "violated"]
ORDER: tuple[Result, ...] = ("not seen", "kept", "fixed", "warned", "violated")


@dataclass(frozen=True)
class Verdict:
    """The result of one rule, with what was found. note: what was found, in one line; may depend on the data."""

    number: int
    name: str
    action: Action
    result: Result
    problems: tuple[Problem, ...] = ()

    @property
    def note(self) -> str:
        """All that was found, on one line."""
        return "; ".join(each.what for each in self.problems)

    @property
    def numbered(self) -> tuple[Problem, ...]:
        """The problems, each with its rule before it, for an error that names them all."""
        return tuple(replace(each, what=f"rule {self.number} ({self.name}): {each.what}") for each in self.problems)


def check_rules(run: Run, moment: Moment) -> list[Verdict]:
    """One verdict for each rule that has something to check at *moment*, in the order of the rules.

    Nothing is changed: a problem that could be mended is "violated" until `mended`.
    """
    return [_judge(rule, run, moment) for rule in RULES if rule.check(moment) is not None]


def mended(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Mend each violation of which every problem has a mend; it is "fixed" then."""
    done = []
    for verdict in verdicts:
        mends = [each.mend for each in verdict.problems if each.mend is not None]
        if verdict.result == "violated" and len(mends) == len(verdict.problems):
            for mend in mends:
                mend()
            verdict = replace(verdict, result="fixed")
        done.append(verdict)
    return done


def merged(*moments: Iterable[Verdict]) -> list[Verdict]:
    """The verdicts of several moments as one a rule: the worst, with all that was found."""
    worst: dict[int, Verdict] = {}
    for verdict in (each for moment in moments for each in moment):
        known = worst.get(verdict.number, verdict)
        worse = max(known, verdict, key=lambda each: ORDER.index(each.result))
        found = known.problems if known is verdict else known.problems + verdict.problems
        worst[verdict.number] = replace(worse, problems=found)
    return [worst[number] for number in sorted(worst)]


def public_results(verdicts: Iterable[Verdict]) -> tuple[RuleResult, ...]:
    """For the ledger, which is published: a rule that reads the data is "kept", whatever it found.

    A rule that was not seen has no result.
    """
    hidden = {rule.number for rule in RULES if rule.reads_data}
    return tuple(
        RuleResult(number=each.number, name=each.name, action=each.action, result="kept", note="see the private log")
        if each.number in hidden
        else RuleResult(number=each.number, name=each.name, action=each.action, result=each.result, note=each.note)
        for each in verdicts
        if each.result != "not seen"
    )


def _judge(rule: Rule, run: Run, moment: Moment) -> Verdict:
    check = rule.check(moment)
    problems = tuple(check(run)) if check is not None else ()
    result: Result = "kept"
    if problems:
        result = "warned" if rule.action == "warn" else "violated"
    elif not rule.sees(run):
        result = "not seen"
    elif rule.action == "fix" and run.settings is not None:
        result = "fixed"
    return Verdict(rule.number, rule.name, rule.action, result, problems)
