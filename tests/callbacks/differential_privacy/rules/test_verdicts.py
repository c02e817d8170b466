"""Verdicts: mended, merged, and what of them is public."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.training

from finewarden.callbacks.differential_privacy.rules import Run  # noqa: E402
from finewarden.callbacks.differential_privacy.rules.verdicts import (  # noqa: E402
    Verdict,
    check_rules,
    mended,
    merged,
    public_results,
)
from finewarden.callbacks.refusal import Problem  # noqa: E402
from tests.callbacks.differential_privacy.rules.examples import EXAMPLES, ours  # noqa: E402
from tests.callbacks.differential_privacy.rules.trainers import Trainers  # noqa: E402


def test_our_callback_has_a_result_for_each_rule(trainers: Trainers) -> None:
    """Over the moments of a run under our callback each rule gets a result that the ledger can hold, none violated."""
    trainer = trainers.plain("plain")
    run = ours(trainer)
    before, step = check_rules(run, "before"), check_rules(run.later(), "step")
    next(iter(run.trainable.values())).data.add_(1)
    results = public_results(merged(before, step, check_rules(run.later(), "after")))
    assert [each.number for each in results] == list(range(1, 34))
    assert {each.result for each in results} == {"kept", "fixed"}
    assert {each.result for each in results if each.action == "fix"} == {"fixed"}


def test_public_results_hide_what_the_data_says(trainers: Trainers) -> None:
    """Whether a person has several rows is found, and stays out of what is published."""
    _, build, _ = EXAMPLES[26]
    found = check_rules(build(trainers), "before")
    clean = check_rules(ours(trainers.plain("plain")), "before")
    assert [each.result for each in found if each.number == 26] == ["warned"]
    assert public_results(found) == public_results(clean)


def test_mended_only_where_every_problem_can_be() -> None:
    """A violation is fixed when all its problems have a mend; else nothing of it is mended."""
    done: list[str] = []
    easy = Problem("a", "do", lambda: done.append("a"))
    hard = Problem("b", "do")
    verdicts = [Verdict(1, "one", "fix", "violated", (easy,)), Verdict(2, "two", "fix", "violated", (easy, hard))]
    assert [each.result for each in mended(verdicts)] == ["fixed", "violated"]
    assert done == ["a"]


def test_merged_keeps_the_worst() -> None:
    """Of several moments the worst result stands, with all that was found; what was seen later counts as seen."""
    kept, unseen = Verdict(1, "one", "fix", "kept"), Verdict(1, "one", "fix", "not seen")
    broken = Verdict(1, "one", "fix", "violated", (Problem("a", "do"),))
    again = Verdict(1, "one", "fix", "violated", (Problem("b", "do"),))
    assert merged([unseen], [kept]) == [kept]
    (worst,) = merged([kept], [broken], [again], [kept])
    assert worst.result == "violated"
    assert worst.note == "a; b"


def test_not_seen_is_never_kept(trainers: Trainers) -> None:
    """Of a trainer without a DP engine nothing is said to be kept that can't be seen."""
    results = {each.number: each.result for each in check_rules(Run.of(trainers.plain()), "before")}
    assert {number for number, result in results.items() if result == "not seen"} >= {13, 21, 23, 25, 28, 29}
