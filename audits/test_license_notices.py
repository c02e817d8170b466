"""What a license asks a release to say: its notice, mark and name, what was changed, which restrictions go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from finewarden.artifacts.folder import Folder, UnreadableFile
from finewarden.audits.license_documents import Document, documents, license_texts, line_in, notices, own_terms
from finewarden.audits.license_findings import duties_or_stop, tell
from finewarden.audits.license_names import names_of
from finewarden.audits.release_facts import README, shown
from finewarden.gate.judge import Judge
from finewarden.licensing.duties import Duty
from finewarden.licensing.license_files import find_license
from finewarden.licensing.licensed import Licensed
from finewarden.licensing.texts.match import identify_text
from finewarden.licensing.texts.own_fingerprints import own_fingerprints
from finewarden.licensing.wording.change_statement import find_changes
from finewarden.licensing.wording.flow_down import find_passages
from finewarden.licensing.wording.own_name import begins_with, proposed
from finewarden.licensing.wording.visible import without_code


@pytest.mark.audit("license.notice")
def test_notice(release: Folder, licensed: Licensed, judge: Judge, base_model: str | None) -> None:
    """A text file called Notice holds each sentence that a license asks for, and what the base's own Notice says."""
    duties = duties_or_stop(judge, licensed, "notice_file", "keep_notices")
    here = notices(release)
    upstream = _upstream_notices(base_model)
    for duty in duties:
        if duty.obligation.kind == "keep_notices":
            _kept(judge, duty, here, upstream)
        if not duty.obligation.texts or any(line_in(here, text) for text in duty.obligation.texts):
            continue
        wanted = duty.obligation.texts[0]
        if not here:
            elsewhere = next(filter(None, (line_in(documents(release), text) for text in duty.obligation.texts)), None)
            what = "there is no text file called Notice"
            if elsewhere is not None:
                what += f"; {elsewhere[0]}:{elsewhere[1]} holds the sentence, which is asked for in a Notice file"
            mend = f"add a text file NOTICE with the line: {wanted}"
            tell(judge, duty, "missing", where="NOTICE", what=what, mend=mend)
        else:
            other = _of_another(licensed, duty, here)
            where = f"{other[1]}:{other[2]}" if other else here[0].name
            what = (
                f"it holds the sentence of {other[0]}, not that of this license" if other else "it lacks the sentence"
            )
            tell(judge, duty, "sentence", where=where, what=what, mend=f"write in {here[0].name}: {wanted}")


@pytest.mark.audit("license.mark")
def test_mark(release: Folder, licensed: Licensed, judge: Judge) -> None:
    """README.md or another document shows the mark that the license asks for, word by word, of the right version."""
    duties = duties_or_stop(judge, licensed, "display_mark")
    shown_in = [replace(one, text=without_code(one.text)) for one in documents(release)]
    for duty in duties:
        marks = duty.obligation.texts
        if not marks or any(line_in(shown_in, mark, exact_case=True) for mark in marks):
            continue
        exact = " or ".join(repr(_filled(mark, licensed)) for mark in marks)
        mend = f"add to README.md, where readers see it: {_filled(marks[0], licensed)}"
        near = next(filter(None, (line_in(shown_in, mark) for mark in marks)), None)
        other = _of_another(licensed, duty, shown_in)
        noticed = next(filter(None, (line_in(notices(release), mark, exact_case=True) for mark in marks)), None)
        if noticed is not None:
            judge.finding(
                "in-notice-only",
                where=f"{noticed[0]}:{noticed[1]}",
                what=f"{exact} is asked for where readers see it {duty.reference}",
                mend=mend,
                warn=True,
            )
        elif near is not None:
            judge.finding(
                "written-otherwise",
                where=f"{near[0]}:{near[1]}",
                what=f"the mark is {exact}, and stands there in other letters {duty.reference}",
                mend=mend,
                warn=True,
            )
        elif other is not None:
            what = f"it shows the mark of {other[0]}; this license asks for {exact}"
            tell(judge, duty, "wrong-version", where=f"{other[1]}:{other[2]}", what=what, mend=mend)
        else:
            tell(judge, duty, "missing", where=README, what=f"no document shows {exact}", mend=mend)


@pytest.mark.audit("license.name")
def test_name(release: Folder, licensed: Licensed, judge: Judge) -> None:
    """The model's name begins as the licenses of its base, or of the models it learnt from, ask for."""
    duties = [duty for duty in duties_or_stop(judge, licensed, "name_prefix", "name_not") if duty.obligation.prefix]
    names = names_of(release, licensed.policy)
    if duties and not names:
        judge.not_measured("nothing tells the model's name: set release_name in the policy, or give README.md a title")
    for duty in duties:
        prefix = duty.obligation.prefix or ""
        begins = {one: begins_with(one.value, prefix) for one in names}
        if duty.obligation.kind == "name_not":
            for one in (one for one, how in begins.items() if how == "yes"):
                what = f"the model is called {shown(one.value)}, and no derivative may be called {prefix}"
                tell(judge, duty, "forbidden", where=one.where, what=what, mend="choose a name that begins otherwise")
            continue
        stated = any(how == "yes" and not one.is_title for one, how in begins.items())
        told: set[str] = set()
        for one in (one for one, how in begins.items() if how != "yes"):
            if one.value in told:
                continue
            told.add(one.value)
            what = f"the model is called {shown(one.value)}, which does not begin with {prefix!r}"
            mend = f"name it {shown(proposed(one.value, prefix))}"
            if begins[one] == "inside" or (one.is_title and stated):
                judge.finding(
                    "near" if begins[one] == "inside" else "title",
                    where=one.where,
                    what=f"{what} {duty.reference}",
                    mend=mend,
                    warn=True,
                )
            else:
                tell(judge, duty, "prefix", where=one.where, what=what, mend=mend)


