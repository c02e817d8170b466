"""`benchmarks/scoring.py` takes minutes; that it works, and that it finds a wrong number, is seen here."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from finewarden.memorization.scoring import TokenPair
from tests.conftest import ROOT

pytestmark = pytest.mark.training


@pytest.fixture
def scoring(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The script as a module."""
    monkeypatch.setattr(sys, "path", [str(ROOT / "benchmarks"), *sys.path])
    yield importlib.import_module("scoring")
    logging.disable(logging.NOTSET)


def test_all_tables_are_made(scoring: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """The smoke run scores, times and weighs with the code of the full run."""
    assert scoring.main(["--smoke", "--threads=1"]) == 0
    told = capsys.readouterr().out
    for part in ("ours, with Min-K", "no prefix shared", "vocabulary", "4. peak memory"):
        assert part in told


def test_other_numbers_are_told(scoring: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """A way that is off by 1e-4 in one token, or lacks one, does not pass; one with our own numbers does."""
    model, book = scoring.make_model(scoring.SMOKE), scoring.make_book(scoring.SMOKE)
    mine = scoring.ours(model)
    for change, good in ((0.0, True), (1e-4, False), (None, False)):

        def way(pairs: Sequence[TokenPair], change: float | None = change) -> object:
            tuned, base = mine(pairs)
            base[3] = base[3][:-1] if change is None else [base[3][0] + change, *base[3][1:]]
            return tuned, base

        assert scoring.beside(model, book, {"memaudit": way}, 1, 8, targets=False) is good
    assert "largest difference" in capsys.readouterr().out


def test_a_target_that_is_missed_is_told(scoring: ModuleType) -> None:
    """Scored by ourselves, nothing is twice as fast as we are."""
    model, book = scoring.make_model(scoring.SMOKE), scoring.make_book(scoring.SMOKE)
    assert scoring.beside(model, book, {"memaudit": scoring.ours(model)}, 1, len(book), targets=True) is False


def test_peers_that_are_not_there_are_told(
    scoring: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty folder holds no peers: the call says so and exits with 2."""
    assert scoring.main(["--smoke", f"--peers={tmp_path}"]) == 2
    assert "install them" in capsys.readouterr().out
