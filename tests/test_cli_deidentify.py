"""`finewarden deidentify`: exit statuses, what is written and said, and that nothing said tells a value or a key."""

from __future__ import annotations

import argparse
import contextlib
import errno
import io
import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from finewarden.cli import main
from finewarden.cli_deidentify import add_to
from tests.conftest import ROOT

KEY = bytes(range(32)).hex()
PHONE = "13800138000"
POLICY = """
[deidentify.plan]
EMAIL_ADDRESS = "mask"
[deidentify]
numbers_kept = ["order"]
[[sources]]
name = "support"
authorisation = "consent"
"""


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder of its own, with a key in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KEY", KEY)


def run(*arguments: str) -> int:
    """The exit status of `finewarden deidentify` with rules and patterns alone, which take no model."""
    return main(["deidentify", *arguments, "--key-env", "KEY", "--rules-only"])


def data(name: str, *rows: object) -> None:
    """Write *rows* as JSON Lines."""
    Path(name).write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def test_new_key(capsys: pytest.CaptureFixture[str]) -> None:
    """A key is made for its owner alone; its id is said, and nothing else of it."""
    assert main(["deidentify", "--new-key", "key"]) == 0
    assert Path("key").read_text().strip() not in capsys.readouterr().out
    assert Path("key").stat().st_mode & 0o777 == 0o600
    assert main(["deidentify", "--new-key", "key"]) == 2


