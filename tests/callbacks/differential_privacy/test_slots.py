"""Truncated Poisson sampling into fixed slots."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pytest

pytestmark = pytest.mark.training

# Each statistical test here fails by chance once in a million runs; the seed is fixed, so that it does not.
ERROR_RATE = 1e-6


def sampler(**changes: Any) -> Any:
    from finewarden.callbacks.differential_privacy.slots import SlotSampler

    given = {
        "seed": lambda: 7,
        "present": 50,
        "dataset_size": 50,
        "expected_batch_size": 5,
        "slots": 12,
        "width": 1,
        "micro_batches": 12,
        "rank": 0,
        "processes": 1,
    }
    return SlotSampler(**{**given, **changes})


def drawn_by(one: Any) -> list[list[int]]:
    """The units of each update of one epoch."""
    flat = [each.units for [each] in one]
    size = one.micro_batches
    return [[unit for units in flat[i : i + size] for unit in units] for i in range(0, len(flat), size)]


def test_participation_fits_the_binomial() -> None:
    """Over T updates each unit takes part Binomial(T, q) times (chi-square at 1e-6, slots enough for all)."""
    from scipy.stats import binom, chisquare

    counts = Counter[int]()
    seeds = iter(range(10_000))
    one = sampler(seed=lambda: next(seeds), slots=50, micro_batches=50)
    epochs = 20
    for _ in range(epochs):
        for units in drawn_by(one):
            counts.update(units)
            assert len(units) == len(set(units))
    updates = epochs * one.updates
    times = Counter(counts[unit] for unit in range(50))
    expected = [binom.pmf(k, updates, 0.1) * 50 for k in range(updates + 1)]
    # Neighbouring counts are pooled until at least five units are expected.
    pooled: list[tuple[float, float]] = []
    seen, hoped = 0.0, 0.0
    for k in range(updates + 1):
        seen, hoped = seen + times[k], hoped + expected[k]
        if hoped >= 5:
            pooled.append((seen, hoped))
            seen, hoped = 0.0, 0.0
    pooled[-1] = (pooled[-1][0] + seen, pooled[-1][1] + hoped)
    result = chisquare([a for a, _ in pooled], [b for _, b in pooled], sum_check=False)
    assert result.pvalue > ERROR_RATE


def test_the_size_of_a_draw_is_binomial() -> None:
    """The number drawn fits Binomial(N, q), and an overflow is cut to the slots (chi-square at 1e-6)."""
    import numpy as np
    from scipy.stats import binom, chisquare

    from finewarden.callbacks.differential_privacy.slots import draw

    generator, draws = np.random.default_rng(3), 20_000
    sizes = Counter(len(draw(generator, 40, 0.2, 10)) for _ in range(draws))
    expected = [binom.pmf(k, 40, 0.2) * draws for k in range(3, 10)]
    below, full = binom.cdf(2, 40, 0.2) * draws, binom.sf(9, 40, 0.2) * draws
    seen = [sum(sizes[k] for k in range(3)), *(sizes[k] for k in range(3, 10)), sizes[10]]
    assert sum(seen) == draws
    assert chisquare(seen, [below, *expected, full]).pvalue > ERROR_RATE


def test_what_an_overflow_keeps_is_a_uniform_subset() -> None:
    """With all drawn and room for a few, every unit is kept equally often, at every place (chi-square at 1e-6)."""
    import numpy as np
    from scipy.stats import chisquare

    from finewarden.callbacks.differential_privacy.slots import draw

    generator = np.random.default_rng(5)
    kept = [draw(generator, 20, 1.0, 4) for _ in range(8_000)]
    assert {len(each) for each in kept} == {4}
    for place in range(4):
        assert chisquare(list(Counter(each[place] for each in kept).values())).pvalue > ERROR_RATE


@pytest.mark.parametrize("processes", [1, 2, 3])
@pytest.mark.parametrize("width", [1, 4])
def test_processes_share_one_draw(processes: int, width: int) -> None:
    """Each drawn unit is in exactly one process, and where one process computes, all do."""
    from finewarden.callbacks.differential_privacy.slots import Mark, share

    for size in range(25):
        drawn = list(range(100, 100 + size))
        places = math.ceil(24 / (width * processes))
        shares = [
            share(drawn, width=width, micro_batches=places, rank=rank, processes=processes) for rank in range(processes)
        ]
        real = [unit for one in shares for each in one if each.mark is Mark.REAL for unit in each.units]
        assert sorted(real) == drawn
        for together in zip(*shares, strict=True):
            assert len({each.mark is Mark.EMPTY for each in together}) == 1
            assert all(len(each.units) <= width for each in together)
            assert all(each.units for each in together if each.mark is Mark.DISCARD)


def test_a_unit_that_does_not_exist_takes_its_slot() -> None:
    """With a public bound above what there is, an update has bound · q drawn, of which only those present are used."""
    one = sampler(present=5, dataset_size=50, expected_batch_size=50, slots=50, micro_batches=50)
    [units] = drawn_by(one)
    assert sorted(units) == [0, 1, 2, 3, 4]
    few = sampler(present=5, dataset_size=50, expected_batch_size=50, slots=10, micro_batches=10)
    seeds = iter(range(400))
    few.seed = lambda: next(seeds)
    used = [len(drawn_by(few)[0]) for _ in range(400)]
    # Hypergeometric(50, 5, 10), mean 1 and variance 0.735: the mean of 400 is within 5 of its deviations.
    assert abs(sum(used) / 400 - 1) < 5 * math.sqrt(0.735 / 400)


def test_an_epoch_is_as_long_as_the_public_size_says() -> None:
    """The length follows from public numbers alone, and no update has fewer slots than the others."""
    for present in (5, 49, 50):
        one = sampler(present=present)
        assert len(one) == len(list(one)) == 10 * 12
    assert len(sampler(dataset_size=51, present=50)) == 11 * 12


def test_each_epoch_draws_anew() -> None:
    """Two epochs under two seeds differ, under one seed they are the same."""
    seeds = iter([1, 2, 1])
    one = sampler(seed=lambda: next(seeds))
    first, second, third = drawn_by(one), drawn_by(one), drawn_by(one)
    assert first != second
    assert first == third


def test_default_slots_leave_six_deviations() -> None:
    """352 slots for 256 expected of 50 000; never more than there are units."""
    from finewarden.callbacks.differential_privacy.slots import default_slots

    assert default_slots(50_000, 256) == 352
    assert default_slots(10, 10) == 10
    assert default_slots(20, 10) == 20
