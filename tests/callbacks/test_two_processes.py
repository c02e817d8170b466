"""Both guards in a training of two processes (DDP on CPU)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from finewarden.evidence.run_log import read

pytestmark = pytest.mark.training


def test_both_guards_hold_in_each_of_two_processes(base_model: Path, tmp_path: Path) -> None:
    """Each process sees the averaged gradient and stops on a changed one; only the first writes to the run log."""
    script = Path(__file__).with_name("two_processes.py")
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]

    done = subprocess.run(
        [*launch, str(script), str(base_model), str(tmp_path)], capture_output=True, text=True, timeout=240, check=False
    )

    assert done.returncode == 0, done.stderr[-2000:]
    for rank in (0, 1):
        report = json.loads((tmp_path / f"{rank}.json").read_text())
        assert report["wrapped"] == "DistributedDataParallel"
        assert (report["steps"], report["hooks"]) == (2, 0)
        assert "was about to get a gradient of norm" in report["refusal"]
    for folder, events in (("clean", ["train-begin", "train-end"]), ("bad", ["train-begin", "stopped"])):
        log = read(tmp_path / f"{folder}.evidence" / "run.jsonl")
        assert [each.event for each in log if each.guard == "GradientClippingCallback"] == events
