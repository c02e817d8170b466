"""What the policy and the cards state of a release's use, held against clauses: permissions, limits, places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from finewarden.artifacts.folder import Folder, UnreadableFile
from finewarden.audits.card_wording import commercial_use, prices
from finewarden.audits.release_facts import LIMIT, README, read_readme
from finewarden.license_record import Confidence, Kind, Territory, Threshold, is_read_in_full
from finewarden.licensing.licensed import Licensed
from finewarden.licensing.permissions import permit_for
from finewarden.licensing.terms import Terms
from finewarden.policy import Policy

__all__ = [
    "CARDS",
    "Clause",
    "Limit",
    "cards",
    "commercial_words",
    "exclusions",
    "limits",
    "mend_by_permission",
    "permitted",
    "place_of",
    "unseen",
]

CARDS = (README, "model_card.md")
_UNSEEN: dict[Kind, str] = {
    "aup_binding": "acceptable use",
    "no_safety_bypass": "safeguards stay",
    "ai_disclosure": "machine-made content is disclosed",
    "ui_mark": "a mark in the product",
    "documentation": "documentation goes along",
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause that is no obligation: of a limit, a place, or of outputs."""

    terms: Terms
    clause: str
    confidence: Confidence | None

    @property
    def fails(self) -> bool:
        """Whether it is known well enough for a breach to fail a build."""
        return self.terms.certain and is_read_in_full(self.confidence or self.terms.record.confidence)

    @property
    def cited(self) -> str:
        """License, revision and clause, and how far the record can be trusted."""
        return f"[{self.terms.record.revision}, {self.clause}; our record: {self.terms.known(self.confidence)}]"


@dataclass(frozen=True, slots=True)
class Limit:
    """A threshold of a license, and the policy's number for it; None when it states none."""

    clause: Clause
    threshold: Threshold
    value: int | None
    in_product: bool  # above it a mark in the product is due, which no file shows

    @property
    def is_over(self) -> bool:
        """Whether the number is above the limit."""
        return self.value is not None and self.value > self.threshold.above


def limits(licensed: Licensed) -> list[Limit]:
    """Each threshold of the licenses that bind, under the policy's use; who trained on outputs is no licensee yet."""
    found = []
    for terms in licensed.terms:
        if terms.role == "outputs":
            continue
        marks = {one.clause for one in terms.record.obligations if one.kind == "ui_mark"}
        for threshold in terms.record.thresholds:
            if threshold.when == "commercial" and licensed.policy.commercial is False:
                continue
            clause = Clause(terms, threshold.clause, threshold.confidence)
            value: int | None = getattr(licensed.policy, threshold.kind)
            found.append(Limit(clause, threshold, value, threshold.clause in marks))
    return found


def exclusions(licensed: Licensed) -> list[tuple[Clause, Territory]]:
    """Each clause of the licenses that bind which leaves places out; Llama's is about multimodal models alone."""
    found = []
    for terms in licensed.terms:
        pattern = terms.record.model_pattern(terms.of)
        multimodal = pattern is not None and pattern.multimodal
        for territory in terms.record.territory:
            if multimodal or not territory.multimodal_only:
                found.append((Clause(terms, territory.clause, territory.confidence), territory))
    return found


def permitted(licensed: Licensed, terms: Terms, clause: str) -> tuple[bool, str]:
    """Whether a permission of the policy lifts *clause*; else why the one that is there does not, for a sentence."""
    permit = permit_for(
        licensed.policy, licensed.library, terms.record, clause, today=date.today(), audited=licensed.root
    )
    if permit is None or permit.problem is None:
        return permit is not None, ""
    return False, f" (the [[permissions]] entry for it {permit.problem})"


def mend_by_permission(terms: Terms, clause: str, *, what: str) -> str:
    """How *what*, granted by the licensor, is recorded."""
    return (
        f'{what} and record it: [[permissions]] license = "{terms.record.key}", clause = "{clause}", '
        'evidence = "<file beside the policy>"'
    )


def unseen(licensed: Licensed) -> str:
    """What binds as well and stands in no file, as one clause of a sentence; empty when nothing does."""
    said: dict[str, None] = {}
    for duty in licensed.duties(*_UNSEEN):
        if duty.state != "encouraged":
            said[f"{_UNSEEN[duty.obligation.kind]} ({duty.terms.record.key} {duty.obligation.clause})"] = None
    return f"binding too, and shown by no file: {', '.join(said)}" if said else ""


def cards(release: Folder) -> Iterator[tuple[str, str]]:
    """Name and text of each card; one that can't be read is told by the release audits."""
    for name in CARDS:
        if release.get(name) is None:
            continue
        try:
            yield name, release.text(name, limit=LIMIT)
        except UnreadableFile:
            continue


def commercial_words(release: Folder) -> tuple[str, str] | None:
    """Where a card itself allows or sells commercial use, and in which words; None when none does."""
    readme = read_readme(release)
    named = readme.front.get("license_name") if readme is not None else None
    sells = isinstance(named, str) and named.lower() in ("proprietary", "commercial")
    for name, text in cards(release):
        for said in (*commercial_use(text), *(prices(text) if sells else ())):
            return f"{name}:{said.line}", said.words
    return None


def place_of(policy: Policy, key: str) -> str:
    """Where the policy's *key* stands, or would."""
    return f"{policy.file or 'finewarden.toml'}: {key}"
