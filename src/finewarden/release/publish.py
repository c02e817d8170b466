"""The public files of a release: drafted by one set of functions, written in passing by the callbacks, at last by
`finalize`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from finewarden.evidence.model_card import MODEL_CARD, Commitment, FileHash, ModelCard, ModelCardError, dump, parse
from finewarden.front_matter import FrontMatterError, split
from finewarden.front_matter import parse as parse_front
from finewarden.policy import Policy
from finewarden.release import (
    license_missing,
    model_card_md,
    own_folder,
    privacy,
    private_values,
    readme,
    record,
    section,
    stated_license,
)
from finewarden.release.draft import Draft
from finewarden.release.facts import RunFacts
from finewarden.release.license_duties import Owed, owed
from finewarden.release.line_ends import kept
from finewarden.release.missing import Missing, undeclared
from finewarden.release.own_folder import FolderError

__all__ = [
    "Outcome",
    "clean_paths",
    "draft_cards",
    "draft_paths",
    "draft_record",
    "owed_by",
    "previous_card",
    "publish",
]

README = "README.md"
MODEL_CARD_MD = "model_card.md"
_AGAIN = "mend it and run `finewarden finalize` again"


@dataclass
class Outcome:
    """What was written (names relative to the folder), what is still missing, and the record that stands now."""

    written: list[str] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    card: ModelCard | None = None


def publish(
    folder: Path, policy: Policy, facts: RunFacts | None, *, files: Mapping[str, FileHash] | None = None
) -> Outcome:
    """Write README.md, model_card.md and, last of all, model_card.json; only what differs is written.

    A file that can't be read or must not be written is named in `missing`, with the mend: nothing here ends a training.
    """
    draft = Draft(folder)
    try:
        made = draft_record(draft, policy, facts, files=files)
        outcome = draft_cards(draft, policy, facts, made, owed_by(draft, policy, facts, made))
    except FolderError as error:
        return Outcome(missing=[Missing(str(error), _AGAIN)])
    except Exception as error:
        # Hours of training must not end because of a license's wording: the cards are written without it.
        draft = Draft(folder)
        outcome = draft_cards(draft, policy, facts, draft_record(draft, policy, facts, files=files), None)
        what = f"what its licenses ask for could not be told ({type(error).__name__}: {error})"
        outcome.missing.append(Missing(what, "run `finewarden finalize` and report what it says"))
    return _written(draft, outcome)


def clean_paths(folder: Path, policy: Policy, facts: RunFacts | None) -> Outcome:
    """Take local paths out of the configuration files; before hashing, for it rewrites them."""
    draft = Draft(folder)
    return _written(draft, Outcome(missing=draft_paths(draft, policy, facts)))


def draft_record(
    draft: Draft,
    policy: Policy,
    facts: RunFacts | None,
    *,
    license_sha256: str | None = None,
    files: Mapping[str, FileHash] | None = None,
    commitments: Mapping[str, Commitment] | None = None,
) -> ModelCard:
    """The record of the folder of *draft*, see `record.build`. Raises FolderError."""
    previous = previous_card(draft.folder)
    return record.build(
        draft,
        policy,
        facts,
        previous=previous,
        license_sha256=license_sha256,
        files=files,
        commitments=commitments,
    )


def owed_by(draft: Draft, policy: Policy, facts: RunFacts | None, card: ModelCard) -> Owed | None:
    """What the licenses ask for of the folder as it is going to be, see `license_duties.owed`: README.md and record
    are among what tells the base, and may still name another."""
    ahead, outcome = draft.copy(), Outcome()
    title = card.release_name or draft.folder.name
    _try(outcome, README, lambda: _readme(ahead, card, title, facts or RunFacts(), None))
    _try(outcome, MODEL_CARD, lambda: ahead.put(MODEL_CARD, dump(card)))
    return owed(ahead, policy, card)


def draft_cards(
    draft: Draft, policy: Policy, facts: RunFacts | None, card: ModelCard, what_is_owed: Owed | None
) -> Outcome:
    """Put model_card.md, README.md and model_card.json into *draft*, made from *card* and what its licenses ask for."""
    refused, merged = None, False
    if what_is_owed is not None:
        if card.base_model is None:
            card = card.model_copy(update={"base_model": what_is_owed.written_base})
        merged = len(what_is_owed.bases) > 1
        refused = stated_license.refused(card.license, what_is_owed)
        if refused is not None or card.license is None:
            own = stated_license.follows(_front(draft), what_is_owed) if refused is None else None
            card = card.model_copy(update={"license": own})
    outcome = Outcome(card=card)
    title = card.release_name or draft.folder.name
    run = facts or RunFacts()
    _try(outcome, MODEL_CARD_MD, lambda: _model_card_md(draft, card, title))
    _try(outcome, README, lambda: _readme(draft, card, title, run, what_is_owed))
    _try(outcome, MODEL_CARD, lambda: draft.put(MODEL_CARD, dump(card)))
    outcome.missing += undeclared(card, draft, refused=refused, merged=merged)
    if what_is_owed is not None:
        outcome.missing += license_missing.missing_name(draft, what_is_owed, card, policy)
    outcome.missing += privacy.missing_ledger(draft.folder, card.guards)
    return outcome


def draft_paths(draft: Draft, policy: Policy, facts: RunFacts | None) -> list[Missing]:
    """Put configuration files without local paths into *draft*; returns what is missing to do so."""
    run = facts or RunFacts()
    try:
        base = draft_record(draft, policy, facts).base_model
        cleaned = private_values.clean_adapter_config(draft, base=base, local=run.local)
        private_values.clean_config(draft, base=base, local=run.local)
    except FolderError as error:
        return [Missing(str(error), _AGAIN)]
    if cleaned:
        return []
    what = "adapter_config.json names a folder of this machine as the base model"
    return [Missing(what, 'add base_model = "<org>/<name>", the base model\'s Hub id, to the policy')]


def previous_card(folder: Path) -> ModelCard | None:
    """The record that lies in *folder*; None when there is none or it can't be read (it is then made anew)."""
    try:
        text = own_folder.read_text(folder / MODEL_CARD, limit=16 * 2**20)
        return parse(text) if text is not None else None
    except (FolderError, ModelCardError):
        return None


