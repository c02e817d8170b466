"""A canary book in the evidence folder is measured whenever it is there, and its canaries are no training records."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from finewarden.callbacks.canaries.planting import plant_canaries
from finewarden.evidence.canary_book import CANARY_BOOK, CanaryBook
from finewarden.evidence.measured.settings import GenerationsSettings, MeasureSettings
from finewarden.evidence.measurements import read, section_differences
from finewarden.memorization.measure import MeasureError, measure_what_is_new
from tests.memorization.training import ORDINARY

pytestmark = pytest.mark.training

FEW = MeasureSettings(generations=GenerationsSettings(unprompted=2, prompted=4, tokens=8))
ROWS = [{"prompt": question, "completion": " " + answer} for question, answer in ORDINARY]


@pytest.fixture
def planted(base: Path, tiny: ModuleType, tmp_path: Path) -> tuple[Path, CanaryBook, Path]:
    """A model folder with a book beside it, the book, and the data as they were after planting."""
    shutil.copytree(base, tmp_path / "out")
    rows, book = plant_canaries(
        ROWS, tokenizer=tiny.byte_tokenizer(), evidence_dir=tmp_path / "out.evidence", count=8, references=20, stress={}
    )
    data = tmp_path / "planted.jsonl"
    data.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return tmp_path / "out", book, data


def test_a_book_is_enough(planted: tuple[Path, CanaryBook, Path]) -> None:
    """Without any data the canaries are scored and the model is sampled, prompted as the canaries are."""
    out, book, data = planted
    done = measure_what_is_new(out, settings=FEW, device="cpu")
    assert done.now == ("canaries", "generations")
    assert done.measurements.canaries is not None
    assert [score.id for score in done.measurements.canaries.scores] == [canary.id for canary in book.canaries]
    assert done.measurements.generations is not None
    assert done.measurements.generations.prompted == (4 if book.inserted else 0)
    more = measure_what_is_new(out, train_data=[data], settings=FEW, device="cpu")
    assert (more.kept, more.now) == (("canaries",), ("records", "personal_values", "generations"))
    assert more.measurements.records is not None
    assert more.measurements.records.population == len(ROWS)


def test_another_book_is_another_measurement(planted: tuple[Path, CanaryBook, Path]) -> None:
    """A book that was changed, or is gone, differs; one that can't be read stops the measurement before the model."""
    out, _, _ = planted
    evidence = out.with_name("out.evidence")
    measure_what_is_new(out, settings=FEW, device="cpu")
    done = read(evidence / "measurements.json")
    assert section_differences(done, "canaries", evidence_dir=evidence) == []
    book = evidence / CANARY_BOOK
    text = book.read_text(encoding="utf-8")
    book.write_text(text.replace('"tier": "coin"', '"tier": "other"'), encoding="utf-8")
    assert section_differences(done, "canaries", evidence_dir=evidence) == ["canaries.jsonl (changed)"]
    with pytest.raises(MeasureError, match=r"canaries.jsonl:2: tier"):
        measure_what_is_new(out, settings=FEW, device="cpu")
    book.unlink()
    assert section_differences(done, "canaries", evidence_dir=evidence) == ["canaries.jsonl (gone)"]
