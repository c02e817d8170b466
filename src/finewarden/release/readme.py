"""README.md: front matter and a marked section made from the record; a person's text is never touched."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any

from finewarden import front_matter
from finewarden.evidence.model_card import ModelCard
from finewarden.licensing.base.names import is_local, same_base
from finewarden.licensing.license_files import find_license, is_code_license, license_files, notice_files, policy_files
from finewarden.release import privacy, section, statement
from finewarden.release.changes import changes, changes_zh
from finewarden.release.comments import blanked
from finewarden.release.generators import front_matter_mends, is_empty_template, mend_body, renamed
from finewarden.release.license_duties import Owed
from finewarden.release.restrictions import restrictions, restrictions_zh
from finewarden.release.stated_license import front_matter as stating

__all__ = ["update"]


def update(
    text: str | None,
    card: ModelCard,
    *,
    title: str,
    beside: Collection[str],
    local: Callable[[str], bool] = is_local,
    owed: Owed | None = None,
    folder: str | None = None,
) -> str:
    """The README of *card*, made from *text* (None: there is none yet); applying it again changes nothing.

    *title* heads a README that has no text of its own, or none but the title "# *folder*", which heads one while no
    release has a name; *beside* are the files of the folder, *local* tells which names
    are folders of the machine that trained, *owed* is what the licenses of the base models ask for. Raises
    FrontMatterError when the front matter can't be read: what it says can't be kept, so a person must mend it.
    """
    front, body = front_matter.split(text or "")
    data = front_matter.parse(front or "")
    edits = _changes(data, card, beside, local, owed)
    body = mend_body(body, base=card.base_model, license=card.license, name=card.release_name, local=local)
    if is_empty_template(body):
        body = ""
    if owed is not None and owed.of("name_prefix") and card.release_name:
        names, body = renamed(data, body, card.release_name.rpartition("/")[2])
        edits |= names
    own = section.without(body)
    if own.strip() in ("", f"# {folder}"):
        body = own = f"\n# {title}\n"
    paragraphs = [*_statements(card, owed), *_owed(card, owed, title=title, own=blanked(own))]
    links = "\n".join(_links(card, beside, whole=owed is not None))
    mended = front_matter.edit(front or "", edits)
    end = "\r\n" if (text or "").partition("\n")[0].endswith("\r") else "\n"
    return front_matter.join(mended, section.replace(body, "\n\n".join([*paragraphs, links])), end=end)


def _changes(
    data: dict[str, Any],
    card: ModelCard,
    beside: Collection[str],
    local: Callable[[str], bool],
    owed: Owed | None,
) -> dict[str, Any]:
    edits = front_matter_mends(data, base=card.base_model, local=local)
    if card.license is not None:
        edits |= stating(card.license, data, link=find_license(beside), owed=owed)
    if card.base_model is not None and not _names(data.get("base_model"), card.base_model):
        edits["base_model"] = card.base_model
    return edits


def _names(value: Any, base: str) -> bool:
    """Whether a front matter's `base_model` (one or, for a merge, several) already names *base*."""
    names = value if isinstance(value, list) else [value]
    return any(isinstance(name, str) and (name == base if len(names) == 1 else same_base(name, base)) for name in names)


def _bases(card: ModelCard, owed: Owed | None) -> list[str]:
    """The one base model as the record writes it, or those of a merge."""
    known = owed.bases if owed is not None else []
    one = [card.base_model] if card.base_model is not None else []
    return known if len(known) > 1 else one or known


def _statements(card: ModelCard, owed: Owed | None) -> Iterator[str]:
    bases = _bases(card, owed)
    if bases and card.license is not None:
        yield statement.make(bases[0], card.license, *bases[1:])
    if private := privacy.sentence(card):
        yield private


def _owed(card: ModelCard, owed: Owed | None, *, title: str, own: str) -> Iterator[str]:
    """What the licenses ask to be shown, in English, and once more in Chinese for those who read that."""
    if owed is None:
        return
    yield from (f"**{mark}**" for mark in owed.sentences("display_mark", name=title, near=own))
    bases = _bases(card, owed)
    chinese = _is_chinese(own)
    if bases and owed.of("modified_files_notice"):
        yield changes(card, bases)
        if chinese:
            yield changes_zh(card, bases)
    yield from restrictions(owed)
    if chinese:
        yield from restrictions_zh(owed)


def _links(card: ModelCard, beside: Collection[str], *, whole: bool) -> Iterator[str]:
    if whole:
        for name in license_files(beside):
            yield f"* License {'of the code' if is_code_license(name) else 'text'}: [{name}]({name})"
        yield from (f"* Use policy: [{name}]({name})" for name in policy_files(beside))
        yield from (f"* Notices: [{name}]({name})" for name in notice_files(beside))
    else:
        if (known := find_license(beside)) is not None:
            yield f"* License text: [{known}]({known})"
        if "NOTICE" in beside:
            yield "* Notices: [NOTICE](NOTICE)"
    if card.sources:
        yield "* Training data and what allows its use: [model_card.md](model_card.md)"
    yield "* Record of this release: [model_card.json](model_card.json)"


def _is_chinese(text: str) -> bool:
    """Whether most of what a person wrote is Chinese."""
    return len(re.findall(r"[\u4e00-\u9fff]", text)) > len(re.findall(r"[A-Za-z]+", text))
