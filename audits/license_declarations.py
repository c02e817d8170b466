"""Every place that declares the license of a release, and what the licenses of its base models say to that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from finewarden.artifacts.folder import Folder, UnreadableFile
from finewarden.artifacts.gguf_metadata import gguf_texts
from finewarden.audits.license_documents import documents
from finewarden.audits.release_facts import README, line_of, read_card, read_readme, shown
from finewarden.evidence.model_card import MODEL_CARD
from finewarden.license_record import LicenseRecord
from finewarden.licensing.hub_licenses import HUB_LICENSES
from finewarden.licensing.library import Library
from finewarden.licensing.licensed import Licensed
from finewarden.licensing.terms import Terms
from finewarden.licensing.wording.said_license import said_licenses
from finewarden.licensing.wording.visible import without_code
from finewarden.policy import Policy
from finewarden.release.license_duties import named

__all__ = [
    "Breach",
    "Declaration",
    "breaches",
    "declarations",
    "front_matter_of",
    "hidden_addenda",
    "relabelled",
    "said_in_words",
]

_SAYS_NOTHING = frozenset({"other", "unknown", "license", "none"})
_ADDENDUM = re.compile(r"addendum|acceptable[- ]use|use policy|可接受使用|附加条款|补充条款", re.IGNORECASE)
_MOST_GGUF = 4
_FOR_ANYONE = frozenset({"rail", "permissive", "cc", "data"})  # licenses that are made for other people's models, too


@dataclass(frozen=True, slots=True)
class Declaration:
    """One place (*where* with its line, *place* in words) and the *license* that it names; *record* is what the
    library knows by that name, *known* whether it names a license at all."""

    where: str
    place: str
    license: str
    record: LicenseRecord | None
    known: bool


@dataclass(frozen=True, slots=True)
class Breach:
    """Declarations of one license that a base's license does not allow."""

    rule: str
    said: tuple[Declaration, ...]
    because: str
    mend: str
    warn: bool


def declarations(release: Folder, policy: Policy, library: Library) -> list[Declaration]:
    """README's front matter, the policy, the record and GGUF metadata, as far as each names a license."""
    found: list[tuple[str, str, str]] = []
    readme = read_readme(release)
    if readme is not None and (name := _named(readme.front.get("license"), readme.front.get("license_name"))):
        found.append((line_of(readme, "license"), README, name))
    card = read_card(release)
    if card is not None and card.license is not None:
        found.append((MODEL_CARD, MODEL_CARD, card.license))
    if policy.license is not None:
        found.append((policy.file or "the policy", policy.file or "the policy", policy.license))
    found.extend(_of_gguf(release))
    made = []
    for where, place, name in found:
        if name.lower() not in _SAYS_NOTHING:
            record = library.get(name)
            made.append(Declaration(where, place, name, record, record is not None or name.lower() in HUB_LICENSES))
    return made


def said_in_words(release: Folder, library: Library) -> list[Declaration]:
    """The licenses that README.md gives the model in sentences, as far as they are known."""
    text = next((one for one in documents(release) if one.name == README), None)
    found = []
    for line, name in said_licenses(without_code(text.text)) if text is not None else ():
        record = library.get(name)
        if record is not None or name.lower() in HUB_LICENSES:
            found.append(Declaration(f"{README}:{line}", f"a sentence of {README}", name, record, True))
    return found


def breaches(said: Sequence[Declaration], licensed: Licensed) -> Iterator[Breach]:
    """Each license that is declared in the place of a base's own that travels with it."""
    for declared in _by_license(said):
        against = [
            terms
            for terms in _bound_models(licensed)
            if not any(_means(one.record, declared[0].license) for one in terms)
        ]
        several = len(_bound_models(licensed)) > 1
        if not against or (several and not declared[0].known):  # a merge has a name of its own
            continue
        terms = [one for model in against for one in model]
        names = " and ".join(_is_under(model[0]) for model in against)
        bound = [one.record for model in _bound_models(licensed) for one in model[:1]]
        mend = f"write {front_matter_of(bound)} in README.md and the same in the policy"
        if declared[0].known:
            certain = all(one.certain for one in terms)
            own_terms = all(one.record.allows_other_terms for one in terms)
            because = f"{names}, which lets it have further terms and binds all the same" if own_terms else names
            yield Breach("other-license", declared, because, mend, warn=own_terms or not certain)
        else:
            because = f"{names}; terms of your own must hold all that it obliges to"
            yield Breach("unknown-name", declared, because, mend, warn=True)


