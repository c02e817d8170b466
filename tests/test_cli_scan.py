"""`finewarden scan` from a shell: what it says, what it writes, how it ends."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from finewarden.cli import main
from finewarden.cli_scan import exit_code
from finewarden.evidence.lock import held
from finewarden.personal_data.admission import breaches, obstacles
from finewarden.personal_data.scan_report import Count, Sampled, ScannedFile, ScanReport, ScanSettings
from finewarden.personal_data.scan_table import folded
from finewarden.policy import Policy, TrainingData

PHONE = "13912345678"
RULES = ["--rules-only", "--languages", "zh"]
CLEAN, DIRTY = json.dumps({"text": "好"}), json.dumps({"text": f"电话{PHONE}", "source": "crm"})


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without a policy, wide enough a terminal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "140")


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (CLEAN, 0, "Clean, as far as rules see; names were not looked for"),
        (f"{CLEAN}\n{DIRTY}", 1, "Personal data or secrets were found"),
        (f"{DIRTY}\n{{bad", 1, "train.jsonl:2: is not JSON"),
        (f"{CLEAN}\n{{bad", 2, "Not clean: nothing that counts was found, but not everything could be looked at"),
        ("{bad\n[1]", 2, "train.jsonl:2: holds a list"),
        (json.dumps({"text": "客服 info@qq.com"}), 0, "1 findings in 1 rows, 0 of them"),
        ("", 3, "Nothing to scan: there is no row."),
    ],
)
def test_the_exit_status_is_what_was_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, code: int, said: str
) -> None:
    """0 clean, 1 findings that count, 2 not all could be looked at, 3 nothing to scan; said in words too."""
    (tmp_path / "train.jsonl").write_text(content)
    assert main(["scan", "train.jsonl", *RULES]) == code
    out = capsys.readouterr().out
    assert said in out
    assert PHONE not in out


def test_numbers_count_but_in_columns_that_the_policy_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A telephone number stored as a number is a finding; `deidentify.numbers_kept` says which are none."""
    (tmp_path / "train.jsonl").write_text(json.dumps({"text": "好", "phone": int(PHONE)}))
    assert main(["scan", "train.jsonl", *RULES]) == 1
    assert PHONE not in capsys.readouterr().out
    (tmp_path / "finewarden.toml").write_text('[deidentify]\nnumbers_kept = ["phone"]\n')
    assert main(["scan", "train.jsonl", *RULES]) == 0


def test_the_table_has_type_field_source_and_a_masked_example(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line a type, field and source, with counts and a place; no value in the table, the report or the findings."""
    (tmp_path / "train.jsonl").write_text(f"{DIRTY}\n{DIRTY}\n")
    assert main(["scan", "train.jsonl", *RULES, "--report", "r.json", "--findings", "f.jsonl"]) == 1
    out = capsys.readouterr().out
    [line] = [line for line in out.splitlines() if line.startswith("PHONE_NUMBER")]
    assert line.split()[:7] == ["PHONE_NUMBER", "电话号码", "text", "crm", "2", "2", "2"]
    assert "train.jsonl:1" in line
    assert "2 rows: PHONE_NUMBER" in out
    report = ScanReport.model_validate_json((tmp_path / "r.json").read_bytes())
    assert [count.entity for count in report.counts] == ["PHONE_NUMBER"]
    assert len((tmp_path / "f.jsonl").read_text().splitlines()) == 2
    for text in (out, (tmp_path / "r.json").read_text(), (tmp_path / "f.jsonl").read_text()):
        assert not {PHONE, PHONE[3:], PHONE[:8]} & set(text.replace('"', " ").split())
        assert PHONE not in text
    assert (tmp_path / "r.json").stat().st_mode & 0o077 == (tmp_path / "f.jsonl").stat().st_mode & 0o077 == 0


def test_the_table_can_be_read_in_a_narrow_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 80 columns no type is cut, a field is cut behind a dot alone, and examples stand below in a line each."""
    monkeypatch.setenv("COLUMNS", "80")
    row = {"conversations": [{"from": "human", "value": f"电话{PHONE}", "attachments": {"attached_text": "a@qq.com"}}]}
    (tmp_path / "train.jsonl").write_text(json.dumps({**row, "source": "customer_service"}))
    assert main(["scan", "train.jsonl", *RULES]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines[:8])) <= 80
    words = [line.split() for line in lines]
    assert ["EMAIL_ADDRESS", "conversations.", "customer_service", "1", "1", "1"] in words
    assert ["PHONE_NUMBER", "conversations.value", "customer_service", "1", "1", "1"] in words
    assert [line for line in lines if line.startswith("  PHONE_NUMBER in conversations.value: ")]
    assert folded("a.b") == "a.b"
    assert folded("conversations.attachments.x." + "y" * 30).split("\n") == [
        "conversations.",
        "attachments.x.",
        "y" * 30,
    ]


