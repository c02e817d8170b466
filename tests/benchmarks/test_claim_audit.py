"""`benchmarks/claim_audit.py` trains for minutes; that it works, and what it calls a failure, is seen here."""

from __future__ import annotations

import importlib
import logging
import sys
import warnings
from collections.abc import Iterator
from types import ModuleType

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def claim_audit() -> Iterator[ModuleType]:
    """The script as a module."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    yield importlib.import_module("claim_audit")
    sys.path.remove(str(ROOT / "benchmarks"))
    logging.disable(logging.NOTSET)


def test_both_kinds_are_trained_and_audited(claim_audit: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """The smoke run spends what it claims, has no bound without noise, and runs the code of the full run."""
    with warnings.catch_warnings():
        assert claim_audit.main(["--smoke"]) == 0
    told = capsys.readouterr().out
    assert "epsilon 4: 32 canaries" in told
    assert "no noise, claim 1: 16 canaries" in told
    rows = [line.split() for line in told.splitlines() if line.split()[:1] == ["0"]]
    assert [row[1] for row in rows] == ["4.000", "inf"]


def test_what_is_no_good_is_told(claim_audit: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """Of twenty kept claims two may fall by chance and six may not; of broken ones each must fall."""
    kept, broken = claim_audit.arms(4.0, 256)

    def outcomes(arm: object, falsified: int) -> list[object]:
        p_values = [0.01] * falsified + [0.8] * (20 - falsified)
        return [claim_audit.Outcome(arm, seed, 4.0, p, 0.0, 4.0, 1.0) for seed, p in enumerate(p_values)]

    assert claim_audit.tell(kept, outcomes(kept, 2)) is True
    assert claim_audit.tell(kept, outcomes(kept, 6)) is False
    assert claim_audit.tell(broken, outcomes(broken, 20)) is True
    assert claim_audit.tell(broken, outcomes(broken, 19)) is False
    assert "falsified at 5%: 6 of 20" in capsys.readouterr().out
