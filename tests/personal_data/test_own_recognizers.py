"""A user's own Presidio recognizers: loaded by name, run beside the others, part of what results are bound to."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

import finewarden
from finewarden.personal_data.own_recognizers import load_own
from finewarden.personal_data.reading.rows import InputError
from finewarden.personal_data.recognizer_digest import code_digest, recognizer_digest
from finewarden.personal_data.scan_report import ScanSettings
from finewarden.personal_data.scanning import scan_files

MODULE = """
from presidio_analyzer import Pattern, PatternRecognizer
STAFF = PatternRecognizer("STAFF_ID", patterns=[Pattern("staff", r"EMP-[0-9]{4}", 0.9)], supported_language="zh")
BOTH = [STAFF, STAFF]
NONE = 7
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module of recognizers that can be imported."""
    path = tmp_path / "staff_rules.py"
    path.write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    return path


def test_the_digest_is_of_all_that_looks(module: Path) -> None:
    """The same in every process; another for recognizers of one's own, and another again when they change."""
    own = ("staff_rules:STAFF",)
    before = recognizer_digest(own)
    assert recognizer_digest() != before
    module.write_text(MODULE + "# changed\n")
    recognizer_digest.cache_clear()
    assert recognizer_digest(own) != before


def test_the_digest_is_of_all_code_and_tables(tmp_path: Path) -> None:
    """A change in any file that decides changes it: in any folder, and in the shapes of tokens beside the package."""
    package = Path(finewarden.__file__).parent
    copy = tmp_path / "personal_data"
    shutil.copytree(package / "personal_data", copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(package / "redaction.py", tmp_path)
    before = code_digest(copy)
    assert before == code_digest(package / "personal_data")
    changed = ["field_names.py", "divisions.csv", "shards/tally.py", "english/engine.py", "../redaction.py", "new.toml"]
    for name in changed:
        with (copy / name).open("a") as file:
            file.write("# changed\n")
        now = code_digest(copy)
        assert now != before
        before = now
    (copy / "masking.py").rename(copy / "other.py")
    assert code_digest(copy) != before


def test_the_digest_is_of_the_whole_package_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module beside the one that is named belongs to it, as do its tables."""
    package = tmp_path / "staff"
    (package / "deep").mkdir(parents=True)
    for name in ("__init__.py", "deep/__init__.py", "deep/rules.py", "shapes.py", "words.csv"):
        (package / name).touch()
    monkeypatch.syspath_prepend(tmp_path)
    digests = []
    for name in ("words.csv", "shapes.py", "deep/__init__.py"):
        (package / name).write_text("# changed")
        recognizer_digest.cache_clear()
        digests.append(recognizer_digest(("staff.deep.rules:RULES",)))
    assert len(set(digests)) == 3


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("import os\nraise RuntimeError('李雷 13912345678')", "RuntimeError in bad_rules.py:2"),
        ("x = 1\ny = = 2", "SyntaxError in bad_rules.py:2"),
        ("import no_such_module_at_all", "ModuleNotFoundError in bad_rules.py:1"),
        ("raise SystemExit(3)", "SystemExit in bad_rules.py:1"),
    ],
)
def test_a_module_that_fails_is_blamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, place: str) -> None:
    """Its error's kind and line are told, and not what the error says; the data are not blamed."""
    (tmp_path / "bad_rules.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "bad_rules", raising=False)
    (tmp_path / "a.jsonl").write_text('{"text": "x"}')
    with pytest.raises(
        InputError, match=r"^recognizers: 'bad_rules:X' can't be loaded: .*; mend the module$"
    ) as caught:
        scan_files([tmp_path / "a.jsonl"], ScanSettings(languages=("zh",), names=False, own=("bad_rules:X",)))
    assert place in str(caught.value)
    assert "139" not in str(caught.value)


@pytest.mark.pii
def test_a_recognizer_of_ones_own_finds(module: Path, tmp_path: Path) -> None:
    """Its findings stand in the report under its entity, masked, and count."""
    (tmp_path / "a.jsonl").write_text('{"text": "工号 EMP-1234"}')
    report = scan_files(
        [tmp_path / "a.jsonl"], ScanSettings(languages=("zh",), names=False, own=("staff_rules:STAFF",))
    )
    [found] = [count for count in report.counts if count.entity == "STAFF_ID"]
    assert (found.findings, found.counted, found.examples[0].start) == (1, 1, 3)
    assert "1234" not in report.model_dump_json(include={"counts"})


@pytest.mark.pii
def test_what_is_no_recognizer_is_refused(module: Path) -> None:
    """One or a list is loaded; anything else is named."""
    assert len(load_own(["staff_rules:STAFF", "staff_rules:BOTH"])) == 3
    for name, said in (("staff_rules:NONE", "holds a int"), ("staff_rules:GONE", "can't be loaded")):
        with pytest.raises(InputError, match=said):
            load_own([name])
