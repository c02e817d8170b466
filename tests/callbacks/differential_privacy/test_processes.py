"""A private training of two processes (DDP on CPU, gloo)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from finewarden.evidence.run_log import read
from tests.callbacks.differential_privacy.conftest import ledger

pytestmark = pytest.mark.training


def report(base: Path, out: Path, processes: int) -> list[dict[str, Any]]:
    """What each of *processes* came to."""
    import torch

    script = str(Path(__file__).with_name("private_processes.py"))
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", str(processes)]
    out.mkdir()
    command = [sys.executable, *(launch if processes > 1 else []), script, str(base), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return [torch.load(out / f"{rank}.pt", weights_only=True) for rank in range(processes)]


def test_two_processes_are_one_private_run(base_model: Path, tmp_path: Path) -> None:
    """Each example is clipped before anything is added up, the draw is shared, and the noise is added once.

    Without noise the weights are those of one process; with it both get the same numbers, of the deviation of one noise
    (variance and correlation over steps within five standard errors); one ledger and one log are written.
    """
    import torch

    [alone] = report(base_model, tmp_path / "alone", 1)
    first, second = report(base_model, tmp_path / "two", 2)

    assert first["wrapped"] == second["wrapped"] == "DistributedDataParallel"
    for name, expected in alone["weights"].items():
        assert torch.equal(first["weights"][name], second["weights"][name])
        assert float((first["weights"][name] - expected).norm()) <= 1e-6 * max(1.0, float(expected.norm()))
    assert len(first["noise"]) == 3
    for here, there in zip(first["noise"], second["noise"], strict=True):
        assert torch.equal(here, there)
        ratio = float(here.double().var()) / (5e-6 / 3) ** 2
        assert abs(ratio - 1) < 5 * (2 / len(here)) ** 0.5 + 1e-3
    for a in range(3):
        for b in range(a):
            pair = torch.stack([first["noise"][a], first["noise"][b]]).double()
            assert abs(float(torch.corrcoef(pair)[0, 1])) < 5 / pair.shape[1] ** 0.5
    # Of several processes one might have to prove the other engine while the rest wait.
    assert ledger(tmp_path / "alone" / "exact")["engine"] == "hooks"
    assert ledger(tmp_path / "two" / "exact")["engine"] == "microbatch"
    found = ledger(tmp_path / "two" / "noisy")
    assert found["segments"][0]["steps"] == 3
    log = [each for each in read(tmp_path / "two" / "noisy.evidence" / "run.jsonl") if each.event == "step"]
    assert [each.detail["spent"] for each in log] == [1, 2, 3]
