"""How a license audit states a breach: license, revision and clause, where, the exact mend, how well it is known."""

from __future__ import annotations

from finewarden.gate.judge import Judge
from finewarden.license_record import Kind
from finewarden.licensing.base.claims import Contradiction
from finewarden.licensing.duties import Duty
from finewarden.licensing.licensed import Licensed

__all__ = ["UNSETTLED", "duties_or_stop", "is_weak", "tell", "unsettled"]

UNSETTLED = "its own files contradict each other on the base model: settle that first (license.base, release.identity)"
# Tokenizers, templates and leftovers travel between models of different licenses.
_SHARED = frozenset({"tokenizer", "template", "leftover"})


def tell(judge: Judge, duty: Duty, rule: str, *, where: str, what: str, mend: str, subject: str = "") -> None:
    """State that *duty* is not met. What is not simply due, or not known in full, warns and says why."""
    judge.finding(
        rule,
        where=where,
        what=f"{duty.qualified}{what} {duty.reference}",
        mend=mend,
        subject=subject or f"{duty.terms.record.key} {duty.obligation.id}",
        warn=not duty.fails,
    )


def is_weak(contradiction: Contradiction) -> bool:
    """Whether it rests on evidence that models of other licenses share: then it only warns."""
    claims = (contradiction.one, contradiction.other)
    return any(claim.strength == "weak" or claim.kind in _SHARED for claim in claims)


def unsettled(licensed: Licensed) -> list[Contradiction]:
    """What contradicts itself about the base, not about what is declared: nobody knows then which duties are due."""
    return [
        found
        for found in licensed.identity.contradictions
        if "license" not in (found.one.kind, found.other.kind) and not is_weak(found)
    ]


def duties_or_stop(judge: Judge, licensed: Licensed, *kinds: Kind) -> list[Duty]:
    """The duties of *kinds*, without those that are only encouraged. Raises NotMeasured when no license is known,
    or the folder contradicts itself on its base."""
    if unsettled(licensed):
        judge.not_measured(UNSETTLED)
    if licensed.unknown is not None:
        judge.not_measured(licensed.unknown)
    duties = [duty for duty in licensed.duties(*kinds) if duty.state != "encouraged"]
    if not duties:
        names = ", ".join(sorted({terms.record.name for terms in licensed.terms}))
        internal = licensed.policy.audience == "internal"
        judge.remark(f"not asked by {names}{' for internal use' if internal else ''} ({licensed.form})")
    return duties