def _readme(draft: Draft, card: ModelCard, title: str, run: RunFacts, what_is_owed: Owed | None) -> None:
    def updated(before: str | None) -> str:
        return readme.update(
            before,
            card,
            title=title,
            folder=draft.folder.name,
            beside=draft.names(),
            local=run.local,
            owed=what_is_owed,
        )

    draft.put(README, kept(draft.read_text(README), updated))


def _model_card_md(draft: Draft, card: ModelCard, title: str) -> None:
    before = draft.read_text(MODEL_CARD_MD)
    if not card.sources and (before is None or section.BEGIN not in before):
        return  # an empty table would look like a declaration
    draft.put(MODEL_CARD_MD, kept(before, lambda text: model_card_md.update(text, card, title=title)))


def _front(draft: Draft) -> dict[str, object]:
    try:
        return parse_front(split(draft.read_text(README) or "")[0] or "")
    except (FolderError, FrontMatterError):  # told when it is to be updated
        return {}


def _try(outcome: Outcome, name: str, put: Callable[[], None]) -> None:
    try:
        put()
    except FrontMatterError as error:
        mend = "mend its front matter, then run `finewarden finalize` again"
        outcome.missing.append(Missing(f"{name}: {error}", mend))
    except (FolderError, OSError) as error:
        outcome.missing.append(Missing(f"{name}: {error}", "mend it, then run `finewarden finalize` again"))


def _written(draft: Draft, outcome: Outcome) -> Outcome:
    for change in draft.changes():
        try:
            draft.write(change)
            outcome.written.append(change.name)
        except (FolderError, OSError) as error:
            what = f"{change.name}: {error}"
            outcome.missing.append(Missing(what, "mend it, then run `finewarden finalize` again"))
    return outcome
