"""What a release's licenses ask for that can't be written for anybody: their texts, and the model's own name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from finewarden import front_matter
from finewarden.evidence.model_card import ModelCard
from finewarden.front_matter import FrontMatterError
from finewarden.license_record import LicenseRecord
from finewarden.licensing.duties import Duty
from finewarden.licensing.license_files import is_code_license, license_files
from finewarden.licensing.texts.match import TextMatch
from finewarden.licensing.wording.own_name import begins_with, proposed
from finewarden.licensing.wording.title import title_of
from finewarden.policy import Policy
from finewarden.release.comments import blanked
from finewarden.release.draft import Draft
from finewarden.release.license_duties import Owed
from finewarden.release.missing import Missing
from finewarden.release.own_folder import FolderError

__all__ = ["missing_name", "missing_texts", "text_place"]

_GIVE = "give license_file= (the text you release under) or base_model_dir= (the base model's folder)"


def missing_texts(draft: Draft, owed: Owed | None) -> list[Missing]:
    """Each license text that the folder of *draft* owes and does not hold, or does not hold as it was written."""
    duties = owed.of("license_copy") if owed is not None else []
    if not license_files(draft.names()):
        return [_absent(duty.terms.record) for duty in duties] or [Missing("LICENSE", _GIVE)]
    texts = owed.texts if owed is not None else {}
    of_model = {name: match for name, match in texts.items() if not is_code_license(name)}
    return [missing for duty in duties if duty.terms.role == "base" for missing in _compared(duty, of_model)]


def missing_name(draft: Draft, owed: Owed, card: ModelCard, policy: Policy) -> Iterator[Missing]:
    """Each name that the release goes by and that does not begin as a license asks, with one that does."""
    for duty in owed.name_duties(policy):
        prefix = duty.obligation.prefix or ""
        owner, _, own = (card.release_name or draft.folder.name).rpartition("/")
        proposal = f"{owner}/" * bool(owner) + proposed(own, prefix)
        asked = f"{duty.cited} asks for a name that begins with {prefix!r}"
        mend = f'set release_name = "{proposal}" in the policy'
        if card.release_name is not None and begins_with(card.release_name, prefix) == "no":
            yield Missing(f"the name {card.release_name!r}: {asked}", mend)
            continue
        others = list(_other_names(draft, title=card.release_name is None))
        if card.release_name is None and not others:
            yield Missing(f"release_name: {asked}", mend)
        for where, name in others:
            if begins_with(name, prefix) == "no":
                mends = f"begin it with {prefix!r}" + ("" if card.release_name else f", and {mend}")
                yield Missing(f"the name {name!r} ({where}): {asked}", mends)


def text_place(record: LicenseRecord) -> str | None:
    """Where the text can be had; a collection of license texts is not where a licensor publishes it."""
    source = record.source
    if source.url or record.hub_link:
        return source.url or record.hub_link
    if source.repo and source.path:
        return f"https://github.com/{source.repo}/blob/{source.commit or 'HEAD'}/{quote(source.path)}"
    return None


def _absent(record: LicenseRecord) -> Missing:
    at = text_place(record)
    return Missing(f"LICENSE: the text of the {record.revision}", f"{_GIVE}{f'; it is at {at}' if at else ''}")


def _compared(duty: Duty, texts: Mapping[str, TextMatch]) -> Iterator[Missing]:
    record = duty.terms.record
    at = text_place(record)
    mend = f"copy the text anew from the base model's folder{f', or from {at}' if at else ''}"
    own = {name: match for name, match in texts.items() if match.key == record.key}
    if not own and record.texts:
        said = ", ".join(f"{name} ({match.key or 'no license that is known here'})" for name, match in texts.items())
        if any(match.key for match in texts.values()):  # a distill's maker may give only their own license along
            mend = f"put it beside, as LICENSE-{record.key}{f': it is at {at}' if at else ''}"
        yield Missing(f"the text of the {record.revision}: it is not among {said}", mend)
    for name, match in own.items():
        if not match.intact:
            what = "; ".join(f"{found.clause}: {found.detail}" for found in match.findings[:1])
            yield Missing(f"{name}: it is not the {record.revision} as its author wrote it ({what})", mend)


def _other_names(draft: Draft, *, title: bool) -> Iterator[tuple[str, str]]:
    """What README.md calls the model, and where; its title may say less than a name that is stated."""
    try:
        front, body = front_matter.split(draft.read_text("README.md") or "")
        stated = front_matter.parse(front or "").get("model_name")
    except (FolderError, FrontMatterError):  # whoever could not update it has told so
        return
    if isinstance(stated, str) and stated.strip():
        yield "README.md: model_name", stated.strip()
    found = title_of(blanked(body)) if title else None
    if found is not None:
        yield "README.md: its title", found[0]
