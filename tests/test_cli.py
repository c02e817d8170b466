"""The command line: pinned audits, and a baseline that adopts today's findings."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

OWN = """
import pytest

@pytest.mark.audit("mine.a")
def test_a(release, judge):
    if release.get("bad.txt"):
        judge.finding("r", where="bad.txt", what="is bad", mend="remove it", subject=release.text("bad.txt"))

@pytest.mark.audit("mine.b")
def test_b(release, judge):
    if release.get("worse.txt"):
        judge.finding("r", where="worse.txt", what="a live token", mend="revoke it", waivable=False)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with two audits of its own and a model folder."""
    (tmp_path / "gate").mkdir()
    (tmp_path / "gate" / "test_own.py").write_text(OWN)
    (tmp_path / "pytest.ini").write_text("[pytest]\naudit_paths = gate\naddopts = --no-shipped-audits\n")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "config.json").write_text("{}")
    return tmp_path


def finewarden(project: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "finewarden.cli", *args],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "120"},
    )


def test_audit_passes_pytest_options_on(project: Path) -> None:
    """`finewarden audit out/ -k a -q` is pytest with a safe beginning."""
    done = finewarden(project, "audit", "out/", "-k", "test_a", "-q")

    assert done.returncode == 0
    assert "1 passed, 1 deselected" in done.stdout


def test_audit_exit_status_is_pytests(project: Path) -> None:
    """A finding exits with 1, wrong usage with 4."""
    (project / "out" / "bad.txt").write_text("x")

    assert finewarden(project, "audit", "out/").returncode == 1
    assert finewarden(project, "audit", "nowhere/").returncode == 4


def test_audit_in_a_strict_project(project: Path) -> None:
    """A project that turns warnings into errors is audited like any other."""
    (project / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\naudit_paths = gate\n")
    done = finewarden(project, "audit", "out/", "--no-shipped-audits", "-q")

    assert done.returncode == 0, done.stdout + done.stderr


def test_audit_does_not_import_from_the_current_folder(project: Path) -> None:
    """A module that lies in the current folder is not taken for pytest's or ours."""
    for name in ("pytest.py", "yaml.py", "finewarden.py"):
        (project / name).write_text("raise SystemExit('the current folder was imported')")
    done = subprocess.run(
        [Path(sys.executable).with_name("finewarden"), "audit", "out/", "-q"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_audit_takes_no_settings_from_the_folder(project: Path) -> None:
    """Settings in the model folder are never read, wherever it lies."""
    (project / "pytest.ini").unlink()
    (project / "out" / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    done = finewarden(project, "audit", "out/", "--no-shipped-audits", "gate")

    assert done.returncode == 0
    assert "verdict: pass" in done.stdout


def test_audit_without_a_project_leaves_nothing_behind(project: Path) -> None:
    """Where no project is, no cache is written."""
    (project / "pytest.ini").unlink()
    before = sorted(p.name for p in project.iterdir())
    finewarden(project, "audit", "out/", "--no-shipped-audits", "gate")

    assert sorted(p.name for p in project.iterdir()) == before


def test_baseline_adopts_the_gate(project: Path) -> None:
    """After `baseline` today's findings pass, a new one fails, and a mended one's waiver fails as unused."""
    bad = project / "out" / "bad.txt"
    bad.write_text("x")
    done = finewarden(project, "baseline", "out/", "--reason", "known to the team, ticket 7")
    assert done.returncode == 0, done.stdout + done.stderr
    entries = tomllib.loads((project / "finewarden-waivers.toml").read_text())["waiver"]
    assert [(e["audit"], e["where"], e["reason"]) for e in entries] == [
        ("mine.a", "bad.txt", "known to the team, ticket 7")
    ]

    passed = finewarden(project, "audit", "out/")
    assert passed.returncode == 0
    assert "1 finding waived" in passed.stdout

    bad.write_text("other content")
    assert finewarden(project, "audit", "out/").returncode == 1

    bad.unlink()
    unused = finewarden(project, "audit", "out/")
    assert unused.returncode == 1
    assert "no longer needed" in unused.stdout


def test_baseline_again_prunes(project: Path) -> None:
    """A second baseline keeps what is used and drops what is mended."""
    bad = project / "out" / "bad.txt"
    bad.write_text("x")
    finewarden(project, "baseline", "out/")
    first = tomllib.loads((project / "finewarden-waivers.toml").read_text())
    finewarden(project, "baseline", "out/")
    assert tomllib.loads((project / "finewarden-waivers.toml").read_text()) == first
    bad.unlink()
    finewarden(project, "baseline", "out/")

    assert (
        "waiver" not in tomllib.loads((project / "finewarden-waivers.toml").read_text())
        or not tomllib.loads((project / "finewarden-waivers.toml").read_text())["waiver"]
    )


def test_baseline_refuses_what_can_never_be_waived(project: Path) -> None:
    """A finding that can't be waived is listed with its mend, and the command fails."""
    (project / "out" / "worse.txt").write_text("x")
    done = finewarden(project, "baseline", "out/")

    assert done.returncode == 1
    assert "can't be waived: mine.b: worse.txt: a live token" in done.stdout


def test_expired_waiver(project: Path) -> None:
    """An expired waiver lets nothing pass and says since when."""
    (project / "out" / "bad.txt").write_text("x")
    finewarden(project, "baseline", "out/")
    file = project / "finewarden-waivers.toml"
    text = file.read_text()
    day = str(tomllib.loads(text)["waiver"][0]["expires"])
    file.write_text(text.replace(day, "2026-01-01"))
    done = finewarden(project, "audit", "out/")

    assert done.returncode == 1
    assert "its waiver ended on 2026-01-01" in done.stdout


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["baseline", "nowhere/"], "nothing was written"),
        (["baseline", "out/", "--expires", "2020-01-01"], "give a day from today to one year ahead"),
        (["baseline", "out/", "--expires", "soon"], "write a date such as"),
        (["baseline", "out/", "--reason", "ok"], "at least 10 characters"),
        (["baseline", "out/", "--nope"], "unknown argument: --nope"),
        ([], "COMMAND"),
    ],
)
def test_wrong_usage(project: Path, args: list[str], words: str) -> None:
    """Wrong usage says what to write and leaves no file."""
    done = finewarden(project, *args)

    assert done.returncode != 0
    assert words in done.stderr + done.stdout
    assert not (project / "finewarden-waivers.toml").exists()


