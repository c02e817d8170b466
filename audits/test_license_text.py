"""The license texts that lie in the release are those of its base models, whole and as their authors wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from finewarden.artifacts.folder import Folder
from finewarden.audits.license_documents import (
    Document,
    documents,
    license_texts,
    line_in,
    notices,
    policies,
    readme,
    unread_license_texts,
)
from finewarden.audits.license_findings import duties_or_stop, tell
from finewarden.audits.license_own_words import tell_own_words
from finewarden.audits.release_facts import README
from finewarden.gate.judge import Judge
from finewarden.license_record import LicenseRecord
from finewarden.licensing.duties import Duty
from finewarden.licensing.license_files import is_code_license, policy_files, third_party_files
from finewarden.licensing.licensed import Licensed
from finewarden.licensing.terms import Terms
from finewarden.licensing.texts.match import TextMatch, identify_text
from finewarden.licensing.texts.own_fingerprints import own_fingerprints
from finewarden.licensing.texts.shipped_fingerprints import shipped


@pytest.mark.audit("license.text")
def test_text(release: Folder, licensed: Licensed, judge: Judge) -> None:
    """Each base license's text is among the license files, of the right revision, unedited and not extended."""
    duties = duties_or_stop(judge, licensed, "license_copy", "aup_binding")
    own = own_fingerprints(licensed.policy)
    texts, unread = license_texts(release), unread_license_texts(release)
    if unread:
        judge.cannot_pass(
            f"{len(unread)} license texts were not read ({unread[0]} first), for all together they are too large: "
            "keep the texts that the release is under, 1 MiB in all"
        )
    matches = [(one, identify_text(one.text, own=own)) for one in texts]
    comparable = {known.key for known in shipped()} | {fingerprint.key for fingerprint in own}
    for key, terms in {one.record.key: one for one in licensed.terms}.items():
        owed = any(duty.terms.record.key == key and duty.obligation.kind == "license_copy" for duty in duties)
        if key not in comparable and owed:
            name = terms.record.name
            judge.cannot_pass(f"no text of {name} is known to compare with: name it in text_file of [[licenses]]")
        whole = any(match.intact and key in (match.key, *match.also) for _, match in matches)
        for document, match in matches:
            # Who collects licenses of others has texts of many makers, one below the other.
            collected = bool(third_party_files([document.name]))
            if match.key == key and not (collected and whole):
                _edited(judge, terms, document, match, alone=len(licensed.terms) == 1 and not collected)
    read = {one.name for one in texts}
    others = [one for one in (*documents(release), *notices(release), *policies(release)) if one.name not in read]
    tell_own_words(judge, licensed, matches, others)
    for duty in duties:
        if duty.obligation.kind == "license_copy":
            _present(judge, licensed, duty, matches, comparable)
        elif licensed.policy.audience != "internal":
            _policy_beside(judge, release, duty, texts)
    if not texts:
        judge.not_measured("there is no license text to compare: release.license_file tells what is missing")


def _edited(judge: Judge, terms: Terms, document: Document, match: TextMatch, *, alone: bool) -> None:
    """An edited license text is a false document, whoever gets it. Where terms may be added, or several texts may
    stand in one file, what is added warns; so does a copyright statement, which changes no term."""
    for found in match.findings:
        lenient = found.harmless or (found.kind == "added" and (not terms.record.travels or not alone))
        judge.finding(
            found.kind,
            where=f"{document.name}:{found.line}" if found.line else document.name,
            what=f"it is not {terms.record.revision} as its author wrote it: {found.clause}: {found.detail} "
            f"[our record: {terms.known()}]",
            mend="put back the text as the base model ships it; terms of your own go into a file of their own",
            subject=f"{terms.record.key} {found.clause} {found.detail}",
            warn=lenient or not terms.certain,
        )


