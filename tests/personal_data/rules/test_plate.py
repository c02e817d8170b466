"""Number plates: what is found beside spaces and beside ideographs, and what is left alone."""

from __future__ import annotations

import pytest

from tests.personal_data.rules.looking import numbered, seen

FOUND = [
    ("车牌京A12345", "京A12345"),
    ("开粤BD12345来的", "粤BD12345"),
    ("沪A·88888", "沪A·88888"),
    ("川AD12345", "川AD12345"),
    ("京A1234警", "京A1234警"),
    ("粤Z1234港", "粤Z1234港"),
    ("苏E·12345D", "苏E·12345D"),
    ("使014578", "使014578"),
    ("WJ京12345", "WJ京12345"),
    ("豫a5k678", "豫a5k678"),
]
LEFT_ALONE = [
    "浙江A12345",
    "云A",
    "豫园123",
    "赣州1234567",
    "全新A12345",
    "阿里云C12345",
    "川A股",
    "京AB1CDE",
    "京A123456789",
    "苏打水C12345",
    "藏品A12345B7",
]


@pytest.mark.parametrize(("text", "value"), FOUND, ids=numbered(FOUND))
def test_what_is_found(text: str, value: str) -> None:
    """Each shape is found whole, and nothing else with it."""
    assert seen(text) == [("CN_PLATE", value)]


@pytest.mark.parametrize("text", LEFT_ALONE, ids=numbered(LEFT_ALONE))
def test_what_is_left_alone(text: str) -> None:
    """A check digit, a boundary or a context that does not hold, or a value that is nobody's: nothing counts."""
    assert seen(text) == []
