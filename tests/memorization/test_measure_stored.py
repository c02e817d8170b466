"""What stays of measurements that are there: other processes' sections, and the salt that findings are known by."""

from __future__ import annotations

from pathlib import Path

import pytest

from finewarden.evidence.measurements import MEASUREMENTS, read, write
from finewarden.memorization.measure import _salt, _written
from tests.memorization.sections import canaries, measurements, membership, personal_values

pytestmark = pytest.mark.training  # `measure` reads models


def test_two_processes_lose_nothing(tmp_path: Path) -> None:
    """Each began with an empty file; the second to write keeps the first's section and reason beside its own."""
    first = measurements(canaries=canaries(count=4), reasons={"records": "why"})
    second = measurements(membership=membership(groups=4))
    _written(tmp_path, first, "canaries")
    done = _written(tmp_path, second, "membership")
    assert done == read(tmp_path / MEASUREMENTS)
    assert (done.canaries, done.membership, done.reasons) == (first.canaries, second.membership, first.reasons)
    other = second.model_copy(update={"model": {"model.safetensors": "1"}})
    assert _written(tmp_path, other, "membership").canaries is None


def test_a_finding_keeps_its_fingerprint(tmp_path: Path) -> None:
    """The salt of what is stored is taken again, whatever model it was of; without one it is new each time."""
    assert _salt(tmp_path) != _salt(tmp_path)
    write(tmp_path / MEASUREMENTS, measurements(canaries=canaries(count=4), personal_values=personal_values(count=8)))
    assert _salt(tmp_path) == "s"
