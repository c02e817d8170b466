"""The public files of a release, written into its folder: in passing by the callbacks, at last by `finalize`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from finewarden.evidence.model_card import MODEL_CARD, Commitment, FileHash, ModelCard, ModelCardError, dump, parse
from finewarden.front_matter import FrontMatterError
from finewarden.policy import Policy
from finewarden.release import model_card_md, own_folder, privacy, private_values, readme, record, section
from finewarden.release.facts import RunFacts
from finewarden.release.missing import Missing, undeclared
from finewarden.release.own_folder import FolderError

__all__ = ["Outcome", "clean_paths", "previous_card", "publish"]

README = "README.md"
MODEL_CARD_MD = "model_card.md"


@dataclass
class Outcome:
    """What was written (names relative to the folder), what is still missing, and the record that stands now."""

    written: list[str] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    card: ModelCard | None = None


def publish(
    folder: Path,
    policy: Policy,
    facts: RunFacts | None,
    *,
    license_sha256: str | None = None,
    files: Mapping[str, FileHash] | None = None,
    commitments: Mapping[str, Commitment] | None = None,
) -> Outcome:
    """Write README.md, model_card.md and, last of all, model_card.json; only what differs is written.

    A file that can't be read or must not be written is named in `missing`, with the mend: nothing here ends a training.
    """
    outcome = Outcome()
    run = facts or RunFacts()
    try:
        card = record.build(
            folder,
            policy,
            facts,
            previous=previous_card(folder),
            license_sha256=license_sha256,
            files=files,
            commitments=commitments,
        )
    except FolderError as error:
        outcome.missing.append(Missing(str(error), "mend it and run `finewarden finalize` again"))
        return outcome
    outcome.card = card
    title = card.release_name or folder.name
    _try(outcome, MODEL_CARD_MD, lambda: _model_card_md(folder, card, title))
    _try(outcome, README, lambda: _readme(folder, card, title, run))
    _try(outcome, MODEL_CARD, lambda: own_folder.write_if_changed(folder / MODEL_CARD, dump(card)))
    outcome.missing += undeclared(card, folder)
    outcome.missing += privacy.missing_ledger(folder, card.guards)
    return outcome


def clean_paths(folder: Path, policy: Policy, facts: RunFacts | None) -> Outcome:
    """Take local paths out of the configuration files; before hashing, for it rewrites them."""
    outcome = Outcome()
    run = facts or RunFacts()
    try:
        base = record.build(folder, policy, facts, previous=previous_card(folder)).base_model
        cleaned = private_values.clean_adapter_config(folder, base=base, local=run.local)
        if cleaned is None:
            what = "adapter_config.json names a folder of this machine as the base model"
            mend = 'add base_model = "<org>/<name>", the base model\'s Hub id, to the policy'
            outcome.missing.append(Missing(what, mend))
        if cleaned:
            outcome.written.append("adapter_config.json")
        if private_values.clean_config(folder, base=base, local=run.local):
            outcome.written.append("config.json")
    except FolderError as error:
        outcome.missing.append(Missing(str(error), "mend it and run `finewarden finalize` again"))
    return outcome


def previous_card(folder: Path) -> ModelCard | None:
    """The record that lies in *folder*; None when there is none or it can't be read (it is then made anew)."""
    try:
        text = own_folder.read_text(folder / MODEL_CARD, limit=16 * 2**20)
        return parse(text) if text is not None else None
    except (FolderError, ModelCardError):
        return None


def _readme(folder: Path, card: ModelCard, title: str, run: RunFacts) -> bool:
    before = own_folder.read_text(folder / README)
    beside = {path.name for path in folder.iterdir() if path.is_file()}
    after = readme.update(before, card, title=title, beside=beside, local=run.local)
    return own_folder.write_if_changed(folder / README, after)


def _model_card_md(folder: Path, card: ModelCard, title: str) -> bool:
    before = own_folder.read_text(folder / MODEL_CARD_MD)
    if not card.sources and (before is None or section.BEGIN not in before):
        return False  # an empty table would look like a declaration
    return own_folder.write_if_changed(folder / MODEL_CARD_MD, model_card_md.update(before, card, title=title))


def _try(outcome: Outcome, name: str, write: Callable[[], bool]) -> None:
    try:
        if write():
            outcome.written.append(name)
    except FrontMatterError as error:
        outcome.missing.append(
            Missing(f"{name}: {error}", "mend its front matter, then run `finewarden finalize` again")
        )
    except (FolderError, OSError) as error:
        outcome.missing.append(Missing(f"{name}: {error}", "mend it, then run `finewarden finalize` again"))
