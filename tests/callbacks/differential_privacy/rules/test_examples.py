"""Each rule against the line that breaks it, on trainers that are sound in all else."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.training

from finewarden.callbacks.differential_privacy.rules import RULES, Run  # noqa: E402
from finewarden.callbacks.differential_privacy.rules.verdicts import Verdict, check_rules  # noqa: E402
from tests.callbacks.differential_privacy.rules.examples import EXAMPLES  # noqa: E402
from tests.callbacks.differential_privacy.rules.trainers import SETTINGS, Trainers  # noqa: E402


def found(verdicts: list[Verdict]) -> dict[int, str]:
    """Number and findings of each rule that found something."""
    return {each.number: each.note for each in verdicts if each.problems}


@pytest.mark.parametrize("number", sorted(EXAMPLES))
def test_example_breaks_its_rule(number: int, trainers: Trainers) -> None:
    """The example of a rule breaks that rule, with a remedy, and no other but those that it is known to."""
    moment, build, others = EXAMPLES[number]
    verdicts = check_rules(build(trainers), moment)
    assert set(found(verdicts)) == {number} | others, found(verdicts)
    problems = next(each for each in verdicts if each.number == number).problems
    assert all(each.what and each.remedy for each in problems)


def test_every_rule_has_an_example() -> None:
    """There is an example for each of the 33 rules, which are in order."""
    assert [each.number for each in RULES] == list(range(1, 34)) == sorted(EXAMPLES)


@pytest.mark.parametrize("kind", ["plain", "sft", "dpo"])
@pytest.mark.parametrize("lora", [True, False])
def test_sound_under_our_callback(kind: str, lora: bool, trainers: Trainers) -> None:
    """An ordinary run under our callback breaks no rule, before it begins and in its first update."""
    run = Run.of(trainers.plain(kind, lora=lora), SETTINGS)
    assert found(check_rules(run, "before")) == {}
    assert found(check_rules(run.later(), "step")) == {}


def test_sound_by_opacus(trainers: Trainers) -> None:
    """Opacus in a Trainer, done right, breaks no rule at any moment, and hides nothing that a rule must see."""
    trainer = trainers.opacus().prepared()
    run = Run.of(trainer)
    before = check_rules(run, "before")
    assert found(before) == {}
    assert [each.number for each in before if each.result == "not seen"] == []
    trainer.backward()
    assert found(check_rules(run.later(), "step")) == {}
    trainer.optimizer.zero_grad()
    trainer.train()
    assert found(check_rules(run.later(steps=3), "after")) == {}
