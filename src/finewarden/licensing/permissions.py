"""Which clause of a license a policy's `[[permissions]]` lift, and why one that is there may lift nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from finewarden.license_record import LicenseRecord
from finewarden.licensing.library import Library
from finewarden.licensing.shown_evidence import evidence_problem, expiry
from finewarden.policy import Permission, Policy

__all__ = ["Permit", "permit_for"]

_WORDS = re.compile(r"\b(?:sections?|clauses?|articles?|art|paragraphs?|para|sec|s)\b\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Permit:
    """A permission for a license. *problem*: why it lifts nothing; None when it holds."""

    permission: Permission
    problem: str | None


def permit_for(policy: Policy, library: Library, license: LicenseRecord, clause: str, *, today: date) -> Permit | None:  # noqa: A002 - the field's own name
    """What the policy says was granted beyond *clause* of *license*: one that holds if there is any, else the nearest.

    None when the policy names no permission for that license.
    """
    best: Permit | None = None
    for permission in policy.permissions:
        named = library.get(permission.license)
        if named is None or named.key != license.key:
            continue
        if _bare(permission.clause) not in _parts(clause):
            best = best or Permit(permission, f"is for clause {permission.clause!r}, and this is {clause!r}")
            continue
        problem = _problem(permission, policy, today)
        if problem is None:
            return Permit(permission, None)
        best = Permit(permission, problem)
    return best


def _problem(permission: Permission, policy: Policy, today: date) -> str | None:
    if expiry(permission.expires, today=today) == "over":
        return f"ended on {permission.expires}"
    absent = evidence_problem(permission.evidence, policy.folder)
    return f"has no evidence: {permission.evidence} {absent}" if absent else None


def _parts(clause: str) -> set[str]:
    """How *clause* may be written: whole, or one of several that it lists ("1.l, 3, 5.c")."""
    return {_bare(clause), *(_bare(part) for part in re.split(r"[,;]", clause))} - {""}


def _bare(clause: str) -> str:
    return re.sub(r"[^a-z0-9()\u4e00-\u9fff]", "", _WORDS.sub("", clause.lower()))
