"""What the policy's sources of training data say, as facts: under which license each is, who generated it, what shows
that it may be used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from finewarden.license_record import LicenseRecord, Obligation
from finewarden.licensing.base.names import is_hub_id, is_local
from finewarden.licensing.library import Library
from finewarden.licensing.shown_evidence import evidence_kind, evidence_problem, expiry
from finewarden.licensing.terms import terms_of_generator
from finewarden.policy import Policy, Source

__all__ = [
    "NOT_ANONYMOUS",
    "NO_SOURCES",
    "SourceProblem",
    "basis_problems",
    "generators",
    "is_own_matter",
    "no_commercial_use",
    "no_derivatives",
    "share_alike",
    "still_personal",
    "unnamed_datasets",
]

NO_SOURCES = "the policy names no [[sources]] of the training data"
NOT_ANONYMOUS = frozenset({"mask", "hash", "pseudonym"})


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """One thing wrong with what shows that a source may be used; *fails* or warns."""

    rule: str
    what: str
    mend: str
    fails: bool


def basis_problems(
    source: Source, folder: Path | None, *, today: date, audited: Path | None = None
) -> Iterator[SourceProblem]:
    """What is wrong with a source's evidence and its dates. *folder* is where the policy lies, *audited* the release,
    whose own files show nothing."""
    kind = evidence_kind(source.evidence) if source.evidence is not None else "none"
    if source.evidence is None or kind == "none":
        if source.authorisation in ("contract", "consent"):
            says = f", for evidence = {source.evidence!r} names nothing" if source.evidence is not None else ""
            what = f"it is used by {source.authorisation}, and nothing is named that shows it{says}"
            yield SourceProblem("no-evidence", what, 'add evidence = "<file beside the policy, or its number>"', False)
    elif kind == "file" and (absent := evidence_problem(source.evidence, folder, audited=audited)):
        what = f"its evidence {source.evidence} {absent}"
        yield SourceProblem(
            "evidence", what, "put the document there, or name where it lies (a number, https://)", True
        )
    until = expiry(source.expires, today=today)
    if until != "valid":
        ends = "ended" if until == "over" else "ends soon:"
        what = f"what allows its use {ends} on {source.expires}".replace(": on", ", on")
        yield SourceProblem("expired", what, "renew it and its expires, or train without this source", until == "over")


def is_own_matter(source: Source, folder: Path | None, *, audited: Path | None = None) -> bool:
    """Whether another basis than its public license allows the use: it is your own, or a contract is shown."""
    if source.authorisation == "own":
        return True
    if source.authorisation != "contract" or source.evidence is None:
        return False
    kind = evidence_kind(source.evidence)
    return kind != "none" and (kind != "file" or evidence_problem(source.evidence, folder, audited=audited) is None)


def no_commercial_use(record: LicenseRecord) -> Obligation | None:
    """The obligation of *record* by which the data may not be used commercially."""
    return next((one for one in record.obligations if one.kind == "noncommercial"), None)


def share_alike(record: LicenseRecord) -> Obligation | None:
    """The obligation of *record* by which what is made from the data is under the same license."""
    return next((one for one in record.obligations if one.kind == "share_alike"), None)


def no_derivatives(record: LicenseRecord) -> Obligation | None:
    """The obligation of *record* by which what is made from the data is given to nobody."""
    return next((one for one in record.obligations if one.kind == "no_derivatives"), None)


def generators(source: Source, library: Library) -> frozenset[str]:
    """The keys of the licenses of the model or service that generated *source*; empty when no record knows it."""
    if source.generated_by is None:
        return frozenset()
    return frozenset(terms.record.key for terms in terms_of_generator(source.generated_by, library))


def unnamed_datasets(front: dict[str, Any], policy: Policy) -> list[str]:
    """Hub ids under `datasets:` that are no source's name and in no source's address."""
    value = front.get("datasets", [])
    known = [text.lower().rstrip("/") for source in policy.sources for text in (source.name, source.uri or "") if text]
    found = []
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, str) or not is_hub_id(item) or is_local(item):
            continue
        name = item.lower()
        if not any(text == name or re.search(rf"(?:^|[/:]){re.escape(name)}(?:$|[@?#/])", text) for text in known):
            found.append(item)
    return found


def still_personal(policy: Policy) -> tuple[list[str], bool]:
    """Sources whose data are personal still, with why; and whether any source says anything of it."""
    found = []
    for source in policy.sources:
        if source.deidentification in NOT_ANONYMOUS:
            found.append(f"{source.name}: {source.deidentification}")
        elif source.personal_data and source.deidentification is None:
            found.append(f"{source.name}: personal_data = true, no deidentification")
    said = any(source.deidentification is not None or source.personal_data is not None for source in policy.sources)
    return found, said