def test_the_key_is_never_an_argument() -> None:
    """There is no option that takes a key, where every user of the machine could read it."""
    with pytest.raises(SystemExit):
        main(["deidentify", "in.jsonl", "out.jsonl", "--key", KEY])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["in.jsonl", "out.jsonl"], "which need a key: give --key-file FILE"),
        (["in.jsonl", "out.jsonl", "--key-env", "NONE"], "NONE is not set"),
        (["in.jsonl", "in.jsonl", "--key-env", "KEY"], "is the input"),
        (["none.jsonl", "out.jsonl", "--key-env", "KEY"], "there is no such file"),
        (["in.jsonl", "out.jsonl", "--plan", "PHONE_NUMBER=hash"], "10^11"),
        (["in.jsonl"], "finewarden deidentify IN OUT"),
        (["in.jsonl", "out.jsonl", "--key-env", "KEY", "--report", "in.jsonl"], "--report in.jsonl is in.jsonl"),
        (["in.jsonl", "out.jsonl", "--key-env", "KEY", "--report", "./out.jsonl"], "is out.jsonl or lies in it"),
        (["in.jsonl", "out.jsonl", "--key-env", "KEY", "--report", "none/r.json"], "no such folder; make it"),
        (["in.jsonl", "out.jsonl", "--key-env", KEY], "the environment variable of that name is not set"),
        (
            ["in.jsonl", "out.jsonl", "--plan", "STREET_ADRESS=drop"],
            "--plan STREET_ADRESS: no such entity; did you mean",
        ),
        (["--plan", "PHONE_NUMBER=mask", "in.jsonl", "out.jsonl"], "which need a key"),
        (["--new-key", "key", "in.jsonl", "out.jsonl"], "leave IN and OUT out"),
        (["in.jsonl", "out.jsonl", "--key-env", "KEY", "--recognizers", "none_such:X"], "can't be loaded"),
    ],
)
def test_errors_write_nothing(capsys: pytest.CaptureFixture[str], arguments: list[str], told: str) -> None:
    """Whatever is wrong ends in exit status 2, a sentence with the mend, and no output."""
    data("in.jsonl", {"t": PHONE})
    assert main(["deidentify", *arguments]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert KEY not in said
    assert list(Path().iterdir()) == [Path("in.jsonl")]


def test_keys_and_policies_are_not_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither the output nor the report takes the place of what the run reads, not even when told to replace."""
    data("in.txt", {"t": PHONE})
    Path("key.txt").write_text(KEY)
    Path("key.txt").chmod(0o600)
    Path("finewarden.toml").write_text(POLICY)
    for arguments in (["key.txt"], ["out.txt", "--report", "key.txt"], ["out.txt", "--report", "finewarden.toml"]):
        assert main(["deidentify", "in.txt", *arguments, "--key-file", "key.txt", "--rules-only", "--force"]) == 2
    assert Path("key.txt").read_text() == KEY
    assert Path("finewarden.toml").read_text() == POLICY
    assert not Path("out.txt").exists()


def test_a_policy_with_entities_that_nobody_looks_for_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt name in the policy's plan is told with the policy's file."""
    data("in.jsonl", {"t": PHONE})
    Path("finewarden.toml").write_text('[deidentify.plan]\nPHONE = "drop"\n')
    assert run("in.jsonl", "out.jsonl") == 2
    assert (
        "finewarden.toml: deidentify.plan PHONE: no such entity; did you mean PHONE_NUMBER?" in capsys.readouterr().err
    )


@pytest.mark.pii
def test_clean_run(capsys: pytest.CaptureFixture[str]) -> None:
    """Status 0, data without its personal data, a report with numbers; neither value nor key in what is said."""
    Path("finewarden.toml").write_text(POLICY)
    data("in.jsonl", {"t": f"电话{PHONE}", "source": "support", "order": 13900139000}, {"t": "wang.xm@qq.com"})
    assert run("in.jsonl", "out.jsonl", "--plan", "PHONE_NUMBER=mask") == 0
    rows = [json.loads(line) for line in Path("out.jsonl").read_text("utf-8").splitlines()]
    assert rows == [{"t": "电话138****8000", "source": "support", "order": 13900139000}, {"t": "****.**@**.***"}]
    report = json.loads(Path("out.jsonl.report.json").read_text())
    assert report["clean"]
    assert report["left_in_all"] == 0
    (phone,) = [each for each in report["applied"] if each["entity"] == "PHONE_NUMBER"]
    assert (phone["operator"], phone["values"], phone["candidates"], phone["bits"]) == ("mask", 1, 10**4, 13.3)
    assert report["sources"] == [{"source": "support", "deidentification": "mask", "values": {"mask": 1}}]
    said = "".join(capsys.readouterr()) + Path("out.jsonl.report.json").read_text()
    assert not [clear for clear in (PHONE, "wang.xm", KEY, KEY[:16]) if clear in said]
    assert 'deidentification = "mask"' in said


@pytest.mark.pii
def test_again_is_the_same(tmp_path: Path) -> None:
    """An output, de-identified again under the same plan, is the same bytes."""
    data("in.jsonl", {"t": f"{PHONE} a.b@qq.com 4532015112830366"}, {"t": "11010519491231002X"})
    assert run("in.jsonl", "one.jsonl") == 0
    assert run("one.jsonl", "two.jsonl") == 0
    assert Path("one.jsonl").read_bytes() == Path("two.jsonl").read_bytes() != Path("in.jsonl").read_bytes()


@pytest.mark.pii
def test_what_is_left_is_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers, names of fields and lines that can't be read are not passed over in silence."""
    data("in.jsonl", {"phone": 13800138000, "id": 110105194912310038, PHONE: "x"})
    with Path("in.jsonl").open("a") as file:
        file.write('{"t": \n')
    assert run("in.jsonl", "out.jsonl") == 1
    said = capsys.readouterr().out
    assert "row 1: phone: PHONE_NUMBER is a number" in said
    assert "row 1: id: CN_RESIDENT_ID is a number" in said
    assert "row 1: (name): PHONE_NUMBER is the name of a field" in said
    assert "left out: in.jsonl, row 2" in said
    assert PHONE not in said + Path("out.jsonl.report.json").read_text()


@pytest.mark.pii
def test_reports_are_private_and_stay(capsys: pytest.CaptureFixture[str]) -> None:
    """A report is its owner's alone, and one that is there is replaced only when told to."""
    data("in.jsonl", {"t": PHONE})
    Path("out.jsonl.report.json").write_text("mine")
    assert run("in.jsonl", "out.jsonl") == 2
    assert Path("out.jsonl.report.json").read_text() == "mine"
    assert not Path("out.jsonl").exists()
    assert run("in.jsonl", "out.jsonl", "--force") == 0
    assert Path("out.jsonl.report.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.pii
def test_deep_rows_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """A row that is nested too deeply is told and not written, and those around it are."""
    Path("in.jsonl").write_text('{"t":"x"}\n{"t":' + "[" * 200 + "]" * 200 + '}\n{"t":"y"}\n')
    assert run("in.jsonl", "out.jsonl") == 1
    assert "left out: in.jsonl, row 2: is nested deeper than 100 levels" in capsys.readouterr().out
    assert Path("out.jsonl").read_text() == '{"t":"x"}\n{"t":"y"}\n'


@pytest.mark.pii
def test_the_table_says_each_thing_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Entities of which the same can still be told stand in one row."""
    data("in.jsonl", {"t": f"{PHONE} a.b@qq.com"}, {"t": "11010519491231002X"})
    assert run("in.jsonl", "out.jsonl", "--languages", "zh,en") == 0
    said = capsys.readouterr().out
    assert said.count("linkable") == 1
    assert all(f"{entity}: 1" in said for entity in ("PHONE_NUMBER", "EMAIL_ADDRESS", "CN_RESIDENT_ID"))


@pytest.mark.pii
def test_own_recognizers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a user's recognizer finds is taken out as the plan says, which may name its entity."""
    Path("own_staff.py").write_text(
        "from presidio_analyzer import Pattern, PatternRecognizer\n"
        'STAFF = PatternRecognizer("STAFF_ID", patterns=[Pattern("staff", "EMP-[0-9]{4}", 0.9)])\n'
    )
    monkeypatch.syspath_prepend(str(Path.cwd()))
    data("in.jsonl", {"t": "this is EMP-1234"})
    assert run("in.jsonl", "out.jsonl", "--plan", "STAFF_ID=remove") == 2
    assert run("in.jsonl", "out.jsonl", "--plan", "STAFF_ID=remove", "--recognizers", "own_staff:STAFF") == 0
    assert json.loads(Path("out.jsonl").read_text()) == {"t": "this is "}
    assert json.loads(Path("out.jsonl.report.json").read_text())["own"] == ["own_staff:STAFF"]


@pytest.mark.pii
def test_nothing_to_read_is_status_3() -> None:
    """A file without rows is not called clean."""
    Path("in.jsonl").write_text("\n")
    assert run("in.jsonl", "out.jsonl") == 3


@pytest.mark.pii
def test_folders(capsys: pytest.CaptureFixture[str]) -> None:
    """A folder becomes a folder of the same files; what is no data is not copied, and is told."""
    Path("in/sub").mkdir(parents=True)
    data("in/sub/a.jsonl", {"t": PHONE})
    Path("in/b.csv").write_text(f"t,n\n{PHONE},1\n")
    Path("in/secret.bin").write_text(PHONE)
    assert run("in", "out") == 0
    assert sorted(str(p.relative_to("out")) for p in Path("out").rglob("*") if p.is_file()) == ["b.csv", "sub/a.jsonl"]
    cell = Path("out/b.csv").read_text().splitlines()[1].removesuffix(",1")
    assert json.loads(Path("out/sub/a.jsonl").read_text()) == {"t": cell}
    assert "secret.bin" in Path("out.report.json").read_text()
    assert "not copied: in/secret.bin" in capsys.readouterr().out
    assert run("in", "out") == 2
    assert run("in", "out", "--force") == 0


@pytest.mark.pii
def test_what_can_not_be_read_in_a_folder_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A subfolder and a file that nobody could look at are not copied, are told, and the run is not clean."""
    Path("in/locked").mkdir(parents=True)
    data("in/a.jsonl", {"t": PHONE})
    data("in/b.jsonl", {"t": PHONE})
    iterdir, opened = Path.iterdir, Path.open

    def denied(path: Path) -> None:
        if path.name in ("locked", "b.jsonl"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", lambda path: (denied(path), iterdir(path))[1])
    monkeypatch.setattr(Path, "open", lambda path, *a, **k: (denied(path), opened(path, *a, **k))[1])
    assert run("in", "out") == 1
    said = capsys.readouterr().out
    assert "left out: in/locked: can't be read" in said
    assert "left out: in/b.jsonl: can't be read" in said
    assert [path.name for path in Path("out").rglob("*")] == ["a.jsonl"]
    assert not json.loads(Path("out.report.json").read_text())["clean"]


@pytest.mark.pii
def test_a_killed_run_leaves_no_output(tmp_path: Path) -> None:
    """A run that is killed leaves no output that could be taken for a whole one."""
    data("in.jsonl", *({"t": f"{PHONE} {n} words"} for n in range(20_000)))
    command = [
        sys.executable,
        "-m",
        "finewarden.cli",
        "deidentify",
        "in.jsonl",
        "out.jsonl",
        "--key-env",
        "KEY",
        "--rules-only",
        "--languages",
        "zh",
    ]
    with subprocess.Popen(command) as process:
        while not any((room / "out.jsonl").exists() for room in Path().glob(".*.part")):
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    assert not Path("out.jsonl").exists()
    assert not Path("out.jsonl.report.json").exists()


def test_the_page_names_every_option() -> None:
    """docs/deidentify.md names all options of the command, and no other."""
    parser = argparse.ArgumentParser()
    add_to(parser.add_subparsers())
    with pytest.raises(SystemExit), contextlib.redirect_stdout(io.StringIO()) as said:
        parser.parse_args(["deidentify", "--help"])
    option = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
    page = (ROOT / "docs" / "deidentify.md").read_text(encoding="utf-8")
    assert set(option.findall(page)) | {"--help"} == set(option.findall(said.getvalue()))
