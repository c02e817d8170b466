"""`--train-data=`: files and folders of them, and one sentence where there is nothing."""

from __future__ import annotations

import json

import pytest

LISTS = """
import pytest

@pytest.mark.audit("mine.rows")
def test_rows(training_data, judge):
    for name, number, row in training_data.rows():
        judge.finding("row", where=f"{name}:{number}", what=row["text"], mend="none", warn=True)
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A model folder, a folder of two files and an audit that lists rows."""
    (pytester.path / "out").mkdir()
    (pytester.path / "out" / "config.json").write_text("{}")
    (pytester.path / "data" / "more").mkdir(parents=True)
    (pytester.path / "data" / "a.jsonl").write_text('{"text": "one"}\nbroken\n{"text": "three"}\n')
    (pytester.path / "data" / "more" / "b.json").write_text(json.dumps([{"text": "four"}]))
    (pytester.path / "data" / "notes.pdf").write_text("x")
    pytester.makepyfile(test_mine=LISTS)
    return pytester


def test_a_folder_is_its_data_files(project: pytest.Pytester) -> None:
    """Each row with the file and number that reports name it by; what can't be read is passed over."""
    options = ["--model-dir=out", "--no-shipped-audits", "--train-data=data", "--audit-report=r.json", "test_mine.py"]
    project.runpytest_subprocess(*options)
    [audit] = json.loads((project.path / "r.json").read_text())["audits"]
    assert [each["where"] for each in audit["warnings"]] == ["data/a.jsonl:1", "data/a.jsonl:3", "data/more/b.json:1"]


@pytest.mark.parametrize(("named", "said"), [("none.jsonl", "no such file"), ("empty", "holds no data file")])
def test_what_is_not_there_is_told(project: pytest.Pytester, named: str, said: str) -> None:
    """Before any audit runs."""
    (project.path / "empty").mkdir()
    done = project.runpytest_subprocess("--model-dir=out", f"--train-data={named}")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines([f"*--train-data: *{said}*"])


BREAKS = """
import pytest
from finewarden.audits.training_rows import without_rows_in_tracebacks

@pytest.mark.audit("mine.rows")
@without_rows_in_tracebacks
def test_rows(training_data, judge):
    for name, number, row in training_data.rows():
        raise ValueError(row["text"])
"""


def test_a_traceback_holds_no_row(project: pytest.Pytester) -> None:
    """An audit that breaks tells where, and pytest shows no value of a row, with --showlocals neither."""
    (project.path / "data" / "a.jsonl").write_text('{"text": "SECRET-OF-A-ROW"}\n')
    project.makepyfile(test_mine=BREAKS)
    options = ["--model-dir=out", "--no-shipped-audits", "--train-data=data", "--audit-report=r.json", "test_mine.py"]
    done = project.runpytest_subprocess(*options, "--showlocals", "--full-trace")
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["*AuditError: ValueError in test_mine.py:8, an error of finewarden's own*"])
    done.stdout.no_fnmatch_line("*SECRET-OF*")
    assert "SECRET-OF" not in (project.path / "r.json").read_text()


@pytest.mark.parametrize("audits", ["audits/test_training_data.py", "audits/test_training_data_rows.py"])
def test_a_row_that_is_nested_too_deeply_is_told(project: pytest.Pytester, audits: str) -> None:
    """It breaks no audit; where it stands is told, and nothing passes."""
    deep = '{"a":' * 150 + '"SECRET-OF-A-ROW"' + "}" * 150
    (project.path / "data" / "a.jsonl").write_text('{"text": "fine"}\n' + deep + "\n")
    (project.path / "finewarden.toml").write_text(
        '[training_data]\nlanguages = ["zh"]\n[[sources]]\nname = "a"\nauthorisation = "own"\n'
    )
    done = project.runpytest_subprocess("--model-dir=out", "--train-data=data", "--audit-report=r.json", audits)
    assert "SECRET-OF" not in done.stdout.str()
    told = {
        each["audit"].partition(".")[2]: each for each in json.loads((project.path / "r.json").read_text())["audits"]
    }
    for name in {"sources", "quasi_identifiers", "duplicates"} & set(told):
        assert told[name]["state"] == "not measured"
        assert "data/a.jsonl:2 is nested deeper than 100 levels" in told[name]["reason"]
    assert len(told) == 3 or any(each["where"] == "data/a.jsonl:2" for each in told["personal_data"]["findings"])
