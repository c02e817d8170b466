"""What is published and what is printed hold nothing of what was planted, and nobody's address."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from finewarden.evidence.canary_book import CANARY_BOOK
from tests.end_to_end.releases import Release

POLICY = """\
base_model = "example/tiny-llama"
release_name = "tiny-tickets"
license = "apache-2.0"

[[sources]]
name = "tickets"
authorisation = "own"
personal_data = true
"""


@pytest.fixture(scope="module")
def reported(overtrained: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole gate over a model that knows everything by heart: all that it prints, writes and draws, in a folder."""
    assert overtrained.measured
    folder = tmp_path_factory.mktemp("gate")
    reports = folder / "reports"
    reports.mkdir()
    (folder / "finewarden.toml").write_text(POLICY, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", f"--model-dir={overtrained.out}", f"--train-data={overtrained.data}"]
    command += [f"--base-model={overtrained.base}", "--audit-report=reports/report.json"]
    command += ["--audit-figures=reports/figures", "--audit-step-summary", "-vv", "-rA", "-p", "no:cacheprovider"]
    summary = str(reports / "summary.md")
    env = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "GITHUB_STEP_SUMMARY": summary}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=env)
    (reports / "terminal.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    assert done.returncode == 1, done.stdout[-3000:] + done.stderr[-3000:]
    return reports


def private_values(release: Release) -> set[bytes]:
    """Secrets, inserted or not, references and mailboxes: as they are, escaped as JSON, and without what separates."""
    found: set[str] = set()
    for canary in release.planted.canaries:
        found |= {canary.secret, *canary.references}
    found |= set(re.findall(r"[a-z0-9]{9}(?=@)", release.data.read_text(encoding="utf-8")))
    bare = {"".join(char for char in value if char.isalnum()) for value in found}
    escaped = {json.dumps(value)[1:-1] for value in found}
    return {value.encode() for value in found | escaped | {value for value in bare if len(value) > 8}}


def telling(paths: Iterable[Path], values: set[bytes]) -> list[str]:
    """The names of those files of *paths* that hold one of *values*."""
    told = []
    for path in paths:
        content = path.read_bytes()
        told += [path.name] if any(value in content for value in values) else []
    return told


def files(folder: Path) -> list[Path]:
    """All files below *folder*; there are some."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    assert found
    return found


def test_the_release_holds_none(overtrained: Release) -> None:
    """No file of the folder that is published holds a secret or an address."""
    names = {path.name for path in files(overtrained.out)}
    assert {"model.safetensors", "model_card.json", "README.md"} <= names
    assert telling(files(overtrained.out), private_values(overtrained)) == []


def test_the_reports_hold_none(overtrained: Release, reported: Path) -> None:
    """Neither terminal, JSON report, summary nor figures hold one, though the audits name each that was extracted."""
    names = {path.name for path in files(reported)}
    assert {"terminal.txt", "report.json", "summary.md"} <= names
    assert any(name.endswith(".svg") for name in names)
    assert telling(files(reported), private_values(overtrained)) == []


def test_the_gate_says_what_is_wrong(reported: Path) -> None:
    """The build fails for memorization and for what is in the data, with the canaries that came back named by their
    ids."""
    report: dict[str, Any] = json.loads((reported / "report.json").read_text(encoding="utf-8"))
    failed = {each["audit"] for each in report["audits"] if each["state"] == "fail"}
    assert {"canary_rank.auc", "extraction.canaries", "real_pii.values", "membership.loss"} <= failed
    families = {name.partition(".")[0] for name in failed}
    assert families <= {
        "canary_rank",
        "canary_exposure",
        "extraction",
        "real_pii",
        "membership",
        "generations",
        "training_data",
    }


def test_of_the_evidence_the_book_alone_tells(overtrained: Release) -> None:
    """Measurements, log and hold-out hold none either; canary book and training data do, and are found."""
    assert overtrained.measured
    assert telling([*files(overtrained.evidence), overtrained.data], private_values(overtrained)) == [
        CANARY_BOOK,
        overtrained.data.name,
    ]
