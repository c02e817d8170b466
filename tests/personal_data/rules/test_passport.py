"""Chinese passports: what is found beside spaces and beside ideographs, and what is left alone."""

from __future__ import annotations

import pytest

from tests.personal_data.rules.looking import numbered, seen

FOUND = [
    ("护照E12345678", "E12345678"),
    ("护照号码：EA1234567。", "EA1234567"),
    ("passport no. G12345678", "G12345678"),
    ("E12345678（护照）", "E12345678"),
    ("我的护照是e12345678", "e12345678"),
]
LEFT_ALONE = [
    "E12345678",
    "型号 E12345678",
    "护照 E1234567",
    "护照EI1234567",
    "护照：无",
]


@pytest.mark.parametrize(("text", "value"), FOUND, ids=numbered(FOUND))
def test_what_is_found(text: str, value: str) -> None:
    """Each shape is found whole, and nothing else with it."""
    assert seen(text) == [("CN_PASSPORT", value)]


@pytest.mark.parametrize("text", LEFT_ALONE, ids=numbered(LEFT_ALONE))
def test_what_is_left_alone(text: str) -> None:
    """A check digit, a boundary or a context that does not hold, or a value that is nobody's: nothing counts."""
    assert seen(text) == []
