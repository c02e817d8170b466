"""Which clause of a license a policy's `[[permissions]]` lift, and why one that is there may lift nothing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from finewarden.license_record import LicenseRecord
from finewarden.licensing.library import Library, near_keys
from finewarden.licensing.shown_evidence import evidence_problem, expiry
from finewarden.policy import Permission, Policy

__all__ = ["Permit", "Slip", "permit_for", "slips"]

_WORDS = re.compile(r"\b(?:sections?|clauses?|articles?|art|paragraphs?|para|sec|s)\b\.?", re.IGNORECASE)
_LISTED = 8


@dataclass(frozen=True, slots=True)
class Permit:
    """A permission for a license. *problem*: why it lifts nothing; None when it holds."""

    permission: Permission
    problem: str | None


@dataclass(frozen=True, slots=True)
class Slip:
    """A permission that can lift nothing, whatever is audited: what it names that is not there, and the mend."""

    what: str
    mend: str


def slips(policy: Policy, library: Library) -> Iterator[Slip]:
    """Each permission of *policy* for a license that no record knows, or for a clause that its record does not have."""
    for permission in policy.permissions:
        record = library.get(permission.license)
        if record is None:
            near = near_keys(permission.license, library)
            what = f"no license record is called {permission.license[:100]!r}, so this permission lifts nothing"
            mend = f"write {' or '.join(map(repr, near))}" if near else "write a key that `finewarden licenses` lists"
            yield Slip(what, mend)
            continue
        clauses = _clauses(record)
        if any(_bare(permission.clause) in _parts(clause) for clause in clauses):
            continue
        near = difflib.get_close_matches(permission.clause, clauses, n=3, cutoff=0.4) or clauses[:_LISTED]
        what = f"{record.name} has no clause {permission.clause[:100]!r} that obliges to anything, so this permission "
        mend = f"write {' or '.join(map(repr, near))}" if near else "take it out: nothing is to be permitted"
        yield Slip(f"{what}lifts nothing", f"{mend}; `finewarden licenses explain {record.key}` lists all")


def permit_for(
    policy: Policy,
    library: Library,
    license: LicenseRecord,  # noqa: A002 - the field's own name
    clause: str,
    *,
    today: date,
    audited: Path | None = None,
) -> Permit | None:
    """What the policy says was granted beyond *clause* of *license*: one that holds if there is any, else the nearest.

    None when the policy names no permission for that license. Nothing in the *audited* folder is evidence.
    """
    best: Permit | None = None
    for permission in policy.permissions:
        named = library.get(permission.license)
        if named is None or named.key != license.key:
            continue
        if _bare(permission.clause) not in _parts(clause):
            best = best or Permit(permission, f"is for clause {permission.clause!r}, and this is {clause!r}")
            continue
        problem = _problem(permission, policy, today, audited)
        if problem is None:
            return Permit(permission, None)
        best = Permit(permission, problem)
    return best


def _problem(permission: Permission, policy: Policy, today: date, audited: Path | None) -> str | None:
    if expiry(permission.expires, today=today) == "over":
        return f"ended on {permission.expires}"
    absent = evidence_problem(permission.evidence, policy.folder, audited=audited)
    return f"has no evidence: {permission.evidence} {absent}" if absent else None


def _clauses(record: LicenseRecord) -> list[str]:
    """What a permission for *record* may be for, as the record cites it."""
    cited = [
        *(one.clause for one in record.obligations),
        *(one.clause for one in record.thresholds),
        *(one.clause for one in record.territory),
        record.outputs.clause,
    ]
    return list(dict.fromkeys(filter(None, cited)))


def _parts(clause: str) -> set[str]:
    """How *clause* may be written: whole, or one of several that it lists ("1.l, 3, 5.c")."""
    return {_bare(clause), *(_bare(part) for part in re.split(r"[,;]", clause))} - {""}


def _bare(clause: str) -> str:
    return re.sub(r"[^a-z0-9()\u4e00-\u9fff]", "", _WORDS.sub("", clause.lower()))
