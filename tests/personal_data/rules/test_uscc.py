"""Unified social credit codes: what is found beside spaces and beside ideographs, and what is left alone."""

from __future__ import annotations

import pytest

from tests.personal_data.rules.looking import numbered, seen

FOUND = [
    ("税号91350100M000100Y43的公司", "91350100M000100Y43"),
    ("信用代码：９１３５０１００Ｍ０００１００Ｙ４３", "９１３５０１００Ｍ０００１００Ｙ４３"),
    ("代码911101080000000007", "911101080000000007"),
]
LEFT_ALONE = [
    "91350100M000100Y44",
    "税号9135010000000000XX",
    "99350100M000100Y43",
    "信用代码：91350100M000100Y4",
]


@pytest.mark.parametrize(("text", "value"), FOUND, ids=numbered(FOUND))
def test_what_is_found(text: str, value: str) -> None:
    """Each shape is found whole, and nothing else with it."""
    assert seen(text) == [("CN_USCC", value)]


@pytest.mark.parametrize("text", LEFT_ALONE, ids=numbered(LEFT_ALONE))
def test_what_is_left_alone(text: str) -> None:
    """A check digit, a boundary or a context that does not hold, or a value that is nobody's: nothing counts."""
    assert seen(text) == []
