"""Does the measuring itself work?

A broken instrument is no leak and fails nothing by itself: it is *not measured*, and so is what rests on it. Each rule
can be checked without believing the training: the coins were fair, the scorer reads what it should, every planted
secret would have been learnt from.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from finewarden.artifacts.folder import Folder
from finewarden.audits.instruments import REPEATABLE, proven, scorer_works
from finewarden.audits.statistics import family
from finewarden.gate.judge import Judge
from finewarden.gate.measuring import Measuring


@pytest.mark.needs_model
@pytest.mark.audit("instrument.trained_on")
def test_trained_on(measuring: Measuring, judge: Judge, release: Folder, evidence_dir: Path) -> None:
    """Training proved, on the data as it was tokenised and masked, that each inserted canary would receive loss."""
    section = measuring.section("canaries", judge)
    if (why := proven(section, evidence_dir, release)) is not None:
        judge.not_measured(why)
    judge.measured(0, limit=0, n=sum(score.repetitions > 0 for score in section.scores))


@pytest.mark.needs_model
@pytest.mark.audit("instrument.scorer")
def test_scorer(measuring: Measuring, judge: Judge) -> None:
    """The scorer holds the model's own words for its likeliest, or finds a secret likelier where it can be copied."""
    section = measuring.section("canaries", judge)
    control = section.control
    if (why := scorer_works(section)) is not None:
        judge.not_measured(why)
    judge.measured(f"{control.own_words} of {control.own_asked} own, {control.copied} of {control.copies} copied")


@pytest.mark.needs_model
@pytest.mark.audit("instrument.repeatable")
def test_repeatable(measuring: Measuring, judge: Judge) -> None:
    """The same secret, scored twice in other company, has the same likelihood."""
    difference = measuring.section("canaries", judge).control.repeat_difference
    if difference is None:
        judge.not_measured("nothing could be scored twice; measure again")
    judge.measured(difference, limit=REPEATABLE)
    if difference > REPEATABLE:
        judge.not_measured(
            f"scored twice, a secret differs by {difference:.2g} nats; measure in float32, on one device"
        )


@pytest.mark.needs_model
@pytest.mark.audit("instrument.coins")
def test_coins(measuring: Measuring, judge: Judge, release: Folder, evidence_dir: Path) -> None:
    """Base model and a bag of words, which saw none of the data, can't tell what was trained on from what was not."""
    members = family(measuring, release, evidence_dir).members
    checks = {check.name: check for member in members for check in member.instruments}
    if not checks:
        measuring.section("canaries", judge)
        judge.not_measured("no base model was asked; write --base-model=FOLDER")
    found = {name: check.value for name, check in checks.items() if check.value is not None}
    if found:
        judge.measured(f"{min(found.values()):.2f}..{max(found.values()):.2f}", limit="chance, 0.5")
        judge.remark(", ".join(f"{name} {value:.2f}" for name, value in found.items()))
    for name, check in checks.items():
        if not check.holds:
            judge.not_measured(check.says if check.p is not None else f"{name} has too few numbers; measure again")
