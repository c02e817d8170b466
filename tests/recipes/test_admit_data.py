"""The recipe from a raw export to an audited model: refused as it is, admitted de-identified."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.training


def test_smoke(tmp_path: Path) -> None:
    """The export is refused, what is taken out of it is not trained on, and the audit of the data passes."""
    env = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, str(ROOT / "recipes" / "admit-data" / "train.py"), "--smoke"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    assert "not admitted; out.evidence/admission.jsonl was not written" in done.stdout
    assert "admitted: 32 rows" in done.stdout
    verdicts = dict(line.split()[:2] for line in done.stdout.splitlines() if line.startswith("training_data."))
    required = ("personal_data", "secrets", "admitted")
    assert [verdicts[f"training_data.{name}"] for name in required] == ["pass"] * 3
    assert "@mail.invalid" not in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []
