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
    assert [each["where"] for each in audit["warnings"]] == ["a.jsonl:1", "a.jsonl:3", "b.json:1"]


@pytest.mark.parametrize(("named", "said"), [("none.jsonl", "no such file"), ("empty", "holds no data file")])
def test_what_is_not_there_is_told(project: pytest.Pytester, named: str, said: str) -> None:
    """Before any audit runs."""
    (project.path / "empty").mkdir()
    done = project.runpytest_subprocess("--model-dir=out", f"--train-data={named}")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines([f"*--train-data: *{said}*"])
