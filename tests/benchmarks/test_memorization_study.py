"""`benchmarks/memorization_study.py` and the numbers that it made: of one form, and without a secret."""

from __future__ import annotations

import csv
import importlib
import logging
import statistics
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import ROOT

DATA = ROOT / "docs" / "data"


@pytest.fixture
def study() -> Iterator[ModuleType]:
    """The script as a module."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    yield importlib.import_module("memorization_study")
    sys.path.remove(str(ROOT / "benchmarks"))
    logging.disable(logging.NOTSET)


def committed() -> list[dict[str, str]]:
    """The lines of the CSV."""
    with (DATA / "memorization-study.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_data_are_numbers_and_kinds() -> None:
    """The file is small, and every field is a number, or one of few words; each column is explained beside it."""
    rows = committed()
    assert (DATA / "memorization-study.csv").stat().st_size < 150_000
    assert {row["tier"] for row in rows} == {"coin", "stress"}
    assert {row["family"] for row in rows} <= {
        "card",
        "email",
        "api-key",
        "phone",
        "resident-id",
        "wechat-id",
        "random-tokens",
    }
    for name in rows[0].keys() - {"tier", "family"}:
        assert all(abs(float(row[name])) < 1e4 for row in rows if row[name] or name != "exposure_bits")
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in readme for name in rows[0])


def test_more_is_learnt_by_more_of_it() -> None:
    """In the committed numbers exposure grows with repetitions, and with epochs and rank."""
    bits: dict[tuple[str, ...], list[float]] = {}
    for row in committed():
        if row["exposure_bits"]:
            cell = (row["rank"], row["epochs"], row["repetitions"])
            bits.setdefault(cell, []).append(float(row["exposure_bits"]))
    median = {cell: statistics.median(values) for cell, values in bits.items()}
    assert len(median) == 12
    assert all(len(values) == 32 for values in bits.values())
    for rank in ("2", "16"):
        for epochs in ("3", "12"):
            assert median[rank, epochs, "1"] <= median[rank, epochs, "4"] <= median[rank, epochs, "16"]
    assert all(median["2", "3", times] < median["16", "12", times] for times in ("1", "4", "16"))


@pytest.mark.training
def test_the_script_makes_such_a_file(study: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The smoke run trains, scores and writes lines of the committed columns."""
    assert study.main(["--smoke", f"--out={tmp_path / 'made.csv'}"]) == 0
    with (tmp_path / "made.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(committed()[0]) == [each.name for each in fields(study.Line)]
    assert {row["repetitions"] for row in rows if row["tier"] == "stress"} == {"1", "4"}
    assert all(bool(row["exposure_bits"]) is (row["tier"] == "stress") for row in rows)
    assert f"{len(rows)} lines in" in capsys.readouterr().out
