"""Other accountants beside ours: they agree where they account for the same thing."""

from __future__ import annotations

import math

import pytest

from finewarden.accounting import Mechanism, Segment, epsilon
from finewarden.accounting.cross_check import opacus, rdp

DELTA = 1e-6
# Slots for every draw: the untruncated limit, which is what the others account for.
RUNS = [
    [Segment(Mechanism(0.8, 0.02, 50_000, 50_000), 500)],
    [Segment(Mechanism(1.1, 0.005, 50_000, 50_000), 3_000)],
    [Segment(Mechanism(1.0, 0.01, 10_000, 10_000), 200), Segment(Mechanism(1.5, 0.02, 10_000, 10_000), 300)],
]


@pytest.mark.parametrize("segments", RUNS)
def test_rdp_is_above(segments: list[Segment]) -> None:
    """Renyi DP is a looser bound of the same: above the PLD's epsilon, by less than a third."""
    ours = epsilon(segments, DELTA, interval=1e-3)
    assert ours < rdp(segments, DELTA) < ours * 4 / 3


@pytest.mark.training
@pytest.mark.filterwarnings("ignore:Optimal order is:UserWarning")  # Opacus' RDP advises on its own orders
@pytest.mark.parametrize("segments", RUNS)
def test_opacus(segments: list[Segment]) -> None:
    """Opacus' PRV accountant gives the same epsilon within its error of 0.01, its RDP the same as dp-accounting's."""
    found = opacus(segments, DELTA)
    assert found["opacus-prv"] == pytest.approx(epsilon(segments, DELTA, interval=1e-3), abs=0.02)
    assert found["opacus-rdp"] == pytest.approx(rdp(segments, DELTA), rel=0.02)


def test_nothing_to_account() -> None:
    """No update costs nothing, one without noise everything; there is no "gdp"."""
    none = [Segment(Mechanism(1.0, 0.1, 100, 100), 0)]
    assert rdp(none, DELTA) == 0
    assert opacus(none, DELTA) == {}
    assert rdp([Segment(Mechanism(0.0, 0.1, 100, 100), 1)], DELTA) == math.inf
