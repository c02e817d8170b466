"""Private trainings that take a fraction of a second each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.callbacks.runs import Runs

# Noise so large that the accountant is done in a moment.
QUICK: dict[str, Any] = {"noise_multiplier": 5.0, "delta": 1e-3, "expected_batch_size": 3, "dataset_size": 8}


@pytest.fixture
def private() -> Callable[..., Any]:
    """Makes a DifferentialPrivacyCallback over eight examples, quick to account for."""

    def make(**changes: Any) -> Any:
        from finewarden.callbacks import DifferentialPrivacyCallback

        return DifferentialPrivacyCallback(**{**QUICK, **changes})

    return make


def ledger(folder: Path) -> dict[str, Any]:
    """The ledger in *folder*."""
    found: dict[str, Any] = json.loads((folder / "privacy_ledger.json").read_text(encoding="utf-8"))
    return found


def steps_in_log(runs: Runs) -> list[dict[str, Any]]:
    """What the run log holds of each step."""
    return [each.detail for each in runs.records("DifferentialPrivacyCallback") if each.event == "step"]
