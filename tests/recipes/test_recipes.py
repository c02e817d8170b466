"""Each recipe runs as it stands, and the gate recipe's own command gates."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

RECIPES = ROOT / "recipes"
WORKFLOW = RECIPES / "ci-github" / "release-gate.yml"


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=env)


@pytest.mark.parametrize("recipe", sorted(p.name for p in RECIPES.iterdir() if p.is_dir() and p.name[0] != "_"))
def test_has_a_readme_in_the_table(recipe: str) -> None:
    """Each recipe has a README and a row in the table of recipes."""
    assert (RECIPES / recipe / "README.md").read_text(encoding="utf-8").startswith(f"# {recipe}")
    assert f"[{recipe}]({recipe}/)" in (RECIPES / "README.md").read_text(encoding="utf-8")


@pytest.mark.training
def test_trl_sft(tmp_path: Path) -> None:
    """`trl-sft/train.py --smoke` trains, finalises, and its folder passes the audit."""
    done = run(sys.executable, str(RECIPES / "trl-sft" / "train.py"), "--smoke", cwd=tmp_path)

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "verdict: pass" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.training
def test_usage(tmp_path: Path) -> None:
    """Without a base and data the recipe says what to give."""
    done = run(sys.executable, str(RECIPES / "trl-sft" / "train.py"), cwd=tmp_path)

    assert done.returncode == 2
    assert "give --base and --data, or --smoke" in done.stderr


def gate_command() -> list[str]:
    """The command of the workflow's audit step."""
    steps = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["audit"]["steps"]
    (command,) = [step["run"] for step in steps if step.get("name") == "Audit"]
    return shlex.split(command)


def test_gate_gates(tmp_path: Path) -> None:
    """The workflow's own command fails on a folder that declares nothing, and leaves what the next step uploads."""
    command = gate_command()
    assert command[0] == "pytest"
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "config.json").write_text("{}")
    done = run(sys.executable, "-m", *command, cwd=tmp_path)

    assert done.returncode == 1, done.stdout + done.stderr
    assert sorted(p.name for p in (tmp_path / "audit").iterdir()) == ["junit.xml", "report.json"]


def test_gate_command_has_the_safe_form() -> None:
    """The workflow writes `--model-dir=` with `=`, as every document does."""
    assert "--model-dir=out/" in gate_command()
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *RECIPES.rglob("*.md"), *RECIPES.rglob("*.y*ml")]
    wrong = [
        path.name for path in documents if path.name != "SECURITY.md" and "--model-dir " in path.read_text("utf-8")
    ]

    assert wrong == []


@pytest.mark.training
def test_canary_sft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`canary-sft/train.py --smoke`: the careless run fails its audit, the mended one passes with its privacy claim."""
    monkeypatch.setenv("COLUMNS", "200")  # a note is cut where the terminal ends
    done = run(sys.executable, str(RECIPES / "canary-sft" / "train.py"), "--smoke", cwd=tmp_path)

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    assert "exported: the audit failed, mended: the audit passed" in done.stdout
    assert "not falsified; this audit could" in done.stdout
    assert list(tmp_path.iterdir()) == []
