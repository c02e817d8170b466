"""What a release still lacks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from finewarden import front_matter
from finewarden.evidence.model_card import ModelCard
from finewarden.front_matter import FrontMatterError
from finewarden.release import own_folder
from finewarden.release.generators import Default, recognise
from finewarden.release.own_folder import FolderError

__all__ = ["Missing", "undeclared"]


@dataclass(frozen=True, slots=True)
class Missing:
    """What a release still lacks, and what a person does about it."""

    what: str
    mend: str


def undeclared(card: ModelCard, folder: Path) -> list[Missing]:
    """What *card* lacks that only people can say."""
    missing = []
    if card.license is None:
        missing.append(Missing("the license", 'add license = "<id>" to the policy, such as "apache-2.0" or "llama3.1"'))
        if any(found.tool == "Unsloth" for found in _defaults(folder)):
            mend = "add the license of the base model to the policy; README.md is then corrected"
            missing.append(Missing("README.md says apache-2.0, which Unsloth's template wrote and nobody stated", mend))
    if card.base_model is None:
        missing.append(Missing("the base model", 'add base_model = "<org>/<name>" to the policy'))
    if not card.sources:
        mend = (
            "add [[tool.finewarden.sources]] with name and authorisation to the policy ([[sources]] in finewarden.toml)"
        )
        missing.append(Missing("the sources of the training data, so there is no model_card.md", mend))
    return missing


def _defaults(folder: Path) -> list[Default]:
    try:
        text = own_folder.read_text(folder / "README.md") or ""
        front = front_matter.parse(front_matter.split(text)[0] or "")
    except (FolderError, FrontMatterError):  # named as missing by whoever could not update it
        return []
    return recognise(text, front, license=None)
