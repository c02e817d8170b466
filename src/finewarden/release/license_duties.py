"""What the licenses of its base models oblige a release's own files to say: looked up once, said in README and NOTICE.

Whatever the audience, all of it is written: to say it where it is not due harms nobody. What a text merely encourages
is left to people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from finewarden.evidence.model_card import ModelCard
from finewarden.license_record import Kind, LicenseRecord
from finewarden.licensing.base.names import is_hub_id, is_local
from finewarden.licensing.duties import Duty, duties_of
from finewarden.licensing.license_files import find_license, license_files
from finewarden.licensing.licensed import Licensed, look
from finewarden.licensing.terms import Terms
from finewarden.licensing.texts.match import TextMatch, identify_text
from finewarden.licensing.texts.own_fingerprints import own_fingerprints
from finewarden.licensing.wording.prose import Prose
from finewarden.policy import Policy
from finewarden.release.draft import Draft
from finewarden.release.own_folder import FolderError

__all__ = ["Owed", "named", "owed"]

_NAMES: tuple[Kind, ...] = ("name_prefix",)


@dataclass(frozen=True)
class Owed:
    """The licenses that bind, what is to be written because of them, and which of their *texts* lie in which file."""

    licensed: Licensed
    duties: tuple[Duty, ...]
    texts: Mapping[str, TextMatch]

    @classmethod
    def by(cls, licensed: Licensed, texts: Mapping[str, TextMatch]) -> Owed:
        """What *licensed* obliges to. Restrictions that may or may not travel with outputs are no terms to impose."""
        found = (duty for duty in licensed.duties() if duty.state != "encouraged")
        written = [duty for duty in found if duty.state != "arguable" or duty.terms.role != "outputs"]
        return cls(licensed, tuple(written), texts)

    def of(self, *kinds: Kind) -> list[Duty]:
        """The duties of *kinds*, each obligation once: two base models may be under one license."""
        found = {(d.terms.record.key, d.obligation.id): d for d in self.duties if d.obligation.kind in kinds}
        return list(found.values())

    def sentences(self, *kinds: Kind, name: str, near: str) -> list[str]:
        """The sentence of each of *kinds*, for a release called *name*. Where a license lets one choose, the one that
        the text *near* shows already, else the first."""
        shown = Prose(near)
        found = [_chosen(duty.obligation.texts, shown) for duty in self.of(*kinds) if duty.obligation.texts]
        return list(dict.fromkeys(sentence.replace("{release_name}", name) for sentence in found))

    def text_of(self, record: LicenseRecord | None) -> str | None:
        """The file that holds the text of *record*, else the one that readers take for the release's license."""
        here = (name for name, match in self.texts.items() if record is not None and match.key == record.key)
        return next(here, None) or find_license(self.texts)

    @property
    def bases(self) -> list[str]:
        """The base models, by their Hub ids."""
        return list(dict.fromkeys(one.of for one in self.licensed.terms if one.role != "outputs" and one.of))

    @property
    def written_base(self) -> str | None:
        """The one base model as some file of the folder writes it; None for a merge, and where shapes alone tell."""
        established = self.licensed.identity.established
        if len(established) != 1 or self.disputed:
            return None
        names = (c.value for c in self.licensed.identity.claims if c.kind == "name" and established[0] in c.models)
        return next((name for name in names if is_hub_id(name) and not is_local(name)), None)

    @property
    def disputed(self) -> bool:
        """Whether the folder contradicts itself about its base. A license that is declared falsely is what is to be
        mended, and tokenizers and templates travel between models."""
        aside = {"license", "tokenizer", "template", "leftover"}
        return any(
            not {one.one.kind, one.other.kind} & aside and "weak" not in (one.one.strength, one.other.strength)
            for one in self.licensed.identity.contradictions
        )

    @property
    def bound(self) -> list[list[Terms]]:
        """The terms of each base model whose own license travels with it; a model that a permissive license is known
        for as well has none. Empty while the folder contradicts itself about its base."""
        if self.disputed:
            return []
        models: dict[str, list[Terms]] = {}
        for one in self.licensed.terms:
            if one.role == "base":
                models.setdefault(one.of, []).append(one)
        return [of for of in models.values() if all(one.record.travels for one in of)]

    def name_duties(self, policy: Policy) -> list[Duty]:
        """What is due of the release's name, which nothing that is written can mend; while the policy names no
        audience, only of licenses that somebody's model is known to be under."""
        licensed = self.licensed
        found = duties_of(licensed.terms, form=licensed.form, policy=policy, kinds=_NAMES)
        return [d for d in found if d.state == "due" or (d.state == "if-distributed" and d.terms.role != "stated")]


def owed(draft: Draft, policy: Policy, card: ModelCard) -> Owed | None:
    """What the folder of *draft* owes as the release that *card* records; None when no license is known to bind it.

    Raises UnreadableFile when the folder can't be listed, RecordError for a policy's text that can't be read.
    """
    # The record knows what the run loaded and, without a policy, what was declared before.
    known = {"base_model": card.base_model, "license": card.license, "audience": "public"}
    settled = policy.model_copy(update=known)
    licensed = look(draft.as_folder(), settled)
    if not licensed.terms:
        return None
    return Owed.by(licensed, _texts(draft, policy))


def named(record: LicenseRecord) -> str:
    """What a front matter calls *record*: its Hub identifier or `license_name`."""
    return next(iter((*record.hub, *record.hub_names, record.key)))


def _texts(draft: Draft, policy: Policy) -> dict[str, TextMatch]:
    own = own_fingerprints(policy)
    found = {}
    for name in license_files(draft.names()):
        try:
            found[name] = identify_text(draft.read_text(name) or "", own=own)
        except FolderError:  # no UTF-8, a link: it may still be the right one, and nothing is said of it
            found[name] = TextMatch(None, None, False, ())
    return found


def _chosen(texts: tuple[str, ...], shown: Prose) -> str:
    return next((text for text in texts if shown.line_of(text) is not None), texts[0])
