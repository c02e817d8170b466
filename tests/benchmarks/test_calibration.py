"""`benchmarks/calibration.py` with few draws: the levels hold, and what would break them is seen."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from finewarden.memorization import record_cases
from finewarden.memorization.case import Sides
from tests.conftest import ROOT

DRAWS, SIZE = 200, 48


@pytest.fixture(scope="module")
def calibration() -> Iterator[ModuleType]:
    """The script as a module."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    yield importlib.import_module("calibration")
    sys.path.remove(str(ROOT / "benchmarks"))


def test_levels_where_nothing_was_learned(calibration: ModuleType) -> None:
    """The whole family keeps its error rate under strict tolerances; without Holm it would not."""
    found = calibration.judged(calibration.WORLDS[0], DRAWS, SIZE, (0.05,))

    for rate in found.false_fails(0.05):
        assert rate.kept, rate
    uncorrected = sum(min(p_values.values()) <= 0.05 for p_values in found.p_values)
    assert not calibration.Rate("without Holm", uncorrected, DRAWS, 0.05).kept


def test_levels_at_the_tolerance(calibration: ModuleType) -> None:
    """Where every truth is its tolerance, no member fails and none passes more often than stated."""
    for world in calibration.WORLDS[1:]:
        found = calibration.judged(world, DRAWS // 4, SIZE, (0.05,))
        for rate in (*found.false_fails(0.05), *found.false_passes(0.05)):
            assert rate.kept, (world.name, rate)


def test_records_permuted_one_by_one_are_seen(calibration: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the groups of the hold-out ignored, the membership test would miss its level by far."""

    def ungrouped(records: object, scores: list[float | None]) -> Sides:
        whole = sides(records, scores)  # type: ignore[arg-type]
        return Sides(whole.scores, whole.member, whole.strata, [str(i) for i in range(len(whole.scores))])

    sides = record_cases._sides
    world = calibration.WORLDS[0]
    for broken in (False, True):
        if broken:
            monkeypatch.setattr(record_cases, "_sides", ungrouped)
        rng = np.random.default_rng(5)
        alarms = 0
        for _ in range(DRAWS // 2):
            section = calibration.draw(rng, world, SIZE).membership
            alarms += record_cases.membership(section, tolerance=0.5, alpha=0.01).p <= 0.05
        assert calibration.Rate("membership", alarms, DRAWS // 2, 0.05).kept is not broken


def test_bounds_by_shape(calibration: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """The bounds of an AUC keep their levels for every shape of scores and number of canaries, and it is printed."""
    assert calibration.tell_bounds(100)
    assert "half learned by heart" in capsys.readouterr().out


def test_what_others_do_is_no_level(calibration: ModuleType) -> None:
    """A threshold chosen in the scores that it is tested on, and records for groups, are far above 5 %."""
    rates = {rate.what: rate for rate in calibration.others(DRAWS)}

    for name in ("best threshold, uncorrected", "groups of five, permuted record by record"):
        assert not calibration.Rate(name, rates[name].count, DRAWS, 0.05).kept


def test_power_of_the_strict_test(calibration: ModuleType) -> None:
    """256 canaries see an AUC of 0.64 at 5 % nineteen times in twenty, and nothing at 0.5 but one in twenty."""
    from scipy.stats import binom

    seen = calibration.strict_power(256, 0.64, (0.05,), DRAWS)[0]
    assert binom.cdf(seen.count, seen.draws, 0.95) > 1e-3
    nothing = calibration.strict_power(256, 0.5, (0.05,), DRAWS)[0]
    assert calibration.Rate("nothing", nothing.count, DRAWS, 0.05).kept


@pytest.mark.training  # where the report extra is installed
def test_figures_are_the_same_bytes(calibration: ModuleType, tmp_path: Path) -> None:
    """The same numbers give the same figure, with its text as text and without a date."""
    figures = importlib.import_module("calibration_figures")
    worlds = [calibration.judged(world, 3, 40) for world in calibration.WORLDS[:2]]
    peers = calibration.others(3)
    power = {n: [(0.6, *calibration.strict_power(n, 0.6, (0.05, 0.01), 3))] for n in (16, 32, 64)}
    runs = [calibration.one_run_found(n, 0.05, 3) for n in (32, 64)]
    texts = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        figures.draw_calibration(folder / "calibration.svg", worlds, peers, 0.05)
        figures.draw_power(folder / "power.svg", power, runs)
        texts.append([(folder / name).read_text(encoding="utf-8") for name in ("calibration.svg", "power.svg")])

    assert texts[0] == texts[1]
    assert "this family of five tests" in texts[0][0]
    assert "strict test at 5 %" in texts[0][1]
    assert "<dc:date>" not in texts[0][0]
