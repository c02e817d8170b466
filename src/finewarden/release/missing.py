"""What a release still lacks."""

from __future__ import annotations

from dataclasses import dataclass

from finewarden import front_matter
from finewarden.evidence.model_card import ModelCard
from finewarden.front_matter import FrontMatterError
from finewarden.release.draft import Draft
from finewarden.release.generators import Default, recognise
from finewarden.release.own_folder import FolderError

__all__ = ["Missing", "undeclared"]


@dataclass(frozen=True, slots=True)
class Missing:
    """What a release still lacks, and what a person does about it."""

    what: str
    mend: str


def undeclared(card: ModelCard, draft: Draft, *, refused: Missing | None = None, merged: bool = False) -> list[Missing]:
    """What *card* lacks that only people can say; *refused* is why the license that they said can't be,
    *merged* that the folder names its base models, of which the record has no one."""
    missing = []
    if refused is not None:
        missing.append(refused)
    elif card.license is None:
        missing.append(Missing("the license", 'add license = "<id>" to the policy, such as "apache-2.0" or "llama3.1"'))
        if any(found.tool == "Unsloth" for found in _defaults(draft)):
            mend = "add the license of the base model to the policy; README.md is then corrected"
            missing.append(Missing("README.md says apache-2.0, which Unsloth's template wrote and nobody stated", mend))
    if card.base_model is None and not merged:
        missing.append(Missing("the base model", 'add base_model = "<org>/<name>" to the policy'))
    if not card.sources:
        mend = (
            "add [[tool.finewarden.sources]] with name and authorisation to the policy ([[sources]] in finewarden.toml)"
        )
        missing.append(Missing("the sources of the training data, so there is no model_card.md", mend))
    return missing


def _defaults(draft: Draft) -> list[Default]:
    try:
        text = draft.read_text("README.md") or ""
        front = front_matter.parse(front_matter.split(text)[0] or "")
    except (FolderError, FrontMatterError):  # named as missing by whoever could not update it
        return []
    return recognise(text, front, license=None)
