"""Which base model the release is made from, by its own files, and whether what it declares is what that allows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from finewarden.artifacts.folder import Folder
from finewarden.audits.license_declarations import (
    Declaration,
    breaches,
    declarations,
    front_matter_of,
    hidden_addenda,
    relabelled,
    said_in_words,
)
from finewarden.audits.license_findings import UNSETTLED, is_weak, unsettled
from finewarden.audits.release_facts import shown
from finewarden.gate.judge import Judge
from finewarden.licensing.base.claims import BaseClaim, Contradiction
from finewarden.licensing.base.unnamed import bound_by_dimensions
from finewarden.licensing.licensed import Licensed

# release.identity tells names that differ.
_NAMES = frozenset({"policy", "name"})


@pytest.mark.audit("license.base")
def test_base(licensed: Licensed, judge: Judge) -> None:
    """The release's own files tell which base model it is made from, and none contradicts another."""
    identity = licensed.identity
    found = [c for c in identity.contradictions if not {c.one.kind, c.other.kind} <= _NAMES and not _license_claim(c)]
    # Several names against one fact are one thing to settle.
    for contradiction in {_fact(one): one for one in reversed(found)}.values():
        name = contradiction.one if contradiction.one.kind in _NAMES else contradiction.other
        judge.finding(
            "contradiction",
            where=_file(name),
            what=contradiction.what,
            mend="find out which is true, and set base_model in the policy and in README.md to it",
            warn=is_weak(contradiction),
        )
    if not identity.established and identity.probable:
        claim = next((c for c in identity.claims if set(c.models) & set(identity.probable)), None)
        judge.finding(
            "weak-evidence",
            where=_file(claim) if claim else ".",
            what=f"it may be made from {shown(' or '.join(identity.probable[:3]))}, by evidence that others share",
            mend='state base_model = "<org>/<name>" in the policy, and in the front matter of README.md',
            warn=True,
        )
    pointing = bound_by_dimensions(identity, licensed.library)
    if pointing is not None:
        records = " or ".join(licensed.library.records[key].revision for key in sorted(pointing.licenses))
        judge.finding(
            "dimensions",
            where=_file(pointing),
            what=f"it has the dimensions ({pointing.value}) of {shown(' or '.join(pointing.models[:3]))} ({records}), "
            f"and is named {shown(', '.join(identity.established))}, which no license record knows",
            mend="if that is the base, set base_model in the policy and in README.md to it; if the named model was "
            "made from none of them, add [[licenses]] for it to the policy",
            warn=True,
        )
    if licensed.unknown is not None or not identity.established:
        judge.not_measured(licensed.unknown or "nothing tells which base model it is: set base_model in the policy")
    # What one's own base is under, its owner states.
    stated = any(terms.role == "stated" for terms in licensed.terms)
    for model in () if stated or pointing is not None else identity.established:
        if not licensed.library.of_model(model):
            judge.finding(
                "no-record",
                where=_file(next(c for c in identity.claims if model in c.models)),
                what=f"no license record knows {shown(model)}: what it obliges to was not looked at",
                mend="add [[licenses]] for it to the policy",
                warn=True,
            )
    judge.remark("; ".join(dict.fromkeys(_bound(licensed))))
    judge.measured(len(found), limit=0, n=len(identity.claims))


@pytest.mark.audit("license.declared")
def test_declared(release: Folder, licensed: Licensed, judge: Judge) -> None:
    """What is declared as the release's license is what the licenses of its base models allow."""
    if unsettled(licensed):
        judge.not_measured(UNSETTLED)
    said = declarations(release, licensed.policy, licensed.library)
    told: set[str] = set()
    for breach in breaches(said, licensed):
        told.add(breach.said[0].license)
        judge.finding(
            breach.rule,
            where=breach.said[0].where,
            what=f"{_say(breach.said)}, but {breach.because}",
            mend=breach.mend,
            subject=breach.said[0].license,
            warn=breach.warn,
        )
    for breach in breaches(said_in_words(release, licensed.library), licensed) if not told else ():
        judge.finding(
            "other-words",
            where=breach.said[0].where,
            what=f"{_say(breach.said)}, but {breach.because}",
            mend=f"name there the license of the base; {shown(breach.said[0].license)} can be that of the code alone",
            subject=breach.said[0].license,
            warn=True,
        )
    for contradiction in licensed.identity.contradictions:
        claim = _license_claim(contradiction)
        if claim is None or told:
            continue
        judge.finding(
            "contradiction",
            where=_file(claim),
            what=contradiction.what,
            mend="find out which base it is, and declare that base's license",
            warn=is_weak(contradiction),
        )
    if licensed.unknown is not None:
        judge.not_measured(licensed.unknown)
    for rule, declared, what, mend in (*relabelled(said, licensed), *hidden_addenda(release, said, licensed)):
        judge.finding(rule, where=declared.where, what=what, mend=mend, subject=declared.license, warn=True)
    if not said:
        bound = [terms.record for terms in licensed.terms if terms.role == "base"]
        judge.not_measured(f"nothing declares a license: write {front_matter_of(bound)} in README.md")
    judge.measured(len(told), limit=0, n=len(said))


def _say(said: tuple[Declaration, ...]) -> str:
    more = ", ".join(one.place for one in said[1:])
    return f"{said[0].place} declares {shown(said[0].license)}{f' (so does {more})' if more else ''}"


def _bound(licensed: Licensed) -> Iterator[str]:
    for one in licensed.terms:
        of = shown(one.of or ", ".join(licensed.identity.established)) or "the base"
        if one.role == "stated":
            yield f"no license record knows {of}; the policy states {one.record.revision}"
        else:
            yield f"{'outputs of ' * (one.role == 'outputs')}{of}: {one.record.revision}"


def _fact(contradiction: Contradiction) -> BaseClaim:
    return contradiction.other if contradiction.one.kind in _NAMES else contradiction.one


def _license_claim(contradiction: Contradiction) -> BaseClaim | None:
    return next((one for one in (contradiction.one, contradiction.other) if one.kind == "license"), None)


def _file(claim: BaseClaim) -> str:
    return claim.where.partition(": ")[0]
