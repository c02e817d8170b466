"""`benchmarks/dp_gpu.py` is run where there is a GPU; that it works is seen here."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.training


@pytest.fixture
def dp_gpu(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The script as a module."""
    monkeypatch.setattr(sys, "path", [str(ROOT / "benchmarks"), *sys.path])
    yield importlib.import_module("dp_gpu")
    logging.disable(logging.NOTSET)


def test_all_tables_are_made_on_a_cpu(dp_gpu: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """The smoke run measures gradients, speed and noise with the code of the full run, and all limits hold."""
    assert dp_gpu.main(["--smoke"]) == 0
    told = capsys.readouterr().out
    for part in ("1. gradients of single examples", "2. 8 examples a step", "3. noise drawn on cpu"):
        assert part in told


def test_a_wrong_gradient_is_told(dp_gpu: ModuleType) -> None:
    """A gradient that is a tenth too long misses the limit, one that is a thousandth too long does not."""
    import torch

    exact = {4: torch.ones(8)}
    for factor, good in ((1.1, False), (1.001, True)):
        gradients = {("bf16", dp_gpu.EXACT): exact, ("bf16", dp_gpu.ENGINE): {4: factor * exact[4]}}
        assert dp_gpu.tell_gradients(gradients) is good


def test_what_is_missing_is_said(
    dp_gpu: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a GPU the full run does not begin: it says so and exits with 2."""
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert dp_gpu.main([]) == 2
    assert "no CUDA device" in capsys.readouterr().out
