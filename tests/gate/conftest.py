"""Projects and model folders for tests of the gate; none of them needs torch."""

from __future__ import annotations

from pathlib import Path

import pytest

OWN_AUDITS = '''
import pytest

@pytest.mark.audit("mine.good")
def test_good(judge):
    """The good one."""
    judge.measured(0, limit=0, n=7)

@pytest.mark.audit("mine.bad")
def test_bad(judge):
    judge.finding("rule-1", where="a.json:3", what="it is bad", mend="make it good", subject="content")
    judge.measured(1, limit=0, n=9)

@pytest.mark.audit("mine.blind")
def test_blind(judge):
    judge.not_measured("add --secrets=secrets.jsonl")
'''


@pytest.fixture
def model(pytester: pytest.Pytester) -> Path:
    """`out/` in the test project: just enough to be a folder with something in it."""
    folder = pytester.mkdir("out")
    (folder / "config.json").write_text("{}")
    return folder


@pytest.fixture
def own_audits(pytester: pytest.Pytester) -> Path:
    """Three audits of the user's own: one passes, one fails, one can't look."""
    folder = pytester.mkdir("gate")
    file = folder / "test_mine.py"
    file.write_text(OWN_AUDITS)
    return file


@pytest.fixture
def audit(pytester: pytest.Pytester, model: Path):
    """Run the user's own audits alone on `out/`, in a process of its own as a user would."""

    def run(*args: str) -> pytest.RunResult:
        return pytester.runpytest_subprocess("--model-dir=out", "--no-shipped-audits", "-p", "no:cacheprovider", *args)

    return run
