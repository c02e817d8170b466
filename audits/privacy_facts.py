"""What the privacy audits read: the ledger, and who says at all that training was differentially private."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from finewarden.artifacts.folder import Folder, UnreadableFile
from finewarden.audits.privacy_wording import claims
from finewarden.audits.release_facts import LIMIT, README
from finewarden.evidence import run_log
from finewarden.evidence.directory import RUN_LOG
from finewarden.evidence.model_card import MODEL_CARD, ModelCard
from finewarden.evidence.privacy_ledger import PRIVACY_LEDGER, PrivacyLedger, PrivacyLedgerError, parse
from finewarden.evidence.run_log import Record, RunLogError
from finewarden.policy import Policy
from finewarden.release.privacy import GUARD

__all__ = ["CARD_TEXT", "NO_LEDGER", "Logged", "claimants", "logged", "of_the_guard", "read_ledger", "sha256", "texts"]

CARD_TEXT = "model_card.md"
# One text for all of them: the report then gives the family one line.
NO_LEDGER = f"there is no {PRIVACY_LEDGER}"


@dataclass(frozen=True)
class Logged:
    """What the run log knows of one run: updates it recorded, and the runs that it says it went on from."""

    steps: int
    past: frozenset[str] | None


def read_ledger(release: Folder) -> PrivacyLedger | None:
    """The ledger; None when absent or invalid, which `privacy_claim.ledger` tells."""
    try:
        if release.get(PRIVACY_LEDGER) is None:
            return None
        release.json(PRIVACY_LEDGER)  # refuses keys given twice, of which two readers take different ones
        return parse(release.text(PRIVACY_LEDGER))
    except (UnreadableFile, PrivacyLedgerError):
        return None


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


def of_the_guard(path: Path) -> Iterable[Record]:
    """The records of private training in the run log *path*; none when there is no log that can be read."""
    try:
        if path.is_file():
            yield from (record for record in run_log.read(path) if record.guard == GUARD)
    except (RunLogError, OSError):
        return


def logged(records: Iterable[Record]) -> dict[str, Logged]:
    """By run, in the order in which they began: the larger of the records of updates and the count they carry."""
    lines: Counter[str] = Counter()
    counted: dict[str, int] = {}
    past: dict[str, frozenset[str] | None] = {}
    for record in records:
        run = record.detail.get("run")
        if not isinstance(run, str):
            continue
        past.setdefault(run, None)
        if record.event == "step":
            lines[run] += 1
            spent = record.detail.get("spent")
            counted[run] = max(counted.get(run, 0), spent if type(spent) is int else 0)
        elif isinstance(earlier := record.detail.get("past"), list):
            past[run] = frozenset(str(name) for name in earlier)
    return {run: Logged(max(lines[run], counted.get(run, 0)), known) for run, known in past.items()}
