"""Three states, and bounds that decide."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.verdicts import Finding, Result, State, Waived, decide

finite = st.floats(allow_nan=False, allow_infinity=True)


@given(st.tuples(finite, finite).map(sorted), finite)
def test_decide(bounds: list[float], tolerance: float) -> None:
    """Fail needs the whole interval above the tolerance, pass needs none of it above, all else is not measured."""
    lower, upper = bounds
    expected = State.FAIL if lower > tolerance else State.PASS if upper <= tolerance else State.NOT_MEASURED

    assert decide(lower, upper, tolerance) is expected


@given(st.sampled_from([(math.nan, 1.0), (0.0, math.nan), (math.nan, math.nan)]), finite)
def test_nan_decides_nothing(bounds: tuple[float, float], tolerance: float) -> None:
    """A score that is not a number is never a pass."""
    assert decide(*bounds, tolerance) is State.NOT_MEASURED


@pytest.mark.parametrize("args", [(2.0, 1.0, 0.5), (0.0, 1.0, math.nan)])
def test_decide_refuses(args: tuple[float, float, float]) -> None:
    """Crossed bounds and a tolerance that is no number are the caller's error."""
    with pytest.raises(ValueError, match=r"got"):
        decide(*args)


def test_result_survives_transport() -> None:
    """A verdict is the same after the trip between processes."""
    finding = Finding(rule="r", where="w", what="坏", mend="m", fingerprint="0" * 16)
    result = Result(
        audit="a",
        node="n",
        state=State.FAIL,
        measured=0.5,
        limit="x",
        n=3,
        findings=[finding],
        waived=[Waived(finding=finding, reason="because", expires="2027-01-01")],
    )

    assert Result.from_json(result.to_json()) == result
