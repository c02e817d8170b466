"""The steps of a run in `run.jsonl`: written and synced before the optimizer moves, counted when a run is resumed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from finewarden.evidence import run_log
from finewarden.evidence.privacy_ledger import LedgerSegment

__all__ = ["BEGIN", "GUARD", "SAVED", "STEP", "Logged", "logged"]

GUARD = "DifferentialPrivacyCallback"
BEGIN, STEP, SAVED = "train-begin", "step", "saved"


@dataclass(frozen=True)
class Logged:
    """What the log knows of one run: the fingerprint of its data, and a segment for each time that it began."""

    data_fingerprint: str
    segments: tuple[LedgerSegment, ...]


def logged(path: Path, run: str) -> Logged | None:
    """What the log at *path* knows of *run*; None when it knows nothing.

    Each record of a step counts, never a running number alone: where a checkpoint was resumed twice, both branches do.
    A step is one of the mechanism that the run last began with. Raises RunLogError.
    """
    if not path.is_file():
        return None
    own = [each for each in run_log.read(path) if each.guard == GUARD and each.detail.get("run") == run]
    begins = [each for each in own if each.event == BEGIN]
    if not begins:
        return None
    segments: list[LedgerSegment] = []
    for each in own:
        if each.event == BEGIN:
            segments.append(LedgerSegment.model_validate(each.detail["segment"]))
        elif each.event == STEP and segments:
            segments[-1] = segments[-1].model_copy(update={"steps": segments[-1].steps + 1})
    return Logged(str(begins[0].detail["data_fingerprint"]), tuple(each for each in segments if each.steps))