def test_a_policy_sets_limits_languages_and_the_source_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it allows is no finding, and above it is one; the column that names a source is its own."""
    (tmp_path / "train.jsonl").write_text(DIRTY.replace('"source"', '"origin"'))
    policy = '[training_data]\nlanguages = ["zh"]\nsource_column = "origin"\n'
    (tmp_path / "finewarden.toml").write_text(policy)
    assert main(["scan", "train.jsonl", "--rules-only"]) == 1
    assert "crm" in capsys.readouterr().out
    (tmp_path / "finewarden.toml").write_text(policy + "limits = {PHONE_NUMBER = 1}\n")
    assert main(["scan", "train.jsonl", "--rules-only"]) == 0
    (tmp_path / "finewarden.toml").write_text("[training_data]\nlimits = 3\n")
    assert main(["scan", "train.jsonl", "--rules-only"]) == 2


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`-` is standard input, of the format that is named; what can't be done with it is refused with what can."""
    for content, options, code in (
        (DIRTY.encode(), [], 1),
        (f"text\n{PHONE}\n".encode(), ["--format", "csv"], 1),
        (b"", [], 3),
        (b"", ["--format", "parquet"], 2),
        (b"", ["--results", "r"], 2),
        (b"", ["--names-sample", "10"], 2),
        (b"", ["other.jsonl"], 2),
    ):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
        given = [*options, *(["--languages", "zh"] if "--names-sample" in options else RULES)]
        assert main(["scan", "-", *given]) == code
    assert "stdin:1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["none.jsonl"], "none.jsonl: there is no such file; name a file or folder"),
        (["train.exe"], "kind: got .exe, allowed: .jsonl"),
        (["train.jsonl", "--report", "train.jsonl"], "--report: train.jsonl is an input"),
        (["train.jsonl", "--findings", "."], "--findings: . is a folder, or no regular file; name a file"),
        (["train.jsonl", "--report", "/dev/null"], "--report: /dev/null is a folder, or no regular file; name a file"),
        (
            ["train.jsonl", "--report", "x.json", "--findings", "./x.json"],
            "x.json is what --report writes; name another",
        ),
        (["train.jsonl", "--report", "finewarden.toml"], "--report: finewarden.toml is the policy; name another"),
        (["data", "--report", "data/r.json"], "--report: data/r.json lies in the input folder data; name a file else"),
        (["data", "--report", "linked.jsonl"], "--report: linked.jsonl is an input; name another file"),
        (["data", "--results", "data/results"], "--results: data/results lies in the input folder data; name a folder"),
        (["data", "--results", "data"], "--results: data lies in the input folder data"),
        (["train.jsonl", "--results", "train.jsonl"], "--results: train.jsonl is a file; name a folder"),
        (["train.jsonl", "--results", "own"], "--results: own holds files that no scan wrote; name another folder"),
        (["own/shards/a.jsonl", "--results", "own"], "--results: own holds the input a.jsonl; name another folder"),
        (
            ["train.jsonl", "--results", "r", "--report", "r/key"],
            "--report: r/key is the key of --results; name another",
        ),
        (["train.jsonl", "--results", "train.jsonl/x"], "train.jsonl"),
        (["train.jsonl", "--results", "busy"], "another process is at work here"),
        (["train.jsonl", "--recognizers", "rules"], "recognizers: got 'rules', allowed: module:attribute"),
        (["train.jsonl", "--recognizers", "no_such:RULES"], "'no_such:RULES' can't be loaded"),
        (["train.jsonl", "--report", "/dev/full/x"], "mend that"),
    ],
)
def test_an_error_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    """What was wrong, where, and what to write instead; never a traceback."""
    (tmp_path / "train.jsonl").write_text(CLEAN)
    (tmp_path / "train.exe").touch()
    (tmp_path / "finewarden.toml").touch()
    (tmp_path / "own" / "shards").mkdir(parents=True)
    (tmp_path / "own" / "shards" / "a.jsonl").write_text(CLEAN)
    (tmp_path / "data").mkdir()
    (tmp_path / "linked.jsonl").write_text(CLEAN)
    (tmp_path / "data" / "link.jsonl").symlink_to(tmp_path / "linked.jsonl")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with held(tmp_path / "busy" / ".lock"):
        assert main(["scan", *options, *RULES]) == 2
    error = capsys.readouterr().err
    assert error.startswith("finewarden scan: ")
    assert said in error
    assert error.count("\n") == 1
    assert {path: path.read_bytes() for path in before} == before


