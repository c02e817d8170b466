"""What the privacy audits read: the ledger, and who says at all that training was differentially private."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from finewarden.artifacts.folder import Folder, UnreadableFile
from finewarden.audits.privacy_log import of_the_guard
from finewarden.audits.privacy_wording import claims
from finewarden.audits.release_facts import LIMIT, README
from finewarden.evidence.directory import RUN_LOG
from finewarden.evidence.model_card import MODEL_CARD, ModelCard
from finewarden.evidence.privacy_ledger import PRIVACY_LEDGER, PrivacyLedger, PrivacyLedgerError, parse
from finewarden.policy import Policy
from finewarden.release.privacy import GUARD

__all__ = ["CARD_TEXT", "NO_LEDGER", "claimants", "ledger_of", "sha256", "texts"]

CARD_TEXT = "model_card.md"
# One text for all of them: the report then gives the family one line.
NO_LEDGER = f"there is no {PRIVACY_LEDGER}"


def ledger_of(release: Folder) -> PrivacyLedger | str | None:
    """The ledger; None when there is none, why not where it can't be used. Read once for a release."""
    return None if release.get(PRIVACY_LEDGER) is None else _parsed(release)


@lru_cache(maxsize=1)
def _parsed(release: Folder) -> PrivacyLedger | str:
    try:
        release.json(PRIVACY_LEDGER)  # refuses keys given twice, of which two readers take different ones
        return parse(release.text(PRIVACY_LEDGER))
    except (UnreadableFile, PrivacyLedgerError) as error:
        return str(error)


def sha256(release: Folder, rel: str) -> str:
    """The hash of *rel*. Raises UnreadableFile."""
    return hashlib.sha256(release.read(rel)).hexdigest()


def texts(release: Folder) -> list[tuple[str, str]]:
    """README.md and model_card.md, as far as they are there and text."""
    found = []
    for name in (README, CARD_TEXT):
        try:
            if release.get(name) is not None:
                found.append((name, release.text(name, limit=LIMIT)))
        except UnreadableFile:  # told by the release audits
            continue
    return found


def claimants(release: Folder, policy: Policy, card: ModelCard | None, evidence_dir: Path) -> list[str]:
    """Who says that training was differentially private; empty when nobody does."""
    found = []
    if policy.privacy.epsilon is not None:
        found.append(f"{policy.file or 'the policy'} (privacy.epsilon)")
    if card is not None and (card.privacy is not None or any(guard.name == GUARD for guard in card.guards)):
        found.append(MODEL_CARD)
    found += [f"{name}:{line}" for name, text in texts(release) for line in claims(text)[:1]]
    if any(True for _ in of_the_guard(evidence_dir / RUN_LOG)):
        found.append(RUN_LOG)
    return found
