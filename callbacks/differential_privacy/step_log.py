"""The steps of a run in `run.jsonl`: written and synced before the optimizer moves, counted when a run is resumed."""

from __future__ import annotations

from pathlib import Path

from finewarden.evidence import run_log

__all__ = ["BEGIN", "GUARD", "STEP", "begun", "steps_of"]

GUARD = "DifferentialPrivacyCallback"
BEGIN, STEP = "train-begin", "step"


def steps_of(path: Path, run: str) -> int:
    """How many steps of *run* the log at *path* holds.

    One record a step, never a running number alone: where a checkpoint was resumed twice, both branches count.
    """
    records = run_log.read(path)
    return sum(1 for each in records if each.guard == GUARD and each.event == STEP and each.detail.get("run") == run)


def begun(path: Path, run: str) -> str | None:
    """The fingerprint of the data on which *run* began, from the log at *path*; None when it is not there."""
    if not path.is_file():
        return None
    for each in run_log.read(path):
        if each.guard == GUARD and each.event == BEGIN and each.detail.get("run") == run:
            return str(each.detail["data_fingerprint"])
    return None