def test_what_was_not_looked_at_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files of unknown kinds stand in the verdict; a folder that can't be read makes it not clean."""
    (tmp_path / "data" / "shut").mkdir(parents=True)
    (tmp_path / "data" / "a.jsonl").write_text(CLEAN)
    (tmp_path / "data" / "b.docx").touch()
    (tmp_path / "data" / ".c.jsonl").touch()
    (tmp_path / "data" / "again").symlink_to(tmp_path / "data")
    assert main(["scan", "data", *RULES]) == 0
    assert "(--rules-only); 2 files were not looked at." in capsys.readouterr().out
    lists = Path.iterdir

    def denied(path: Path) -> object:
        if path.name == "shut":
            raise PermissionError(13, "Permission denied", str(path))
        return lists(path)

    monkeypatch.setattr(Path, "iterdir", denied)
    assert main(["scan", "data", *RULES]) == 2
    out = capsys.readouterr().out
    assert "data/shut:0: can't be read (Permission denied); allow it, or leave it out" in out
    assert "Not clean" in out


def test_results_of_a_folder_of_ones_own_are_left_alone(tmp_path: Path) -> None:
    """What lies beside the results of shards, and was not written by a scan, is not taken away."""
    (tmp_path / "train.jsonl").write_text(CLEAN)
    assert main(["scan", "train.jsonl", *RULES, "--results", "r"]) == 0
    (tmp_path / "r" / "shards" / "mine.jsonl").write_text("kept")
    (tmp_path / "train.jsonl").write_text(DIRTY)
    assert main(["scan", "train.jsonl", *RULES, "--results", "r"]) == 1
    assert {path.suffix for path in (tmp_path / "r" / "shards").iterdir()} == {".json", ".jsonl"}
    assert len(list((tmp_path / "r" / "shards").iterdir())) == 2


@pytest.mark.parametrize(
    "option", ["--names-sample=0", "--names-sample=120%", "--languages=fr", "--workers=0", "--seed=x"]
)
def test_wrong_usage_is_said(capsys: pytest.CaptureFixture[str], option: str) -> None:
    """A wrong value is refused before anything is read."""
    with pytest.raises(SystemExit) as caught:
        main(["scan", "train.jsonl", option])
    assert caught.value.code == 2


def test_a_full_disk_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the disk's own words and that what is done is kept."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "results/shards/x.json")

    (tmp_path / "train.jsonl").write_text(CLEAN)
    monkeypatch.setattr("finewarden.personal_data.shards.result.write_bytes", full)
    assert main(["scan", "train.jsonl", *RULES, "--results", "results"]) == 2
    error = capsys.readouterr().err
    assert "results/shards/x.json: No space left on device; mend that; what is done is kept: run the same" in error


def test_ctrl_c_ends_cleanly(tmp_path: Path) -> None:
    """It ends with 130 and one line, workers with it, and says where what is done is kept."""
    (tmp_path / "train.jsonl").write_text("\n".join(json.dumps({"text": f"好 {n} {PHONE}"}) for n in range(300_000)))
    command = [
        sys.executable,
        "-m",
        "finewarden.cli",
        "scan",
        "train.jsonl",
        *RULES,
        "--results",
        "r",
        "--workers",
        "2",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as process:
        while process.poll() is None and not (tmp_path / "r" / "key").exists():
            pass
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    said = b"finewarden scan: what is done is kept in r; the same command goes on\nfinewarden: interrupted\n"
    assert error == said
    last = time.monotonic() + 20
    while _lives(process.pid) and time.monotonic() < last:
        time.sleep(0.05)
    assert not _lives(process.pid)


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


FILE = ScannedFile(name="train.jsonl", sha256="0" * 64, bytes=1, rows=9)
SAMPLED = Sampled(rows=3, of=9, hit=0, at_most=0.6, confidence=0.95)


@pytest.mark.parametrize(
    ("limits", "found", "more", "code"),
    [
        ({}, "PHONE_NUMBER", {}, 1),
        ({"PHONE_NUMBER": 2}, "PHONE_NUMBER", {}, 0),
        ({}, "PERSON", {}, 0),
        ({"PERSON": 1}, "PERSON", {}, 1),
        ({"PERSON": 2}, "PERSON", {}, 0),
        ({"PERSON": 2}, "PERSON", {"sampled": SAMPLED}, 2),
        ({"PERSONS": 2}, "PERSON", {}, 2),
        ({}, "LOCATION", {}, 0),
        ({}, "LOCATION", {"missing": ("no model",)}, 2),
    ],
)
def test_one_judgement_for_scan_and_admit(limits: dict[str, int], found: str, more: dict[str, Any], code: int) -> None:
    """A scan that ends with 0 is one that `finewarden admit` admits under the same policy."""
    count = Count(entity=found, column="text", findings=2, counted=2, rows=2)
    report = ScanReport(
        written_by="t", settings=ScanSettings(), files=(FILE,), rows=9, rows_with_findings=2, counts=(count,), **more
    )
    policy = Policy(training_data=TrainingData(limits=limits))
    assert exit_code(report, policy) == code
    assert (code == 0) is not bool(breaches(report, policy.training_data) or [*obstacles(report, policy.training_data)])
