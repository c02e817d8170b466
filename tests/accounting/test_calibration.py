"""Noise for a target, updates for a budget: never over, and hardly under."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finewarden.accounting import AccountingError, Mechanism, Segment, affordable_steps, calibrate, epsilon

# Coarse, for time; the search has a coarser grid below it still.
INTERVAL = 1e-2
PLAN: dict[str, Any] = {"delta": 1e-5, "steps": 50, "sampling_rate": 0.05, "dataset_size": 1_000, "slots": 90}


def mechanism(noise: float, **plan: Any) -> Mechanism:
    """The mechanism of PLAN at *noise*."""
    known = PLAN | plan
    return Mechanism(noise, known["sampling_rate"], known["dataset_size"], known["slots"])


def cost(noise: float, *, spent: tuple[Segment, ...] = (), interval: float = INTERVAL, **plan: Any) -> float:
    """What PLAN costs at *noise*."""
    known = PLAN | plan
    return epsilon([*spent, Segment(mechanism(noise, **plan), known["steps"])], known["delta"], interval=interval)


@settings(max_examples=4, deadline=None)
@given(target=st.floats(0.5, 20), steps=st.integers(1, 400), slots=st.integers(62, 200))
def test_smallest_noise(target: float, steps: int, slots: int) -> None:
    """The noise keeps the run within its target, and a thousandth less of it would not."""
    plan = PLAN | {"steps": steps, "slots": slots}
    noise = calibrate(target_epsilon=target, **plan, interval=INTERVAL)
    assert cost(noise, steps=steps, slots=slots) <= target
    assert noise == 0.2 or cost(noise * 0.999, steps=steps, slots=slots) > target


def test_long_run() -> None:
    """Also where a coarse grid says five times the true epsilon: a hundred thousand updates at a small rate."""
    plan = {"steps": 100_000, "sampling_rate": 1e-3, "dataset_size": 50_000, "slots": 150}
    noise = calibrate(target_epsilon=0.4, delta=1e-6, **plan, interval=5e-4)
    assert 0.398 < cost(noise, delta=1e-6, interval=5e-4, **plan) <= 0.4


def test_default_grid() -> None:
    """Without an interval it is verified on the grid on which `epsilon` computes by default."""
    plan = {"steps": 20, "sampling_rate": 0.5, "dataset_size": 100, "slots": 100}
    noise = calibrate(target_epsilon=3.0, delta=1e-3, **plan)
    assert 2.99 < cost(noise, delta=1e-3, interval=1e-4, **plan) <= 3.0


def test_after_earlier_updates() -> None:
    """What was spent before counts: more noise, and a target that is already spent is refused."""
    spent = (Segment(mechanism(1.0), 100),)
    before = epsilon(spent, PLAN["delta"], interval=INTERVAL)
    alone = calibrate(target_epsilon=before + 1, **PLAN, interval=INTERVAL)
    after = calibrate(target_epsilon=before + 1, **PLAN, spent=spent, interval=INTERVAL)
    assert after > alone
    assert cost(after, spent=spent) <= before + 1 < cost(after * 0.999, spent=spent)
    with pytest.raises(AccountingError, match=r"cost epsilon .* raise the target or start from the base model"):
        calibrate(target_epsilon=before * 0.99, **PLAN, spent=spent, interval=INTERVAL)
    with pytest.raises(AccountingError, match="cost epsilon inf"):
        calibrate(target_epsilon=8.0, **PLAN, spent=(Segment(mechanism(0.0), 1),))


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"target_epsilon": 0.0}, "target_epsilon"),
        ({"target_epsilon": float("inf")}, "target_epsilon"),
        ({"steps": 0}, "steps"),
        ({"delta": 1e-15}, "delta"),
        ({"sampling_rate": 0.0}, "sampling_rate"),
        ({"slots": 0}, "slots"),
    ],
)
def test_impossible_plans(change: dict[str, float], name: str) -> None:
    """Each impossible value is refused by its name, with what to give."""
    with pytest.raises(AccountingError, match=f"{name}: got .*; give "):
        calibrate(**({"target_epsilon": 8.0} | PLAN | change))


@settings(max_examples=4, deadline=None)
@given(target=st.floats(0.5, 6), noise=st.floats(0.7, 2.5), before=st.integers(0, 60))
def test_last_affordable_step(target: float, noise: float, before: int) -> None:
    """The number of updates fits the target, and one more does not, unless all that were asked for fit."""
    made, spent, most = mechanism(noise), [Segment(mechanism(1.2), before)], 150
    found = affordable_steps(made, target_epsilon=target, delta=1e-5, at_most=most, spent=spent, interval=INTERVAL)
    if found:
        assert epsilon([*spent, Segment(made, found)], 1e-5, interval=INTERVAL) <= target
    assert found == most or epsilon([*spent, Segment(made, found + 1)], 1e-5, interval=INTERVAL) > target


def test_a_calibrated_run_is_affordable() -> None:
    """Every update of a run whose noise was calibrated can be paid for; of one more, none."""
    noise = calibrate(target_epsilon=2.0, **PLAN, interval=INTERVAL)
    budget = {"target_epsilon": 2.0, "delta": PLAN["delta"], "interval": INTERVAL}
    assert affordable_steps(mechanism(noise), at_most=PLAN["steps"], **budget) == PLAN["steps"]
    whole = [Segment(mechanism(noise), PLAN["steps"])]
    assert affordable_steps(mechanism(noise), at_most=5, spent=whole, **budget) <= 1


def test_ends_of_the_budget() -> None:
    """Without noise, after updates without noise, and of no updates, none is affordable."""
    budget: dict[str, Any] = {"target_epsilon": 8.0, "delta": 1e-5, "interval": INTERVAL}
    assert affordable_steps(mechanism(0.0), at_most=5, **budget) == 0
    assert affordable_steps(mechanism(1.0), at_most=5, spent=[Segment(mechanism(0.0), 1)], **budget) == 0
    assert affordable_steps(mechanism(1.0), at_most=0, **budget) == 0
    with pytest.raises(AccountingError, match=r"at_most: got -1; give "):
        affordable_steps(mechanism(1.0), at_most=-1, **budget)
