"""Three states, and bounds that decide."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.verdicts import Finding, Result, State, Waived, decide, holm, holm_adjusted

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


def closed_testing(p_values: list[float], alpha: float) -> list[bool]:
    """Reject what is in no set of hypotheses that Bonferroni keeps: the principle that Holm is a shortcut of."""
    places = range(len(p_values))
    kept = [
        set(chosen)
        for size in range(1, len(p_values) + 1)
        for chosen in combinations(places, size)
        if size * min(p_values[i] for i in chosen) > alpha
    ]
    return [not any(i in chosen for chosen in kept) for i in places]


chance = st.sampled_from([0.0, 0.002, 0.0025, 0.004, 0.005, 0.01, 0.02, 0.05, 0.3, 1.0]) | st.floats(0, 1)


@given(st.lists(chance, max_size=7), st.sampled_from([0.01, 0.05, 0.2]))
def test_holm_is_closed_testing(p_values: list[float], alpha: float) -> None:
    """Holm rejects what closed testing by Bonferroni rejects, and the adjusted p-values are where it begins to."""
    rejected, adjusted = holm(p_values, alpha), holm_adjusted(p_values)

    assert rejected == closed_testing(p_values, alpha)
    assert rejected == [p <= alpha for p in adjusted]
    assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))


def test_holm_by_hand() -> None:
    """0.01, 0.02, 0.03 at 0.05: the least passes 0.05 / 3, the next 0.05 / 2, the last 0.05; a 0.04 stops the rest."""
    assert holm([0.03, 0.01, 0.02], 0.05) == [True, True, True]
    assert holm([0.03, 0.01, 0.04], 0.05) == [False, True, False]
    assert holm_adjusted([0.03, 0.01, 0.04]) == pytest.approx([0.06, 0.03, 0.06])


@pytest.mark.parametrize(("p_values", "alpha"), [([math.nan], 0.05), ([1.5], 0.05), ([-0.1], 0.05), ([0.1], 1.0)])
def test_holm_refuses(p_values: list[float], alpha: float) -> None:
    """What is no probability is the caller's error: a failed test counts as p = 1, never as nothing."""
    with pytest.raises(ValueError, match="got"):
        holm(p_values, alpha)


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