def _present(
    judge: Judge, licensed: Licensed, duty: Duty, matches: list[tuple[Document, TextMatch]], comparable: set[str]
) -> None:
    record = duty.terms.record
    if not matches or record.key not in comparable:
        return
    here = {
        key for document, match in matches if not is_code_license(document.name) for key in (match.key, *match.also)
    }
    if record.key in here:
        return
    link = f" ({record.hub_link or record.source.url})" if record.hub_link or record.source.url else ""
    mend = f"copy the text of {record.name} of the base model{link} into the folder as LICENSE"
    # Another text that the release owes stays where it is.
    beside = f"put the text of {record.name}{link} beside, as LICENSE-{record.key}"
    other = _other_version(licensed, duty, matches)
    if other is not None:
        # Another version's text says what is not so, whoever gets it.
        judge.finding(
            "other-version",
            where=other[0],
            what=f"it is the text of {other[1].revision}, but {duty.terms.of} ({duty.terms.because}) is under "
            f"{record.revision} [our record: {duty.terms.known()}]",
            mend=mend,
            subject=f"{record.key} {other[1].key}",
            warn=not duty.terms.certain,
        )
        return
    names = ", ".join(_described(licensed, matches))
    shipped = _shipped_alone(licensed, duty)
    if shipped is not None and shipped.key in here:
        judge.finding(
            "not-shipped",
            where=matches[0][0].name,
            what=f"the text of {record.name} is not among {names}: {duty.terms.of} is under it as well, and its "
            f"publisher ships the text of {shipped.name} alone {duty.reference}",
            mend=beside,
            subject=f"{record.key} {duty.obligation.id}",
            warn=True,
        )
        return
    tell(
        judge,
        duty,
        "absent",
        where=matches[0][0].name,
        what=f"the text of {record.name} is not among {names}",
        mend=beside if any(terms.record.key in here for terms in licensed.terms) else mend,
    )


def _shipped_alone(licensed: Licensed, duty: Duty) -> LicenseRecord | None:
    """The license whose text alone the publisher of the base ships, where another record claims the model as well."""
    if duty.terms.role != "base":
        return None
    claimed = [pattern for of, pattern in licensed.library.of_model(duty.terms.of) if of.key == duty.terms.record.key]
    ships = next((pattern.ships for pattern in claimed), None)
    others = (model for model in licensed.identity.established if model != duty.terms.of)
    plain = any(of.key == duty.terms.record.key for model in others for of, _ in licensed.library.of_model(model))
    return licensed.library.get(ships) if ships and not plain else None


def _other_version(
    licensed: Licensed, duty: Duty, matches: list[tuple[Document, TextMatch]]
) -> tuple[str, LicenseRecord] | None:
    """The file that holds the text of another license of the same family, none of those that bind here."""
    record = duty.terms.record
    if not record.travels or duty.terms.role != "base":
        return None
    bound = {terms.record.key for terms in licensed.terms}
    for document, match in matches:
        other = licensed.library.get(match.key) if match.key else None
        if other is not None and other.key not in bound and other.family == record.family:
            return document.name, other
    return None


def _described(licensed: Licensed, matches: list[tuple[Document, TextMatch]]) -> Iterator[str]:
    for document, match in matches:
        record = licensed.library.get(match.key) if match.key else None
        yield f"{document.name} ({record.name if record else 'no license that is known here'})"


def _policy_beside(judge: Judge, release: Folder, duty: Duty, texts: list[Document]) -> None:
    """An acceptable-use policy that is part of the contract lies beside or stands in the license's own text (Llama 3),
    or README says where it stands."""
    url = duty.obligation.policy_url
    passed_on = any(one.kind == "restrictions_flowdown" for one in duty.terms.record.obligations)
    if url is None or passed_on or policy_files(file.rel for file in release.files):  # license.flow_down tells those
        return
    about = [one for one in (readme(release), *notices(release)) if one is not None]
    name = (duty.obligation.refers_to or "Acceptable Use Policy").removeprefix("the ").partition(" (")[0]
    if line_in(about, url) or line_in(about, name) or _holds_policy(texts, duty, name):
        return
    judge.finding(
        "use-policy",
        where=README,
        what=f"{duty.qualified}neither a USE_POLICY file nor README.md tells of the {name}, which is part of the "
        f"contract {duty.reference}",
        mend=f"copy USE_POLICY.md of the base model, or add to README.md: Use is subject to the {name} ({url}).",
        subject=f"{duty.terms.record.key} {duty.obligation.id}",
        warn=True,
    )


def _holds_policy(texts: list[Document], duty: Duty, name: str) -> bool:
    """Whether a license text holds the policy itself, under a heading of its own."""
    heading = re.compile(
        rf"^[ \t#*_]{{0,9}}(?:[\w.\-]+ ){{0,5}}{re.escape(name)}[ \t#*_]{{0,9}}$", re.IGNORECASE | re.MULTILINE
    )
    return any(heading.search(one.text) for one in texts)
