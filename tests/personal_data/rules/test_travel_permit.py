"""Permits for Hong Kong and Taiwan: what is found beside spaces and beside ideographs, and what is left alone."""

from __future__ import annotations

import pytest

from tests.personal_data.rules.looking import numbered, seen

FOUND = [
    ("居住证810000199003070015", "810000199003070015"),
    ("台湾居民居住证：830000197512121129", "830000197512121129"),
    ("港澳通行证C12345678", "C12345678"),
    ("往来港澳通行证号码：CA1234567", "CA1234567"),
    ("回乡证H1234567801", "H1234567801"),
    ("台胞证号：12345678", "12345678"),
    ("台湾通行证T12345678", "T12345678"),
    ("大陆居民往来台湾通行证 L12345678", "L12345678"),
]
LEFT_ALONE = [
    "C12345678",
    "编号 H1234567801",
    "台胞证号：1234567",
    "通行证12345678",
    "居住证810000199003070016",
]


@pytest.mark.parametrize(("text", "value"), FOUND, ids=numbered(FOUND))
def test_what_is_found(text: str, value: str) -> None:
    """Each shape is found whole, and nothing else with it."""
    assert seen(text) == [("CN_TRAVEL_PERMIT", value)]


@pytest.mark.parametrize("text", LEFT_ALONE, ids=numbered(LEFT_ALONE))
def test_what_is_left_alone(text: str) -> None:
    """A check digit, a boundary or a context that does not hold, or a value that is nobody's: nothing counts."""
    assert seen(text) == []
