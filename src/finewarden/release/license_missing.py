"""What a release's licenses ask for that can't be written for anybody: their texts, and the model's own name."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from finewarden import front_matter
from finewarden.evidence.model_card import ModelCard
from finewarden.front_matter import FrontMatterError
from finewarden.license_record import LicenseRecord
from finewarden.licensing.duties import Duty
from finewarden.licensing.license_files import is_code_license, license_files
from finewarden.licensing.own_fingerprints import own_fingerprints
from finewarden.licensing.own_name import begins_with, title_of
from finewarden.licensing.text_match import TextMatch, identify_text
from finewarden.policy import Policy
from finewarden.release.comments import blanked
from finewarden.release.draft import Draft
from finewarden.release.license_duties import Owed
from finewarden.release.missing import Missing
from finewarden.release.own_folder import FolderError

__all__ = ["missing_name", "missing_texts"]

_GIVE = "give license_file= (the text you release under) or base_model_dir= (the base model's folder)"


def missing_texts(draft: Draft, owed: Owed | None, policy: Policy) -> list[Missing]:
    """Each license text that the folder of *draft* owes and does not hold, or does not hold as it was written."""
    names = license_files(draft.names())
    duties = owed.of("license_copy") if owed is not None else []
    if not names:
        return [_absent(duty.terms.record) for duty in duties] or [Missing("LICENSE", _GIVE)]
    matches = {name: _match(draft, name, policy) for name in names if not is_code_license(name)}
    return [missing for duty in duties if duty.terms.role == "base" for missing in _compared(duty, matches, policy)]


def missing_name(draft: Draft, owed: Owed, card: ModelCard, policy: Policy) -> Iterator[Missing]:
    """Each name that the release goes by and that does not begin as a license asks, with one that does."""
    names = list(_names(draft, card))
    for duty in owed.name_duties(policy):
        prefix = duty.obligation.prefix or ""
        begins = [(where, name, begins_with(name, prefix)) for where, name in names]
        if any(how == "yes" for where, _, how in begins if where != "README.md: its title") and names:
            # A title may say less than the name.
            begins = [one for one in begins if one[0] != "README.md: its title"]
        asked = f"{duty.cited} asks for a name that begins with {prefix!r}"
        owner, _, own = (card.release_name or draft.folder.name).rpartition("/")
        proposal = f"{owner}/" * bool(owner) + f"{prefix.replace(' ', '-')}-{own}"
        if not names:
            yield Missing(f"release_name: {asked}", f'set release_name = "{proposal}" in the policy')
        for where, name, how in begins:
            if how == "no":
                mend = f'set release_name = "{proposal}" in the policy'
                yield Missing(f"the name {name!r} ({where}): {asked}", _mend(where, mend, prefix))


def _mend(where: str, policy: str, prefix: str) -> str:
    return f"begin it with {prefix!r}, and {policy}" if where.startswith("README.md") else policy


def _absent(record: LicenseRecord) -> Missing:
    at = _where(record)
    return Missing(f"LICENSE: the text of the {record.revision}", f"{_GIVE}{f'; it is at {at}' if at else ''}")


def _compared(duty: Duty, matches: dict[str, TextMatch | None], policy: Policy) -> Iterator[Missing]:
    record = duty.terms.record
    if not record.texts and not any(one.key == record.key and one.text_file for one in policy.licenses):
        return
    known = {name: match for name, match in matches.items() if match is not None}
    own = {name: match for name, match in known.items() if match.key == record.key}
    at = _where(record)
    mend = f"copy the text anew from the base model's folder{f', or from {at}' if at else ''}"
    if not own:
        said = ", ".join(f"{name} ({match.key or 'no license that is known here'})" for name, match in known.items())
        yield Missing(f"the text of the {record.revision}: it is not among {said or ', '.join(matches)}", mend)
    for name, match in own.items():
        if not match.intact:
            first = match.findings[0] if match.findings else None
            what = f": {first.clause}: {first.detail}" if first else ""
            yield Missing(f"{name}: it is not the {record.revision} as its author wrote it{what}", mend)


def _match(draft: Draft, name: str, policy: Policy) -> TextMatch | None:
    try:
        text = draft.read_text(name)
    except FolderError:  # a text in another encoding may still be the right one
        return None
    return identify_text(text or "", own=own_fingerprints(policy))


def _where(record: LicenseRecord) -> str | None:
    """Where the text can be had; a collection of license texts is not where a licensor publishes it."""
    source = record.source
    if source.url or record.hub_link:
        return source.url or record.hub_link
    if source.repo and source.path:
        return f"https://github.com/{source.repo}/blob/{source.commit or 'HEAD'}/{quote(source.path)}"
    return None


def _names(draft: Draft, card: ModelCard) -> Iterator[tuple[str, str]]:
    if card.release_name:
        yield "release_name", card.release_name
    try:
        front, body = front_matter.split(draft.read_text("README.md") or "")
        stated = front_matter.parse(front or "").get("model_name")
    except (FolderError, FrontMatterError):  # whoever could not update it has told so
        return
    if isinstance(stated, str) and stated.strip():
        yield "README.md: model_name", stated.strip()
    title = title_of(blanked(body))
    if title is not None:
        yield "README.md: its title", title[0]
