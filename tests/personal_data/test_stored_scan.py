"""A scan that was made before is taken for just these files and no less than is asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import finewarden
from finewarden.personal_data.reading.rows import InputError
from finewarden.personal_data.scan_report import ScannedFile, ScanReport, ScanSettings
from finewarden.personal_data.scanning import resolved
from finewarden.personal_data.shards.plan import sha256_of
from finewarden.personal_data.stored_scan import settings_of, stored_scan
from finewarden.policy import TrainingData

WANTED = settings_of(TrainingData())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "train.jsonl"
    path.write_text(json.dumps({"text": "a"}))
    return path


def stored(data: Path, *, settings: ScanSettings | None = None, **more: Any) -> Path:
    """The folder of a scan of *data*."""
    file = ScannedFile(name="train.jsonl", sha256=sha256_of(data), bytes=1, rows=1)
    report = ScanReport(
        **{
            "written_by": f"finewarden {finewarden.__version__}",
            "settings": settings or resolved(WANTED),
            "files": (file,),
            "rows": 1,
            "rows_with_findings": 0,
            **more,
        }
    )
    folder = data.parent / "scan"
    folder.mkdir(exist_ok=True)
    (folder / "report.json").write_text(report.model_dump_json())
    return folder


def test_the_same_files_and_settings_are_taken(data: Path) -> None:
    """Whatever the file is called now; a sample of names too, which the report states."""
    folder = stored(data)
    assert stored_scan(folder, [data], WANTED) is not None
    moved = data.rename(data.with_name("moved.jsonl"))
    assert stored_scan(folder, [moved], WANTED) is not None
    sampled = stored(moved, settings=resolved(WANTED.model_copy(update={"names_in": 0.1})))
    assert stored_scan(sampled, [moved], WANTED) is not None


def test_other_files_are_another_scan(data: Path, tmp_path: Path) -> None:
    """One byte more, a file more, no report, or a broken one."""
    folder = stored(data)
    other = tmp_path / "more.jsonl"
    other.write_text("{}")
    assert stored_scan(folder, [data, other], WANTED) is None
    data.write_text(json.dumps({"text": "b"}))
    assert stored_scan(folder, [data], WANTED) is None
    assert stored_scan(tmp_path / "none", [data], WANTED) is None
    (folder / "report.json").write_text("{}")
    assert stored_scan(folder, [data], WANTED) is None


@pytest.mark.parametrize(
    "change", [{"numbers_kept": ("id",)}, {"names": False}, {"languages": ("en",)}, {"source_column": "from"}]
)
def test_a_scan_that_asked_for_less_is_not_taken(data: Path, change: dict[str, Any]) -> None:
    """Without names, in fewer languages, by another source."""
    folder = stored(data, settings=resolved(WANTED.model_copy(update=change)))
    assert stored_scan(folder, [data], WANTED) is None


def test_a_whole_scan_from_elsewhere_is_judged_where_parts_are_missing(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Judging needs no model: but the scan must lack nothing, and be by this version."""
    from finewarden.personal_data import chinese_names, english
    from finewarden.personal_data.finding import Missing

    elsewhere = WANTED.model_copy(update={"recognizers": "other"})
    missing = Missing("presidio-analyzer is not installed", "names", "pip install 'finewarden[pii]'")
    monkeypatch.setattr(english, "load", lambda **_: missing)
    monkeypatch.setattr(chinese_names, "load", lambda: missing)
    assert stored_scan(stored(data, settings=elsewhere), [data], WANTED) is not None
    assert stored_scan(stored(data, settings=elsewhere, missing=("m",)), [data], WANTED) is None
    assert stored_scan(stored(data, settings=elsewhere, written_by="finewarden 0.0"), [data], WANTED) is None


def test_a_scan_by_own_recognizers_is_not_forgotten(data: Path) -> None:
    """The policy's must have been asked; a scan with more that does not hold any more is no reason to look for less."""
    named = WANTED.model_copy(update={"own": ("mine:RULES",)})
    assert settings_of(TrainingData(recognizers=("mine:RULES",))) == named
    assert stored_scan(stored(data), [data], named) is None
    assert stored_scan(stored(data, settings=resolved(named)), [data], WANTED) is not None
    changed = stored(data, settings=named.model_copy(update={"recognizers": "other"}), missing=("m",))
    with pytest.raises(InputError, match=r"write recognizers = \['mine:RULES'\]"):
        stored_scan(changed, [data], WANTED)
    assert stored_scan(changed, [data], named) is None
