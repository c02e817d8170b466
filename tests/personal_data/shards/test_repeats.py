"""Values in more than one row, in bounded memory, and nothing to look a value up in."""

from __future__ import annotations

import pytest

from finewarden.personal_data.shards.repeats import Repeats, value_digest


def test_the_most_repeated_come_first() -> None:
    """Ranked by rows; a value in one row is no repetition; what is told is where it stands first, not its hash."""
    repeats = Repeats()
    for digest, rows in (("a", 1), ("b", 2), ("c", 1), ("c", 4)):
        repeats.add(digest, "PHONE_NUMBER", "1…0", rows, f"place-{digest}")
    assert [(each.value, each.rows) for each in repeats.ranked()] == [("place-c", 5), ("place-b", 2)]


def test_memory_is_bounded_and_what_stands_often_stays() -> None:
    """Of ten thousand values a hundred are remembered, and the one that comes back all the time is among them."""
    repeats = Repeats(kept=100)
    for number in range(10_000):
        repeats.add(f"v{number}", "E", "…", 1, f"p{number}")
        repeats.add("often", "E", "…", 1, "p")
        assert len(repeats.values()) <= 100
    [found] = repeats.ranked()
    assert found.value == "p"
    assert 10_000 - 10_000 // 50 <= found.rows <= 10_000


@pytest.mark.parametrize("same", ["138 0013 8000", "138-0013-8000", "１３８００１３８０００"])
def test_one_value_written_in_several_ways(same: str) -> None:
    """Width, blanks and hyphens make no other value; another entity, key or number does."""
    value = value_digest(b"k", "PHONE_NUMBER", "13800138000")
    assert value_digest(b"k", "PHONE_NUMBER", same) == value
    others = {value_digest(b"k", "QQ_ID", same), value_digest(b"l", "PHONE_NUMBER", same)}
    assert value not in others | {value_digest(b"k", "PHONE_NUMBER", "13800138001\ud800")}
