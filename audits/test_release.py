"""What a release says of itself: the three files it owes its readers, and that what they say is true of the folder.

No license text is judged here, only that there is one: which it is and what it obliges to are for `license.*`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from finewarden.artifacts.folder import Folder, UnreadableFile
from finewarden.audits.base_license import asked_copies, copy_mend, license_of_base, policy_mend
from finewarden.audits.release_facts import (
    LIMIT,
    README,
    compared,
    declared,
    disagreements,
    license_problems,
    line_of,
    named_bases,
    named_license,
    read_card,
    read_readme,
    shown,
    type_problems,
)
from finewarden.evidence.model_card import MODEL_CARD, ModelCardError, parse
from finewarden.gate.judge import Judge
from finewarden.licensing.base.names import Claim, is_hub_id, is_local, same_base
from finewarden.licensing.hub_licenses import same_license
from finewarden.licensing.license_files import find_license
from finewarden.licensing.licensed import Licensed
from finewarden.policy import Policy
from finewarden.redaction import mask
from finewarden.release import hashes, statement
from finewarden.release.generators import recognise

SOURCES = "model_card.md"
# Shorter than any license in use; a name or a link is no text.
LICENSE_CHARACTERS = 200
_ABOUT_DATA = re.compile(r"training data|data ?sources?|data ?sets?|训练数据|数据来源|数据源|数据集", re.IGNORECASE)
_ABOUT_RIGHTS = re.compile(
    r"authori[sz]|licen[sc]e|consent|contract|permission|public domain|授权|许可|同意|合同|公有领域", re.IGNORECASE
)


@pytest.mark.audit("release.license_file")
def test_license_file(release: Folder, judge: Judge, licensed: Licensed) -> None:
    """The release carries the text of the license it is under."""
    name = find_license(file.rel for file in release.files)
    asking, asked = asked_copies(licensed)
    mend = "copy the license text into the folder as LICENSE: " + _finalize(release, "--license-file=<text>")
    mend += copy_mend(asking)
    if name is None:
        what = f"no file holds the license text{asked}"
        judge.finding("missing", where="LICENSE", what=what, mend=mend, subject="no file holds the license text")
        return
    try:
        text = release.text(name, limit=LIMIT)
    except UnreadableFile as error:
        judge.finding("unreadable", where=name, what=str(error), mend=mend)
        return
    if len(text.strip()) < LICENSE_CHARACTERS:
        what = f"{name} holds {len(text.strip())} characters, too few to be a license text"
        judge.finding("no-text", where=name, what=what, mend=mend, subject=text)


@pytest.mark.audit("release.statement")
def test_statement(release: Folder, judge: Judge, policy: Policy, licensed: Licensed) -> None:
    """README.md states what the model is based on and under which license, and the rest of the folder agrees."""
    readme = read_readme(release)
    if readme is None:
        judge.finding("missing", where=README, what="there is no README.md", mend=_finalize(release))
        return
    claims = named_bases(release, readme, policy)
    stated = statement.find(readme.text)
    license_ = policy.license or _text(readme.front.get("license"))
    if stated is None:
        # What a tool's template wrote into the front matter goes behind what the base is known to be under.
        under = policy.license or license_of_base(licensed) or license_
        line = statement.make(claims[0].base if claims else "<org>/<base model>", shown(under or "<license>"))
        mend = f"add the line: {line}"
        judge.finding("missing", where=README, what="no sentence says what it is based on, and under what", mend=mend)
        return
    where = f"{README}:{stated.line}"
    other = next((claim for claim in claims if is_hub_id(stated.base) and not same_base(claim.base, stated.base)), None)
    if other is not None:
        what = f"it says the base is {stated.base}, but {other.where} says {other.base}"
        judge.finding("other-base", where=where, what=what, mend="name the true base in both places")
    if license_ is not None and same_license(stated.license, named_license(readme, license_)) is False:
        what = f"it says {shown(stated.license)}, but the license of the release is given as {shown(license_)}"
        judge.finding("other-license", where=where, what=what, mend="state the true license in both places")


@pytest.mark.audit("release.model_card")
def test_model_card(release: Folder, judge: Judge, policy: Policy) -> None:
    """model_card.md names each source of the training data and what allows its use."""
    mend = "declare [[sources]] with name and authorisation in the policy, then " + _finalize(release)
    if release.get(SOURCES) is None:
        judge.finding("missing", where=SOURCES, what="no file names the sources of the training data", mend=mend)
        return
    try:
        text = release.text(SOURCES, limit=LIMIT)
    except UnreadableFile as error:
        judge.finding("unreadable", where=SOURCES, what=str(error), mend=mend)
        return
    if policy.sources:
        lines = text.splitlines()
        absent = [
            source.name
            for source in policy.sources
            if not any(source.name in line and source.authorisation in line for line in lines)
        ]
        if absent:
            what = f"it lacks {', '.join(absent)}, or what allows their use"
            judge.finding("sources", where=SOURCES, what=what, mend=_finalize(release))
        judge.measured(len(absent), limit=0, n=len(policy.sources))
    elif "No source has been declared." in text or not (_ABOUT_DATA.search(text) and _ABOUT_RIGHTS.search(text)):
        judge.finding(
            "sources", where=SOURCES, what="it names no source of the training data with what allows its use", mend=mend
        )


@pytest.mark.audit("release.front_matter")
def test_front_matter(release: Folder, judge: Judge, policy: Policy, licensed: Licensed) -> None:
    """The metadata of README.md means one thing to every reader and names a license and nobody's folders."""
    readme = read_readme(release)
    if readme is None:
        judge.not_measured("there is no README.md")
    if readme.error is not None:
        where, mend = f"{README}:{readme.error.line}", "mend that line"
        judge.finding("unreadable", where=where, what=readme.error.reason, mend=mend, subject=readme.text[:4096])
        return
    front = readme.front
    for rule, key, what, mend in license_problems(readme, release, policy.license or license_of_base(licensed)):
        judge.finding(rule, where=line_of(readme, key), what=what, mend=mend, warn=rule == "unknown-license")
    local = [f"{key} ({mask(value)})" for key, value in declared(front) if is_local(value)]
    if local:
        what = "it publishes paths of the machine that trained: " + ", ".join(local)
        mend = 'set base_model = "<org>/<name>" in the policy, then ' + _finalize(release)
        judge.finding("local-path", where=line_of(readme, local[0].split(" ")[0]), what=what, mend=mend)
    for key, value in declared(front):
        if key == "base_model" and not is_local(value) and (value == "None" or not is_hub_id(value)):
            what = f"base_model is {value[:100]!r}, which is no Hub id"
            judge.finding("no-id", where=line_of(readme, key), what=what, mend="write <org>/<name>")
    for key, expected in type_problems(front):
        what = f"{key} is {type(front[key]).__name__}, not {expected}"
        judge.finding("type", where=line_of(readme, key), what=what, mend=f"write {key} as {expected}")
    if "license" not in front and front.get("licence") == "license":
        judge.not_measured("it names no license: release.generator_defaults tells why")


