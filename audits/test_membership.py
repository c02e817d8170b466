"""Can records that were trained on be told from records that were held back?

Before training `hold_out` set groups of records aside by a keyed hash. Measured: how much likelier the model holds each
record than its base does, and how often a trained record beats a held-out one (AUC); whole groups count as one, because
records of one customer rise and fall together. Tolerance: `audit.tolerance.membership_auc`, 0.75; at 0.5 the exact
permutation test, of groups. A split that a bag of words can tell without the model, or the base model can, is not
measured. Min-K %, Min-K %++ and zlib are weaker attacks on a fine-tuned model; they are reported.

The mend: as for `canary_rank`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from finewarden.artifacts.folder import Folder
from finewarden.audits.statistics import conclude, family
from finewarden.evidence.measured.membership import Membership, RecordLoss
from finewarden.gate.judge import Judge
from finewarden.gate.measuring import Measuring
from finewarden.memorization.membership import auc, tpr_at_fpr_bounds

MEND = "train for fewer epochs, with a smaller rank or learning rate, and without duplicates; or with privacy"


@pytest.mark.needs_model
@pytest.mark.audit("membership.loss")
def test_loss(measuring: Measuring, judge: Judge, release: Folder, evidence_dir: Path) -> None:
    """Records that were trained on are told from those that were held out no better than the policy tolerates."""
    section = measuring.section("membership", judge)
    judge.remark(_besides(section))
    what = "the model tells records that it was trained on from records that were held out"
    conclude(family(measuring, release, evidence_dir)["membership"], judge, where="holdout.jsonl", what=what, mend=MEND)


def _besides(section: Membership) -> str:
    """The rate at few false alarms, and what the weaker attacks find."""
    told = []
    members, others = _sides(section, _gain)
    if members and others:
        rate = tpr_at_fpr_bounds(members, others, 0.01, 0.05)
        told.append(f"{rate.tpr:.0%} ({rate.lower:.0%}..{rate.upper:.0%}) found at 1 % false alarms")
    attacks: dict[str, Callable[[RecordLoss], float | None]] = {
        "zlib": lambda record: record.zlib,
        "Min-K %": lambda record: record.min_k,
        "Min-K %++": lambda record: record.min_k_plus_plus,
    }
    for name, score in attacks.items():
        members, others = _sides(section, score)
        if members and others:
            told.append(f"{name} {auc(members, others):.2f}")
    return ", ".join(told)


def _gain(record: RecordLoss) -> float | None:
    return None if record.log_p is None or record.base_log_p is None else record.log_p - record.base_log_p


def _sides(section: Membership, score: Callable[[RecordLoss], float | None]) -> tuple[list[float], list[float]]:
    """Scores of the trained and of the held-out records, where there are any."""
    sides: tuple[list[float], list[float]] = ([], [])
    for record in section.records:
        if (value := score(record)) is not None:
            sides[not record.member].append(value)
    return sides
