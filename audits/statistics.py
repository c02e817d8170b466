"""The family of statistical audits, judged once for a release: one error rate for all of them."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

from finewarden.artifacts.folder import Folder
from finewarden.audits.instruments import broken
from finewarden.audits.privacy_facts import ledger_of
from finewarden.evidence.privacy_ledger import PRIVACY_LEDGER, PrivacyLedger
from finewarden.gate.judge import Judge
from finewarden.gate.measuring import Measuring
from finewarden.memorization.family import Claim, Family, Member, MemberName, judge_family
from finewarden.policy import Policy
from finewarden.verdicts import State

__all__ = ["claim_of", "conclude", "conclude_one_run", "family"]

ON_CANARIES: tuple[MemberName, ...] = ("canary_rank", "canary_exposure", "one_run")


@lru_cache(maxsize=1)
def family(measuring: Measuring, release: Folder, evidence_dir: Path) -> Family:
    """Every member's numbers and state. What was planned and could not be measured keeps its place in the family."""
    claim = claim_of(release, measuring.policy)
    measurements = measuring.fitting()
    section = measurements.canaries if measurements is not None else None
    # Where the scorer itself is not to be believed, no number of it is; the missing proof is each audit's own matter.
    why = (
        next((each.reason for each in broken(section, evidence_dir) if not each.leaks_stand), None) if section else None
    )
    on_canaries = [name for name in ON_CANARIES if name != "one_run" or claim is not None]
    if section is not None and not section.stress:
        on_canaries.remove("canary_exposure")
    planned: list[MemberName] = [*on_canaries] if measuring.can("canaries") else []
    planned += ["membership"] if measuring.can("membership") else []
    return judge_family(
        measurements,
        measuring.policy,
        claim=claim,
        planned=planned,
        unusable=dict.fromkeys(on_canaries, why) if why else None,
    )


def claim_of(release: Folder, policy: Policy) -> Claim | None:
    """The (ε, δ) that the release states: its ledger's, else the policy's; None when neither states one."""
    ledger = ledger_of(release)
    if isinstance(ledger, PrivacyLedger) and math.isfinite(ledger.claimed):
        return Claim(ledger.claimed, ledger.delta)
    wanted = policy.privacy
    return Claim(wanted.epsilon, wanted.delta) if wanted.epsilon is not None and wanted.delta is not None else None


def conclude_one_run(found: Family, claim: Claim, judge: Judge, *, mend: str) -> None:
    """State what the one-run audit found of *claim*, and how much it could have found."""
    member = found["one_run"]
    judge.estimated()
    if member.detail is None:
        judge.not_measured(member.reason)
    share = found.alpha / len(found.planned)
    ceiling = member.detail.ceiling(share)
    judge.measured(f"epsilon >= {member.detail.lower_bound(share):.2f}", limit=round(claim.epsilon, 4), n=member.n)
    if member.state is State.FAIL:
        what = f"the model knows {member.n} coins better than epsilon {claim.epsilon:.4g}, delta {claim.delta:g} allows"
        judge.finding("falsified", where=PRIVACY_LEDGER, what=f"{what} ({_corrected(member)})", mend=mend)
    elif member.state is State.NOT_MEASURED:
        wanted = judge.policy.audit.audit_ceiling
        mended = (
            f"delta {claim.delta:g} leaves no room for an audit at {share:.2g}; claim a smaller delta"
            if member.needed is None
            else f"plant {member.needed} canaries"
        )
        judge.not_measured(
            member.reason
            if ceiling >= wanted
            else f"not falsified, but this audit could have falsified no more than epsilon {ceiling:.2f}, below "
            f"audit.audit_ceiling {wanted:g}; {mended}"
        )
    else:
        beside = "" if member.detail.could_falsify(share) else ", less than is claimed"
        judge.remark(f"not falsified; this audit could have falsified up to epsilon {ceiling:.2f}{beside}")


def _corrected(member: Member) -> str:
    return f"p = {member.p:.2g}, {member.adjusted_p:.2g} corrected for all statistical audits"


def conclude(member: Member, judge: Judge, *, where: str, what: str, mend: str, digits: int = 3) -> None:
    """State *member*'s numbers and its verdict. *what* says in words what a failure shows; the numbers are added."""
    judge.estimated()
    if member.value is not None:
        bounds = [f"{bound:.{digits}f}" for bound in (member.lower, member.upper) if bound is not None]
        limit = None if member.tolerance is None else round(member.tolerance, digits)
        judge.measured(f"{member.value:.{digits}f} ({'..'.join(bounds)})", limit=limit, n=member.n)
    if member.state is State.FAIL:
        judge.finding(member.name, where=where, what=f"{what} ({_corrected(member)})", mend=mend)
    elif member.state is State.NOT_MEASURED:
        judge.not_measured(member.reason)
