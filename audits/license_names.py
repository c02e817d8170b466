"""What the release calls itself, place by place."""

from __future__ import annotations

from dataclasses import dataclass

from finewarden.artifacts.folder import Folder
from finewarden.audits.license_documents import readme
from finewarden.audits.release_facts import README, line_of, read_card, read_readme
from finewarden.evidence.model_card import MODEL_CARD
from finewarden.licensing.wording.title import title_of
from finewarden.policy import Policy

__all__ = ["Name", "names_of"]


@dataclass(frozen=True, slots=True)
class Name:
    """One name and where it stands; a title may say less than the name."""

    where: str
    value: str
    is_title: bool = False


def names_of(release: Folder, policy: Policy) -> list[Name]:
    """The names that policy, record and front matter state, then README's title. The folder's own name is none."""
    found = []
    if policy.release_name:
        found.append(Name(policy.file or "the policy", policy.release_name))
    card = read_card(release)
    if card is not None and card.release_name:
        found.append(Name(MODEL_CARD, card.release_name))
    document = read_readme(release)
    stated = document.front.get("model_name") if document is not None else None
    if document is not None and isinstance(stated, str) and stated.strip():
        found.append(Name(line_of(document, "model_name"), stated.strip()))
    text = readme(release)
    title = title_of(text.text) if text is not None else None
    if title is not None:
        found.append(Name(f"{README}:{title[1]}", title[0], is_title=True))
    return found