@pytest.mark.audit("release.generator_defaults")
def test_generator_defaults(release: Folder, judge: Judge, policy: Policy, licensed: Licensed) -> None:
    """README.md states nothing that only a tool's template says."""
    readme = read_readme(release)
    if readme is None:
        judge.not_measured("there is no README.md")
    found = recognise(readme.text, readme.front, license=policy.license)
    first = policy_mend(policy, license_of_base(licensed), base_known=bool(licensed.identity.established))
    for default in found:
        mend = first + _finalize(release)
        if not default.false_claim:
            mend = "say what is known, and delete the headings of what is not"
        judge.finding(
            default.tool.lower(),
            where=f"{README}:{default.line}",
            what=default.what,
            mend=mend,
            warn=not default.false_claim,
        )


@pytest.mark.audit("release.identity")
def test_identity(release: Folder, judge: Judge, policy: Policy) -> None:
    """Every place that names the base model names the same one."""
    card = read_card(release)
    claims = named_bases(release, read_readme(release), policy)
    if card is not None and card.base_model:
        claims.append(Claim(f"{MODEL_CARD}: base_model", card.base_model))
    if not claims:
        judge.not_measured("no file names the base model by a Hub id; set base_model in the policy")
    first = claims[0]
    known_as = card.base.loaded_from if card is not None else None
    others = [c for c in claims[1:] if not same_base(c.base, first.base) and not (known_as and c.base == known_as)]
    if others:
        what = f"{first.where} says {first.base}, but " + ", ".join(f"{c.where} says {c.base}" for c in others)
        mend = f"find out which is true, set base_model in the policy to it, then {_finalize(release)}"
        judge.finding("other-base", where=others[0].where.partition(":")[0], what=what, mend=mend)
    judge.measured(len(others), limit=0, n=len(claims))


