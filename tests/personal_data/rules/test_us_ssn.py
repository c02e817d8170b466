"""US social security numbers: what is found beside spaces and beside ideographs, and what is left alone."""

from __future__ import annotations

import pytest

from tests.personal_data.rules.looking import numbered, seen

FOUND = [
    ("SSN 219-09-9999", "219-09-9999"),
    ("his social is 536-22-8726.", "536-22-8726"),
]
LEFT_ALONE = [
    "000-12-3456",
    "666-12-3456",
    "900-12-3456",
    "219-00-9999",
    "219-09-0000",
    "219-09-99991",
    "1219-09-9999",
]


@pytest.mark.parametrize(("text", "value"), FOUND, ids=numbered(FOUND))
def test_what_is_found(text: str, value: str) -> None:
    """Each shape is found whole, and nothing else with it."""
    assert seen(text) == [("US_SSN", value)]


@pytest.mark.parametrize("text", LEFT_ALONE, ids=numbered(LEFT_ALONE))
def test_what_is_left_alone(text: str) -> None:
    """A check digit, a boundary or a context that does not hold, or a value that is nobody's: nothing counts."""
    assert seen(text) == []
