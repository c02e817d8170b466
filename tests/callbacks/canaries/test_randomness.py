"""One seed, independent streams, the same everywhere."""

from __future__ import annotations

import pytest

from finewarden.callbacks.canaries.randomness import Stream, seed_text

pytestmark = pytest.mark.training


def test_streams_are_fixed_for_all_time() -> None:
    """A book that was planted on one machine gives the same places on another: these values never change."""
    assert f"{Stream('0' * 32, 'places').getrandbits(64):016x}" == "d3756105e7e89ebc"
    assert Stream("0" * 32, "a").getrandbits(128) != Stream("0" * 32, "b").getrandbits(128)


def test_bits_are_fair() -> None:
    """Of 20,000 coins half are heads, to five standard deviations; so is each bit of wide draws."""
    coins = Stream("seed", "coins")
    assert abs(sum(coins.getrandbits(1) for _ in range(20_000)) - 10_000) < 5 * 71
    wide = Stream("seed", "wide")
    values = [wide.getrandbits(37) for _ in range(4_000)]
    assert all(abs(sum(value >> bit & 1 for value in values) - 2_000) < 6 * 32 for bit in range(37))


def test_seed_is_kept_or_drawn() -> None:
    """A number is written with 32 digits; without one two draws differ; what is no seed is refused."""
    assert seed_text(10) == "0" * 31 + "a"
    assert seed_text(None) != seed_text(None)
    for bad in (-1, 2**128, "x", True):
        with pytest.raises(ValueError, match="seed: got"):
            seed_text(bad)  # type: ignore[arg-type]
