"""`finewarden admit`: rows are written down where they pass, and nothing where they don't."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from finewarden.cli import main
from finewarden.evidence import admission_book
from finewarden.personal_data import scanning
from finewarden.personal_data.reading.rows import InputError
from finewarden.personal_data.scan_report import Count, Sampled, ScannedFile, ScanReport
from finewarden.personal_data.scanning import resolved
from finewarden.personal_data.shards.plan import sha256_of
from finewarden.personal_data.stored_scan import settings_of
from finewarden.policy import TrainingData

ROWS = [{"text": f"Parcel {number} arrives tomorrow.", "source": "shop"} for number in range(3)]
EVIDENCE = "--evidence-dir=out.evidence"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three rows in a folder of their own, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return write(tmp_path / "train.jsonl", ROWS)


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def scanned(data: Path, *counts: Count, **more: Any) -> None:
    """A scan of *data* that found *counts*, in the evidence folder: judging it takes no scanner."""
    file = ScannedFile(name=data.name, sha256=sha256_of(data), bytes=data.stat().st_size, rows=3)
    more = {"settings": resolved(settings_of(TrainingData())), **more}
    report = ScanReport(written_by="t", files=(file,), rows=3, rows_with_findings=0, counts=counts, **more)
    folder = data.parent / "out.evidence" / "scan"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(report.model_dump_json(), encoding="utf-8")


def count(entity: str, number: int) -> Count:
    return Count(entity=entity, column="text", findings=number, counted=number, rows=number)


def test_what_passes_is_written_down(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every row by its hash, the file by name and hash, what was let pass; and the next step."""
    scanned(data, count("PERSON", 2))
    assert main(["admit", data.name, EVIDENCE]) == 0
    book = admission_book.read(data.parent / "out.evidence" / "admission.jsonl")
    assert all(row in book for row in ROWS)
    assert (book.head.rows, book.head.counted, book.head.files[0].name) == (3, {"PERSON": 2}, "train.jsonl")
    told = capsys.readouterr().out
    assert "admitted: 3 rows of 1 file" in told
    assert "2 x PERSON passed, for which the policy sets no limit" in told
    assert "dataset = admit(dataset" in told