def _is_under(terms: Terms) -> str:
    """Model and license, how that is known, and how far our record can be trusted."""
    return f"{shown(terms.of)} ({terms.because}) is under {terms.record.revision} (our record: {terms.known()})"


def relabelled(said: Sequence[Declaration], licensed: Licensed) -> Iterator[tuple[str, Declaration, str, str]]:
    """Declarations of another model family's license where every base is permissive: nobody asked for it."""
    if _bound_models(licensed) or not any(terms.role == "base" for terms in licensed.terms):
        return
    own = {terms.record.key for terms in licensed.terms}
    for declared, *_ in _by_license(said):
        record = declared.record
        if record is not None and record.travels and record.family not in _FOR_ANYONE and record.models:
            base = next(terms for terms in licensed.terms if terms.role == "base")
            if record.key not in own:
                what = (
                    f"{declared.place} declares {shown(declared.license)}, the license of other models: "
                    f"{_is_under(base)}"
                )
                yield (
                    "other-family",
                    declared,
                    what,
                    f"write {front_matter_of([base.record])}, or a license of your own",
                )


def hidden_addenda(
    release: Folder, said: Sequence[Declaration], licensed: Licensed
) -> Iterator[tuple[str, Declaration, str, str]]:
    """Declarations by a standard license's tag where the base adds terms to it, which no document mentions."""
    for declared, *_ in _by_license(said):
        for terms in (one for model in _bound_models(licensed) for one in model):
            standard = declared.record
            if standard is None or standard.key == terms.record.key or not _means(terms.record, declared.license):
                continue
            if any(_ADDENDUM.search(one.text) for one in documents(release)):
                continue
            url = next((one.policy_url for one in terms.record.obligations if one.policy_url), None)
            what = f"{shown(declared.license)} alone hides what {terms.record.revision} adds for {shown(terms.of)} "
            what += f"(our record: {terms.known()})"
            mend = f"add to README.md: Use is also subject to the acceptable use addendum{f' ({url})' if url else ''}."
            yield "addendum", declared, what, mend


def front_matter_of(records: Iterable[LicenseRecord]) -> str:
    """The front matter that declares what *records* ask for, as one may write it."""
    unique = list({record.key: record for record in records}.values())
    if not unique:
        return "`license: <id>`"
    if len(unique) == 1 and any(name in HUB_LICENSES for name in unique[0].hub):
        return f"`license: {next(name for name in unique[0].hub if name in HUB_LICENSES)}`"
    name = "-and-".join(map(named, unique))
    return f"`license: other`, `license_name: {name}`, `license_link: LICENSE`"


def _bound_models(licensed: Licensed) -> list[list[Terms]]:
    """The records of each base model whose terms travel with it; a model that any permissive record claims has none."""
    bases = sorted((terms for terms in licensed.terms if terms.role == "base"), key=lambda one: one.of)
    models = [list(group) for _, group in groupby(bases, key=lambda one: one.of)]
    return [model for model in models if all(one.record.travels for one in model)]


def _by_license(said: Sequence[Declaration]) -> list[tuple[Declaration, ...]]:
    found: dict[str, list[Declaration]] = {}
    for one in said:
        found.setdefault(one.record.key if one.record else one.license.lower(), []).append(one)
    return [tuple(group) for group in found.values()]


def _means(record: LicenseRecord, name: str) -> bool:
    return Library({record.key: record}).get(name) is not None


def _named(license_: Any, name: Any) -> str | None:
    """For `other`, the name that goes with it."""
    value = name if license_ == "other" else license_
    return value.strip() if isinstance(value, str) and value.strip() else None


def _of_gguf(release: Folder) -> Iterator[tuple[str, str, str]]:
    for rel in [file.rel for file in release.files if file.name.lower().endswith(".gguf")][:_MOST_GGUF]:
        found: dict[str, str] = {}
        try:
            for key, value in gguf_texts(release, rel):
                if key.startswith("tokenizer."):  # what speaks of the model stands before its vocabulary
                    break
                if key in ("general.license", "general.license.name"):
                    found[key] = value
        except UnreadableFile:
            continue
        name = _named(found.get("general.license"), found.get("general.license.name"))
        if name is not None:
            yield f"{rel}: general.license", f"{shown(rel)} (general.license)", name