@pytest.mark.audit("release.record")
def test_record(release: Folder, judge: Judge) -> None:
    """model_card.json is a whole and valid record."""
    if release.get(MODEL_CARD) is None:
        if judge.level < 3:
            judge.not_measured(f"there is no {MODEL_CARD}; {_finalize(release)}")
        judge.finding("missing", where=MODEL_CARD, what="training left evidence, no record", mend=_finalize(release))
        return
    try:
        release.json(MODEL_CARD)
        parse(release.text(MODEL_CARD))
    except UnreadableFile as error:
        judge.finding("unreadable", where=MODEL_CARD, what=str(error), mend=_finalize(release))
    except ModelCardError as error:
        judge.finding("invalid", where=MODEL_CARD, what=shown(str(error)), mend=_finalize(release))


@pytest.mark.audit("release.card_matches_files")
def test_card_matches_files(release: Folder, judge: Judge, policy: Policy, evidence_dir: Path) -> None:
    """Record, README, policy and evidence agree, and the files are those that were recorded."""
    card = read_card(release)
    readme = read_readme(release)
    for rule, where, what in disagreements(card, readme, policy, release):
        judge.finding(
            rule, where=where, what=what, mend=f"settle which is true in the policy, then {_finalize(release)}"
        )
    if card is None:
        judge.not_measured(f"there is no readable {MODEL_CARD}; {_finalize(release)}")
    for name, bound in sorted(card.commitments.items()):
        path = evidence_dir / name
        if "/" not in name and path.is_file() and hashes.commitment(path, bound.bytes) != bound:
            what = f"{name} is not the evidence that the record was made from"
            mend = f"restore it, or train again and {_finalize(release)}"
            judge.finding("evidence", where=MODEL_CARD, what=what, mend=mend, subject=bound.sha256)
    if card.files is None:
        judge.not_measured(f"the record holds no hashes yet; {_finalize(release)}")
    changed, absent, extra = compared(release, card, hashing=judge.hashing)
    groups = (("changed", changed, "differs from the record"), ("absent", absent, "is recorded and not there"))
    for rule, names, says in (*groups, ("unrecorded", extra, "is not in the record")):
        if names:
            what = f"{shown(', '.join(names[:8]))}{f' and {len(names) - 8} more' if len(names) > 8 else ''} {says}"
            mend = f"put back what was audited, or {_finalize(release)} and audit again"
            judge.finding(rule, where=shown(names[0]), what=what, mend=mend, subject="\n".join(names))
    if not judge.hashing:
        judge.not_measured("hashing is turned off (--no-audit-hashing): only names and sizes were compared")
    judge.measured(len(changed) + len(absent) + len(extra), limit=0, n=len(card.files))


def _finalize(release: Folder, option: str = "") -> str:
    return f"run `finewarden finalize {release.root.name}/{' ' + option if option else ''}`"


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