def test_measure_takes_several_files_of_training_data(tmp_path: Path) -> None:
    """--train-data may be repeated and may name several files; without anything to measure it says what to give."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "config.json").write_text("{}")
    done = finewarden(tmp_path, "measure", "out")
    assert done.returncode == 2
    assert "give --secrets=FILE or --train-data=FILE, or plant canaries before training" in done.stderr
    (tmp_path / "a.jsonl").write_text('{"text": "a"}')
    (tmp_path / "b.jsonl").write_text("no")
    done = finewarden(tmp_path, "measure", "out", "--train-data", "a.jsonl", "b.jsonl", "--train-data", "a.jsonl")
    assert done.returncode == 2
    assert "b.jsonl:1: is not JSON" in done.stderr
    (tmp_path / "finewarden.toml").write_text("[audit.sampling]\ntemperature = 0\n")
    done = finewarden(tmp_path, "measure", "out", "--train-data", "a.jsonl")
    assert done.returncode == 2
    assert "audit.sampling.temperature" in done.stderr


def test_finalize_shows_before_it_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`finalize` prints the diff, then what it wrote; --dry-run prints the same and writes nothing, with its status."""
    from finewarden.cli import main

    out, policy = tmp_path / "out", tmp_path / "finewarden.toml"
    out.mkdir()
    (out / "adapter_config.json").write_text('{"base_model_name_or_path": "meta-llama/Llama-3.1-8B"}')
    policy.write_text('release_name = "Llama-support"\n[[sources]]\nname = "chats"\nauthorisation = "own"\n')
    assert main(["finalize", str(out), "--policy", str(policy), "--dry-run"]) == 1
    dry = capsys.readouterr().out
    assert dry.index("+**Built with Llama**") < dry.index("would write README.md") < dry.index("missing  LICENSE")
    assert [path.name for path in tmp_path.iterdir()].count("out.evidence") == 0
    assert [path.name for path in out.iterdir()] == ["adapter_config.json"]
    assert main(["finalize", str(out), "--policy", str(policy)]) == 1
    assert capsys.readouterr().out.partition("out/: ")[0] == dry.partition("out/: ")[0]
    assert (out / "README.md").exists()
