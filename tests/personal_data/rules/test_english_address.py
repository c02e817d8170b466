"""English addresses: what is found to its last part, and what only reads like one."""

from __future__ import annotations

import pytest

from tests.personal_data.rules.looking import numbered, seen

FOUND = [
    ("Ship it to 12 Main Street, please.", "12 Main Street"),
    ("It went to 2240 N. Oak Ave Apt. 5, Salem, OR 97301 twice.", "2240 N. Oak Ave Apt. 5, Salem, OR 97301"),
    ("300 5th Avenue\nNew York, NY 10001", "300 5th Avenue\nNew York, NY 10001"),
    (">12 Hill Road\n>Leeds\n>United Kingdom", "12 Hill Road\n>Leeds\n>United Kingdom"),
    ("It went to 12 Cedar Park, Salem, OR 97301.", "12 Cedar Park, Salem, OR 97301"),
    ("P.O. Box 4411, Dayton, OH 45401", "P.O. Box 4411, Dayton, OH 45401"),
    ("PSC 1234, Box 567\nAPO AE 09021", "PSC 1234, Box 567\nAPO AE 09021"),
    ("The letter went to Hauptstraße 5, 10115 Berlin.", "Hauptstraße 5, 10115 Berlin"),
    ("the courier went to Via Roma 12, Torino.", "Via Roma 12, Torino"),
    ("Meet me at 5 rue de la Paix.", "5 rue de la Paix"),
    ("Ez a cím: Váci utca 5.", "Váci utca 5"),
    ("The taxi waits at the corner of Elm Road and Second Avenue", "the corner of Elm Road and Second Avenue"),
    ("My address is 4410 Larkspur 7, Fairview, and I am at home.", "4410 Larkspur 7, Fairview"),
]
LEFT_ALONE = [
    "See Section 3 Key Points and Table 4 Main Results.",
    "Python 3 Way of doing it: 12 Factor Apps.",
    "The object lives at line 30 of the module.",
    "Press Drive, then Place, then Square.",
    "It is located in Lib/test and was moved to Objects in 2019.",
    "Chapter 2 Street photography for beginners",
    "The value of address is 0x7f00.",
]


@pytest.mark.parametrize(("text", "value"), FOUND, ids=numbered(FOUND))
def test_what_is_found(text: str, value: str) -> None:
    """Each form of an address is found as one piece, down to its postcode or country."""
    assert seen(text) == [("STREET_ADDRESS", value)]


@pytest.mark.parametrize("text", LEFT_ALONE, ids=numbered(LEFT_ALONE))
def test_what_is_left_alone(text: str) -> None:
    """Numbers beside words that can mean a street are no address."""
    assert seen(text) == []
