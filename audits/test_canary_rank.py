"""Can canaries that were trained on be told from those that were not?

Before training each canary was inserted once or not at all, by a fair coin. Measured: how much likelier the model holds
each secret than its base does, in nats a token; and how often an inserted canary beats one of its family that was not
inserted (AUC, Mann-Whitney; 0.5 is chance). Tolerance: `audit.tolerance.canary_auc`, 0.75; at 0.5 the exact permutation
test. Fails when the lower bound is above it, passes when the upper bound is not.

The mend: fewer epochs, a smaller rank or learning rate, no duplicates; differential privacy where no trace may remain.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from finewarden.artifacts.folder import Folder
from finewarden.audits.instruments import require
from finewarden.audits.statistics import conclude, family
from finewarden.gate.judge import Judge
from finewarden.gate.measuring import Measuring
from finewarden.memorization.canary_cases import comparable_gains, input_tier
from finewarden.memorization.membership import tpr_at_fpr

MEND = "train for fewer epochs, with a smaller rank or learning rate, and without duplicates; or with privacy"


@pytest.mark.needs_model
@pytest.mark.audit("canary_rank.auc")
def test_auc(measuring: Measuring, judge: Judge, release: Folder, evidence_dir: Path) -> None:
    """Inserted canaries are told from those that were not no better than the policy tolerates."""
    section = require(measuring, judge, evidence_dir, release)
    member = family(measuring, release, evidence_dir)["canary_rank"]
    inserted, others = comparable_gains(section)
    told = []
    if inserted and others:
        told.append(f"{tpr_at_fpr(inserted, others, 0.01):.0%} of the inserted are found at 1 % false alarms")
    if (masked := input_tier(section)) is not None:
        told.append(f"secrets in masked turns, of which nothing should be learnt: AUC {masked.value:.2f} of {masked.n}")
    judge.remark("; ".join(told))
    what = "the model tells secrets that were inserted once from secrets that were not"
    conclude(member, judge, where="canaries.jsonl", what=what, mend=MEND)
