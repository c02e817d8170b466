"""International bank account numbers: what is found beside spaces and beside ideographs, and what is left alone."""

from __future__ import annotations

import pytest

from tests.personal_data.rules.looking import numbered, seen

FOUND = [
    ("IBAN:GB82WEST12345698765432", "GB82WEST12345698765432"),
    ("IBAN DE89 3704 0044 0532 0130 00.", "DE89 3704 0044 0532 0130 00"),
]
LEFT_ALONE = [
    "GB82WEST12345698765433",
    "DE8937040044053201300",
    "XX82WEST12345698765432",
    "AB12CDEF3456",
]


@pytest.mark.parametrize(("text", "value"), FOUND, ids=numbered(FOUND))
def test_what_is_found(text: str, value: str) -> None:
    """Each shape is found whole, and nothing else with it."""
    assert seen(text) == [("IBAN_CODE", value)]


@pytest.mark.parametrize("text", LEFT_ALONE, ids=numbered(LEFT_ALONE))
def test_what_is_left_alone(text: str) -> None:
    """A check digit, a boundary or a context that does not hold, or a value that is nobody's: nothing counts."""
    assert seen(text) == []
