"""Check digits against the examples of their standards, and against one wrong character in each place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.personal_data.rules.checks import (
    iban_holds,
    is_date,
    luhn_holds,
    resident_id_holds,
    uscc_holds,
)

EXAMPLES = [
    (resident_id_holds, "11010519491231002X"),  # GB 11643-1999
    (resident_id_holds, "34052419800101001X"),  # GB 11643-1999
    (uscc_holds, "91350100M000100Y43"),  # GB 32100-2015
    (luhn_holds, "79927398713"),  # US patent 2,950,048, as usually quoted
    (iban_holds, "GB82WEST12345698765432"),  # ISO 13616
    (iban_holds, "NO9386011117947"),
]
KINDS = [check.__name__ for check, _ in EXAMPLES]


@pytest.mark.parametrize(("check", "value"), EXAMPLES, ids=KINDS)
def test_examples_hold(check: Callable[[str], bool], value: str) -> None:
    """The standard's own example passes."""
    assert check(value)


@pytest.mark.parametrize(("check", "value"), EXAMPLES, ids=KINDS)
def test_one_wrong_digit_does_not_hold(check: Callable[[str], bool], value: str) -> None:
    """Each of these checks sees any single wrong digit."""
    for at, char in enumerate(value):
        if char.isdigit():
            for other in set("0123456789") - {char}:
                assert not check(value[:at] + other + value[at + 1 :])


@pytest.mark.parametrize("day", ["19490229", "20231301", "20230001", "18991231", "21000101", "00000000"])
def test_days_that_are_none(day: str) -> None:
    """A month, a day or a century that can't be is no date."""
    assert not is_date(day)


@given(st.dates())
def test_days_of_two_centuries(day: object) -> None:
    """From 1900 to 2099 every day is a date."""
    digits = str(day).replace("-", "")
    assert is_date(digits) == (digits[:2] in ("19", "20"))


@given(st.text("0123456789", min_size=1, max_size=30))
def test_luhn_as_its_definition_says(digits: str) -> None:
    """Every second digit from the right doubled, digits of all of them added up, a multiple of ten."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        number = int(char) * (2 if place % 2 else 1)
        total += sum(int(digit) for digit in str(number))
    assert luhn_holds(digits) == (total % 10 == 0)


@pytest.mark.parametrize("check", [resident_id_holds, uscc_holds, iban_holds])
def test_other_lengths_do_not_hold(check: Callable[[str], bool]) -> None:
    """What is shorter or longer than the standard says is none, and raises nothing."""
    assert not any(check("1" * length) for length in (0, 1, 17, 19, 40))
