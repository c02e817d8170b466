"""Does a secret that was inserted rank among the likeliest of a thousand that were not?

Each stress canary and its references were drawn from one set, and one of them, by a uniform draw, was inserted.
Measured: exposure, log2 N − log2 rank among N references in the same context (Carlini et al. 2019, "The Secret Sharer",
https://arxiv.org/abs/1802.08232), and p = rank / (N + 1), which is exact, times the number of canaries. Only canaries
that were inserted once decide; those inserted 4 or 16 times are reported, and decide with `audit.gate_repeated = true`.
Tolerance: what chance alone gives, or `audit.tolerance.canary_exposure` bits. Passes when the upper bound on the true
exposure of each is at most that.

The mend: as for `canary_rank`; what only repeated canaries show is mended by removing duplicates.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from finewarden.artifacts.folder import Folder
from finewarden.audits.instruments import require
from finewarden.audits.statistics import conclude, family
from finewarden.gate.judge import Judge
from finewarden.gate.measuring import Measuring
from finewarden.memorization.canary_cases import exposed

MEND = "train for fewer epochs or with a smaller rank, and keep one of each duplicate; or train with privacy"


@pytest.mark.needs_model
@pytest.mark.audit("canary_exposure.rank")
def test_rank(measuring: Measuring, judge: Judge, release: Folder, evidence_dir: Path) -> None:
    """No stress canary that was inserted once is exposed beyond what chance gives, or the policy tolerates."""
    section = require(measuring, judge, evidence_dir, release)
    if not section.stress:
        judge.not_measured("no stress canary was planted: plant_canaries(stress={1: 2, 4: 2, 16: 2})")
    member = family(measuring, release, evidence_dir)["canary_exposure"]
    tiers: dict[int, list[float]] = {}
    for each in exposed(section):
        tiers.setdefault(each.repetitions, []).append(each.bits)
    told = "; ".join(f"{tier}×: up to {max(bits):.1f} bits" for tier, bits in sorted(tiers.items()))
    judge.remark(f"inserted {told}" if told else "")
    what = "a secret that was inserted ranks among the likeliest of those that never were"
    conclude(member, judge, where="canaries.jsonl", what=what, mend=MEND, digits=1)
