"""README.md: front matter and a marked section made from the record; a person's text is never touched."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from finewarden import front_matter
from finewarden.evidence.model_card import ModelCard
from finewarden.licensing.base_names import is_local, same_base
from finewarden.licensing.hub_licenses import as_front_matter
from finewarden.licensing.license_files import find_license
from finewarden.release import privacy, section, statement
from finewarden.release.generators import front_matter_mends, is_empty_template, mend_body

__all__ = ["update"]


def update(
    text: str | None,
    card: ModelCard,
    *,
    title: str,
    beside: Collection[str],
    local: Callable[[str], bool] = is_local,
) -> str:
    """The README of *card*, made from *text* (None: there is none yet); applying it again changes nothing.

    *title* heads a README that has no text of its own, *beside* are the files of the folder, *local* tells which names
    are folders of the machine that trained. Raises FrontMatterError when the front matter can't be read: what it says
    can't be kept, so a person must mend it.
    """
    front, body = front_matter.split(text or "")
    data = front_matter.parse(front or "")
    mended = front_matter.edit(front or "", _changes(data, card, find_license(beside), local))
    body = mend_body(body, base=card.base_model, license=card.license, name=card.release_name, local=local)
    if is_empty_template(body):
        body = ""
    if not section.without(body).strip():
        body = f"\n# {title}\n"
    return front_matter.join(mended, section.replace(body, _section(card, beside)))


def _changes(
    data: dict[str, Any], card: ModelCard, license_file: str | None, local: Callable[[str], bool]
) -> dict[str, Any]:
    changes = front_matter_mends(data, base=card.base_model, local=local)
    if card.license is not None:
        wanted = as_front_matter(card.license, link=license_file)
        # A name and link that a person gave for the same "other" license stay.
        same = data.get("license") == wanted["license"] == "other"
        changes |= {key: value for key, value in wanted.items() if not (same and key in data)}
    if card.base_model is not None and not _names(data.get("base_model"), card.base_model):
        changes["base_model"] = card.base_model
    return changes


def _names(value: Any, base: str) -> bool:
    """Whether a front matter's `base_model` (one or, for a merge, several) already names *base*."""
    names = value if isinstance(value, list) else [value]
    return any(isinstance(name, str) and (name == base if len(names) == 1 else same_base(name, base)) for name in names)


def _section(card: ModelCard, beside: Collection[str]) -> str:
    lines = []
    if card.base_model is not None and card.license is not None:
        lines += [statement.make(card.base_model, card.license), ""]
    if private := privacy.sentence(card):
        lines += [private, ""]
    if name := find_license(beside):
        lines.append(f"* License text: [{name}]({name})")
    if "NOTICE" in beside:
        lines.append("* Notices: [NOTICE](NOTICE)")
    if card.sources:
        lines.append("* Training data and what allows its use: [model_card.md](model_card.md)")
    lines.append("* Record of this release: [model_card.json](model_card.json)")
    return "\n".join(lines)