def test_what_does_not_pass_is_told_and_nothing_is_written(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Found by the rules alone, with the place, masked, and what to write instead; an old admission stays."""
    write(data, [*ROWS, {"text": "请拨打13957208846联系我"}])
    Path("finewarden.toml").write_text("[training_data.limits]\nPERSONS = 1\n")
    scanned(data, count("PHONE_NUMBER", 1))
    assert main(["admit", data.name, EVIDENCE]) == 1
    told = capsys.readouterr()
    assert "1 x phone number (PHONE_NUMBER) in text; none may be there" in told.out
    assert "finewarden deidentify" in told.out
    assert "did you mean PERSON?" in told.out
    assert not Path("out.evidence/admission.jsonl").exists()
    Path("finewarden.toml").write_text("[training_data.limits]\nPHONE_NUMBER = 1\n")
    assert main(["admit", data.name, EVIDENCE]) == 0


def test_a_scan_of_other_data_is_not_taken(data: Path) -> None:
    """The file changed since: it is scanned again."""
    Path("finewarden.toml").write_text('[training_data]\nlanguages = ["zh"]\n')
    scanned(data)
    assert main(["admit", data.name, EVIDENCE]) == 0
    Path("out.evidence/admission.jsonl").unlink()
    write(data, [{"text": "请拨打13957208846联系我"}])
    assert main(["admit", data.name, EVIDENCE]) != 0
    assert not Path("out.evidence/admission.jsonl").exists()


def test_broken_lines_are_not_admitted(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What can't be read can't be admitted; its place is told."""
    from finewarden.personal_data.scan_report import BrokenLine

    scanned(data, broken=(BrokenLine(file="train.jsonl", line=2, why="is not JSON"),), broken_lines=1)
    assert main(["admit", data.name, EVIDENCE]) == 1
    assert "train.jsonl:2: is not JSON" in capsys.readouterr().out


def test_a_missing_part_is_an_error_with_its_mend(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is admitted by half a look."""
    scanned(data, missing=("presidio-analyzer is not installed: names; pip install 'finewarden[pii]'",))
    assert main(["admit", data.name, EVIDENCE]) == 2
    assert "pip install 'finewarden[pii]'" in capsys.readouterr().err
    assert not Path("out.evidence/admission.jsonl").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.jsonl", EVIDENCE], "no such file"),
        (["train.jsonl", "--evidence-dir=out"], "ends in .evidence"),
        (["train.jsonl", EVIDENCE, "--policy=none.toml"], "can't be read"),
        (["train.jsonl", EVIDENCE, "--names-sample=0"], "write a number of rows, or a share"),
        (["train.jsonl", EVIDENCE, "--names-sample=-5"], "write a number of rows, or a share"),
        (["train.jsonl", EVIDENCE, "--workers=0"], "write a number from 1"),
    ],
)
def test_wrong_use_is_told(data: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    """One sentence, exit status 2, nothing written."""
    try:
        code = main(["admit", *arguments])
    except SystemExit as left:  # what argparse does
        code = left.code
    assert code == 2
    assert said in capsys.readouterr().err


def test_a_sample_does_not_stand_for_all_rows(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A limit on names is not met by a few rows without one, nor by an older sample where all rows are asked for."""
    Path("finewarden.toml").write_text("[training_data.limits]\nPERSON = 1\n")
    sampled = Sampled(rows=1, of=3, hit=0, at_most=0.95, confidence=0.95)
    settings = resolved(settings_of(TrainingData())).model_copy(update={"names_in": 0.4})
    scanned(data, settings=settings, sampled=sampled)
    assert main(["admit", data.name, EVIDENCE, "--names-sample=1"]) == 1
    assert "up to 2 PERSON may be in all" in capsys.readouterr().out
    asked: list[Any] = []

    def scan(*given: Any, **more: Any) -> None:
        asked.append((given[1].names_in, more))
        raise InputError("asked")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanning, "scan_files", scan)
        assert main(["admit", data.name, EVIDENCE]) == 2
    assert asked == [(1.0, {"names_sample": None})]


def test_files_that_were_not_looked_at_are_told(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder's other files: no row of theirs is admitted."""
    folder = data.parent / "data"
    folder.mkdir()
    data.rename(folder / data.name)
    (folder / "notes.pdf").write_text("x")
    scanned(folder / data.name)
    (folder / "out.evidence").rename("out.evidence")
    assert main(["admit", "data", EVIDENCE]) == 0
    assert "not looked at: data/notes.pdf (of an unknown kind (.pdf))" in capsys.readouterr().out


@pytest.mark.pii
def test_recognizers_of_the_policy_are_asked(data: Path) -> None:
    """Those beside it, by name; a name that leads to nothing is an error, and nothing is admitted without them."""
    Path("finewarden.toml").write_text('[training_data]\nrecognizers = ["parcels_of_ours:RULES"]\n')
    assert main(["admit", data.name, EVIDENCE]) == 2
    Path("parcels_of_ours.py").write_text(
        "from presidio_analyzer import Pattern, PatternRecognizer\n"
        'RULES = PatternRecognizer("PARCEL", patterns=[Pattern("parcel", r"Parcel \\d", 0.9)])\n'
    )
    assert main(["admit", data.name, EVIDENCE]) == 1
    assert not Path("out.evidence/admission.jsonl").exists()


@pytest.mark.pii
def test_a_whole_scan_admits_and_refuses(data: Path) -> None:
    """With everything installed: clean rows pass, a name and a phone number do not, nothing at all is status 3."""
    Path("finewarden.toml").write_text("[training_data.limits]\nPERSON = 0\n")
    assert main(["admit", data.name, EVIDENCE]) == 0
    write(data, [*ROWS, {"text": "我叫王小雨，手机13957208846。"}])
    assert main(["admit", data.name, EVIDENCE]) == 1
    data.write_text("")
    assert main(["admit", data.name, EVIDENCE]) == 3
