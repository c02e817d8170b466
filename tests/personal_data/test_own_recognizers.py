"""A user's own Presidio recognizers: loaded by name, run beside the others, part of what results are bound to."""

from __future__ import annotations

from pathlib import Path

import pytest

from finewarden.personal_data.own_recognizers import load_own
from finewarden.personal_data.reading.rows import InputError
from finewarden.personal_data.recognizer_digest import recognizer_digest
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


@pytest.mark.pii
def test_a_recognizer_of_ones_own_finds(module: Path, tmp_path: Path) -> None:
    """Its findings stand in the report under its entity, masked, and count."""
    (tmp_path / "a.jsonl").write_text('{"text": "工号 EMP-1234"}')
    report = scan_files([tmp_path / "a.jsonl"], ScanSettings(languages=("zh",), names=False, own=("staff_rules:STAFF",)))
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
