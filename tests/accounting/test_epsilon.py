"""Epsilon against computations that share no code with it."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finewarden.accounting import AccountingError, Mechanism, Segment, epsilon
from tests.accounting.reference import composed_twice, divergence, sampled, truncated_bound, truncated_exactly

SIZE = 50_000
# Coarse on purpose: what is tested holds on every grid, and this one takes 20 ms.
COARSE = 1e-2


def run(
    noise: float = 1.0, *, rate: float = 0.02, size: int = 1_000, slots: int | None = None, steps: int = 100
) -> list[Segment]:
    """One segment; slots for every draw unless they are given."""
    return [Segment(Mechanism(noise, rate, size, size if slots is None else slots), steps)]


@pytest.mark.parametrize(("slots", "published"), [(SIZE, 5.4403), (1_200, 5.4403), (1_100, 8.7945)])
def test_known_numbers(slots: int, published: float) -> None:
    """Slots for a fifth more than the mean cost nothing, for a tenth more a lot (grid 1e-4; on 1e-3 2e-4 above)."""
    found = epsilon(run(0.8, size=SIZE, slots=slots, steps=500), 1e-6, interval=1e-3)
    assert found == pytest.approx(published, abs=3e-4)
    assert found >= published - 1e-4


@pytest.mark.parametrize("rate", [0.02, 0.5, 1.0])
@pytest.mark.parametrize("noise", [0.6, 2.0])
def test_one_update_by_integration(noise: float, rate: float) -> None:
    """One update without truncation has just the divergence of its two mixtures, the worse way round."""
    delta = 1e-5
    found = epsilon(run(noise, rate=rate, steps=1), delta, interval=2e-4)
    pairs = ((sampled(rate), {0.0: 1.0}), ({0.0: 1.0}, sampled(rate)))
    exact = max(divergence(p, q, noise, found) for p, q in pairs)
    assert exact == pytest.approx(delta, rel=2e-3) or (found == 0 and exact <= delta)


@pytest.mark.parametrize("rate", [0.1, 1.0])
def test_two_updates_by_integration(rate: float) -> None:
    """Two updates have the divergence of the product of their outputs."""
    delta, noise = 1e-4, 1.0
    found = epsilon(run(noise, rate=rate, steps=2), delta, interval=2e-4)
    pairs = ((sampled(rate), {0.0: 1.0}), ({0.0: 1.0}, sampled(rate)))
    assert max(composed_twice(p, q, noise, found) for p, q in pairs) == pytest.approx(delta, rel=1e-2)


@pytest.mark.parametrize(("size", "rate", "slots"), [(100, 0.1, 12), (100, 0.1, 10), (6, 0.5, 3), (8, 1.0, 4)])
def test_truncated_update_by_integration(size: int, rate: float, slots: int) -> None:
    """One truncated update has the divergence that its theorem gives, computed apart."""
    delta, noise = 1e-4, 1.0
    found = epsilon(run(noise, rate=rate, size=size, slots=slots, steps=1), delta, interval=1e-3)
    assert truncated_bound(size, rate, slots, noise, found) == pytest.approx(delta, rel=1e-2)


@pytest.mark.parametrize("others", [-1.0, 0.0, 1.0])
@pytest.mark.parametrize("slots", [1, 2, 3])
def test_truncated_update_listed_draw_by_draw(slots: int, others: float) -> None:
    """Whatever the other gradients are, emptying one slot's unit leaks no more than epsilon says: every draw listed."""
    size, rate, noise = 5, 0.5, 1.0
    with_it = truncated_exactly([1.0] + [others] * (size - 1), rate, slots)
    without = truncated_exactly([0.0] + [others] * (size - 1), rate, slots)
    for delta in (1e-2, 1e-4, 1e-6):
        found = epsilon(run(noise, rate=rate, size=size, slots=slots, steps=1), delta, interval=1e-3)
        assert max(divergence(with_it, without, noise, found), divergence(without, with_it, noise, found)) <= delta


def test_against_dp_accountings_own_accountant() -> None:
    """It is dp-accounting's truncated event under REPLACE_SPECIAL, segments composed in one accountant."""
    from dp_accounting import NeighboringRelation, TruncatedSubsampledGaussianDpEvent
    from dp_accounting.pld import PLDAccountant

    accountant = PLDAccountant(NeighboringRelation.REPLACE_SPECIAL, value_discretization_interval=1e-3)
    for noise, steps in ((1.0, 40), (1.3, 60)):
        accountant.compose(TruncatedSubsampledGaussianDpEvent(1_000, 0.02, 25, noise), steps)
    segments = run(1.0, slots=25, steps=40) + run(1.3, slots=25, steps=60)
    assert epsilon(segments, 1e-5, interval=1e-3) == pytest.approx(accountant.get_epsilon(1e-5), rel=1e-9)


noises = st.floats(0.6, 8)
rates = st.floats(1e-3, 0.5)