@pytest.mark.audit("license.changes")
def test_changes(release: Folder, licensed: Licensed, judge: Judge) -> None:
    """The release says that, and what, was changed of the model that it is made from."""
    duties = duties_or_stop(judge, licensed, "modified_files_notice")
    found = next((one.name for one in (*documents(release), *notices(release)) if find_changes(one.text)), None)
    for duty in duties if found is None else []:
        line = (
            f"The weights of {shown(duty.terms.of) or '<base model>'} were modified: <fine-tuned with what, on what>."
        )
        mend = f"add to README.md a section 'Changes' with the line: {line}"
        tell(
            judge, duty, "missing", where=README, what="no document says what was changed of the base model", mend=mend
        )


@pytest.mark.audit("license.flow_down")
def test_flow_down(release: Folder, licensed: Licensed, judge: Judge) -> None:
    """The use restrictions go along as a term that binds whoever gets the model, and its users are told of them."""
    duties = duties_or_stop(judge, licensed, "restrictions_flowdown", "restrictions_notice")
    about = next((one for one in documents(release) if one.name == README), None)
    told = [*([about] if about else []), *notices(release), *own_terms(release)]
    texts = license_texts(release) if duties else []
    own = own_fingerprints(licensed.policy)
    keys = {one.name: identify_text(one.text, own=own).key for one in texts}
    # A license of its own is the agreement that must hold the restrictions; one that is known here is no such thing.
    main = find_license(keys)
    terms = [one for one in texts if one.name == main and keys[one.name] is None]
    for duty in _one_each(duties):
        listed = duty.obligation.refers_to or f"the use restrictions of {duty.terms.record.name}"
        in_terms = [passage for one in terms for passage in find_passages(one.text, listed)]
        passages = [*in_terms, *(passage for one in told for passage in find_passages(one.text, listed))]
        whole = duty.terms.record.key in keys.values() and (not terms or bool(in_terms))
        if any(passage.binds for passage in passages) or (whole and passages):
            continue
        if duty.obligation.kind == "restrictions_notice" and passages:
            continue
        where = terms[0].name if terms and not whole else README
        mend = f"add to {where}: {_sentence(duty, listed)}"
        if not passages and whole:
            what = f"nothing tells users that {listed} bind them, though the license's text is there"
            tell(judge, duty, "users-not-told", where=README, what=what, mend=mend)
        elif not passages:
            what = f"nothing binds whoever gets the model to {listed}, nor tells of them"
            tell(judge, duty, "not-passed-on", where=where, what=what, mend=mend)
        else:
            what = f"it tells of {listed}, but binds nobody to keep them and to pass them on"
            tell(judge, duty, "not-binding", where=where, what=what, mend=mend)


def _one_each(duties: list[Duty]) -> Iterator[Duty]:
    """One duty a license: whoever passes the restrictions on as a term has told of them too."""
    for duty in duties:
        flows = [one for one in duties if one.terms is duty.terms and one.obligation.kind == "restrictions_flowdown"]
        if duty.obligation.kind == "restrictions_flowdown" or not flows:
            yield duty


def _sentence(duty: Duty, listed: str) -> str:
    return (
        f"By using or distributing this model you agree to be bound by {listed} ({duty.terms.record.name}); "
        "whoever you pass it or a derivative of it on to must agree to the same."
    )


def _filled(mark: str, licensed: Licensed) -> str:
    return mark.replace("{release_name}", licensed.policy.release_name or "<the model's name>")


def _of_another(licensed: Licensed, duty: Duty, found: list[Document]) -> tuple[str, str, int] | None:
    """The license (not one that binds here), file and line whose sentence of the same kind stands in *found*."""
    bound = {text for one in licensed.duties(duty.obligation.kind) for text in one.obligation.texts}
    for record in licensed.library:
        for obligation in record.obligations:
            if obligation.kind != duty.obligation.kind or record.family != duty.terms.record.family:
                continue
            for text in (text for text in obligation.texts if text not in bound):
                at = line_in(found, text)
                if at is not None:
                    return record.name, *at
    return None


def _upstream_notices(base_model: str | None) -> list[Document]:
    """The Notice files of the base model's folder, where `--base-model=` names one."""
    if base_model is None or not Path(base_model).is_dir():
        return []
    try:
        return notices(Folder.open(Path(base_model)))
    except UnreadableFile:
        return []


def _kept(judge: Judge, duty: Duty, here: list[Document], upstream: list[Document]) -> None:
    for name, line in _lost(here, upstream):
        tell(
            judge,
            duty,
            "upstream",
            where=here[0].name if here else "NOTICE",
            what=f"the base model's {name} says {shown(line)!r}, which did not come along",
            mend=f"copy {name} of the base model into the folder, and add your own notices below",
            subject=line,
        )


def _lost(here: list[Document], upstream: list[Document]) -> Iterator[tuple[str, str]]:
    """The first line of each of the base's notices that stands in none of the release's."""
    for one in upstream:
        lines = [line.strip() for line in one.text.splitlines() if any(char.isalnum() for char in line)]
        lost = next((line for line in lines if line_in(here, line) is None), None)
        if lost is not None:
            yield one.name, lost
