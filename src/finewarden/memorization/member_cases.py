"""From the sections of measurements.json and the policy to the case of each member of the family."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from finewarden.evidence.measurements import Measurements
from finewarden.memorization.canary_cases import Claim, canary_exposure, canary_rank, one_run
from finewarden.memorization.case import Case
from finewarden.memorization.record_cases import membership, real_pii
from finewarden.policy import TOLERANCES, Policy

__all__ = ["MEMBERS", "SECTIONS", "MemberName", "builder", "measured", "tolerance"]

MemberName = Literal["canary_rank", "canary_exposure", "membership", "real_pii", "one_run"]

MEMBERS: tuple[MemberName, ...] = ("canary_rank", "canary_exposure", "membership", "real_pii", "one_run")

SECTIONS: dict[MemberName, str] = {
    "canary_rank": "canaries",
    "canary_exposure": "canaries",
    "membership": "membership",
    "real_pii": "personal_values",
    "one_run": "canaries",
}
"""The section of measurements.json that each rests on."""

_KEYS: dict[MemberName, str] = {
    "canary_rank": "canary_auc",
    "canary_exposure": "canary_exposure",
    "membership": "membership_auc",
    "real_pii": "real_pii_auc",
}


def tolerance(policy: Policy, name: MemberName) -> float | None:
    """What the policy tolerates of member *name*; None for the one-run audit, and for exposure when nothing is set."""
    key = _KEYS.get(name)
    return None if key is None else policy.audit.tolerance.get(key, TOLERANCES[key])


def measured(measurements: Measurements | None, claim: Claim | None) -> set[MemberName]:
    """The members that *measurements* hold numbers for; the one-run audit needs a *claim* too."""
    found: set[MemberName] = set()
    if measurements is None:
        return found
    if measurements.canaries is not None:
        if any(score.tier == "coin" for score in measurements.canaries.scores):
            found |= {"canary_rank"} if claim is None else {"canary_rank", "one_run"}
        if measurements.canaries.stress:
            found.add("canary_exposure")
    if measurements.membership is not None:
        found.add("membership")
    if measurements.personal_values is not None and measurements.personal_values.values:
        found.add("real_pii")
    return found


def builder(
    measurements: Measurements, policy: Policy, claim: Claim | None, share: float
) -> Callable[[MemberName], Case]:
    """A function that makes the case of a member that `measured` names; it raises case.Unmeasurable.

    *share*: the significance that Holm leaves to any member, whatever the others find.
    """
    alpha = policy.audit.alpha

    def build(name: MemberName) -> Case:
        limit = tolerance(policy, name)
        canaries, records, values = measurements.canaries, measurements.membership, measurements.personal_values
        if name == "canary_exposure" and canaries is not None:
            return canary_exposure(canaries, tolerance=limit, repeated=policy.audit.gate_repeated, share=share)
        if name == "one_run" and canaries is not None and claim is not None:
            return one_run(canaries, claim=claim, ceiling=policy.audit.audit_ceiling, share=share, alpha=alpha)
        if limit is not None:
            if name == "canary_rank" and canaries is not None:
                return canary_rank(canaries, tolerance=limit, alpha=alpha)
            if name == "membership" and records is not None:
                return membership(records, tolerance=limit, alpha=alpha)
            if name == "real_pii" and values is not None:
                return real_pii(values, tolerance=limit, alpha=alpha)
        raise KeyError(name)

    return build