@settings(max_examples=10, deadline=None)
@given(noise=noises, rate=rates, steps=st.integers(1, 400), share=st.floats(1.0, 2.0), delta=st.floats(1e-9, 1e-3))
def test_monotone(noise: float, rate: float, steps: int, share: float, delta: float) -> None:
    """More updates, a higher rate or a smaller delta never cost less; more noise or more slots never cost more."""
    size = 1_000
    slots = max(1, min(size, round(rate * size * share)))

    def cost(**change: float) -> float:
        known = {"noise": noise, "rate": rate, "slots": slots, "steps": steps} | change
        made = Mechanism(known["noise"], known["rate"], size, int(known["slots"]))
        return epsilon([Segment(made, int(known["steps"]))], change.get("delta", delta), interval=COARSE)

    # A grid of 1e-2 is pessimistic by less than one of its points an update; what it rounds apart is no order.
    slack = 1e-6 + 1e-3 * cost()
    assert cost(steps=steps + 50) >= cost() - slack
    assert cost(noise=noise * 1.3) <= cost() + slack
    assert cost(slots=size) <= cost() + slack
    assert cost(delta=delta / 10) >= cost() - slack


@settings(max_examples=15, deadline=None)
@given(noise=noises, rate=rates, cuts=st.lists(st.integers(0, 40), min_size=1, max_size=6))
def test_cut_into_segments(noise: float, rate: float, cuts: list[int]) -> None:
    """How a run was cut by resumes changes nothing; segments without an update neither."""
    made = Mechanism(noise, rate, 1_000, 1_000)
    whole = epsilon([Segment(made, sum(cuts))], 1e-5, interval=COARSE)
    assert epsilon([Segment(made, steps) for steps in cuts], 1e-5, interval=COARSE) == whole
    assert (whole == 0) <= (sum(cuts) == 0 or whole < 1e-2)


def test_ends() -> None:
    """No update costs nothing, an update without noise everything."""
    assert epsilon([], 1e-5) == 0
    assert epsilon(run(0.0, steps=0), 1e-5) == 0
    assert epsilon(run(0.0, steps=1), 1e-5) == math.inf


def test_slots_beyond_reach() -> None:
    """Slots that no draw ever fills, more slots than units, one unit, every unit each time: all have their epsilon."""
    poisson = epsilon(run(), 1e-5, interval=COARSE)
    for slots in (500, 999, 1_000, 1_001):
        assert epsilon(run(slots=slots), 1e-5, interval=COARSE) == pytest.approx(poisson)
    gaussian = epsilon(run(4.0, rate=1.0), 1e-5, interval=COARSE)
    assert epsilon(run(4.0, rate=1.0, size=1, slots=1), 1e-5, interval=COARSE) == pytest.approx(gaussian)
    assert epsilon(run(4.0, rate=1.0, slots=10), 1e-5, interval=COARSE) < gaussian  # one in a hundred is used


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"noise": -1.0}, "noise_multiplier"),
        ({"noise": math.nan}, "noise_multiplier"),
        ({"noise": 1e-9}, "noise_multiplier"),
        ({"rate": 0.0}, "sampling_rate"),
        ({"rate": 1.1}, "sampling_rate"),
        ({"size": 0, "slots": 1}, "dataset_size"),
        ({"slots": 0}, "slots"),
        ({"steps": -1}, "steps"),
        ({"steps": 10**9}, "steps"),
    ],
)
def test_impossible_runs(values: dict[str, float], name: str) -> None:
    """What no run can be is refused by the argument's name, with what to give."""
    with pytest.raises(AccountingError, match=f"{name}: got .*; give "):
        run(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize("delta", [0.0, 1e-14, 1.0, math.nan, True])
def test_impossible_delta(delta: float) -> None:
    """A delta that rounding decides about, or that is none, is refused."""
    with pytest.raises(AccountingError, match=r"delta: got .*; give "):
        epsilon(run(), delta)


@pytest.mark.parametrize("segments", [run(0.05), run(1.0, rate=1.0, steps=10**7)])
def test_memory_is_not_filled(segments: list[Segment]) -> None:
    """What has next to no privacy and would take gigabytes to say so is refused before it does."""
    with pytest.raises(AccountingError, match=r"next to no privacy.*give more noise"):
        epsilon(segments, 1e-5)


def test_many_kinds_are_not_computed() -> None:
    """Kinds of update that would be affordable one by one, and take minutes together, are refused at once."""
    kinds = [Segment(Mechanism(2.0 + n * 1e-3, 0.01, 1_000, 30), 3_000) for n in range(16)]
    with pytest.raises(AccountingError, match=r"16 kinds of updates together.*give fewer kinds"):
        epsilon(kinds, 1e-3, interval=2e-5)
    assert epsilon(kinds[:2], 1e-3, interval=5e-3) < epsilon(kinds[:4], 1e-3, interval=5e-3)


def test_imported_late() -> None:
    """Importing the room loads neither torch nor scipy; accounting loads no torch."""
    code = (
        "import sys; from finewarden import accounting as a; from finewarden.accounting import cross_check as c\n"
        "heavy = {'torch', 'transformers', 'numpy', 'scipy', 'dp_accounting', 'opacus'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
        "s = [a.Segment(a.Mechanism(1.0, 0.1, 100, 20), 3)]; a.epsilon(s, 1e-5, interval=1e-2); c.rdp(s, 1e-5)\n"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "False"]
