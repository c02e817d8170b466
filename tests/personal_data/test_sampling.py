"""A sample is random, the same for everyone, and its bound holds."""

from __future__ import annotations

import math

import pytest

from finewarden.personal_data.sampling import is_drawn, share_for, upper_bound


@pytest.mark.parametrize(("hit", "drawn"), [(0, 1), (0, 59), (0, 1000), (1, 20), (7, 50), (49, 50)])
def test_the_bound_is_clopper_and_pearsons(hit: int, drawn: int) -> None:
    """At the bound, so few hits have a chance of just five per cent."""
    bound = upper_bound(hit, drawn)
    chance = math.fsum(math.comb(drawn, k) * bound**k * (1 - bound) ** (drawn - k) for k in range(hit + 1))
    assert chance == pytest.approx(0.05, rel=1e-6)


def test_nothing_drawn_says_nothing() -> None:
    """Without a row, or with a hit in every row, all rows may have one; more hits than rows are refused."""
    assert upper_bound(0, 0) == upper_bound(3, 3) == 1.0
    with pytest.raises(ValueError, match="hit: got 2, allowed: 0 to 1"):
        upper_bound(2, 1)


def test_rows_are_drawn_by_seed_and_place() -> None:
    """About the share asked for; another seed or another part draws others; a share of one draws all."""
    drawn = {number for number in range(10_000) if is_drawn(0.1, 7, "part", number)}
    assert 900 < len(drawn) < 1100
    assert drawn == {number for number in range(10_000) if is_drawn(0.1, 7, "part", number)}
    for seed, part in ((8, "part"), (7, "other")):
        others = {number for number in range(10_000) if is_drawn(0.1, seed, part, number)}
        assert 60 < len(drawn & others) < 140
    assert all(is_drawn(1.0, 7, "part", number) for number in range(100))
    assert (share_for(50, 1000), share_for(50, 20), share_for(50, 0)) == (0.05, 1.0, 1.0)


@pytest.mark.parametrize("wanted", [0, -5])
def test_a_sample_of_nothing_is_refused(wanted: int) -> None:
    """It would look for names nowhere and say nothing of them."""
    with pytest.raises(ValueError, match="allowed: 1 or more"):
        share_for(wanted, 100)
