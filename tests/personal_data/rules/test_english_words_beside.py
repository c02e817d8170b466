"""Names, towns, ages, firms and phones that only the English words beside them tell, and the cost of looking."""

from __future__ import annotations

import time

import pytest

from finewarden.personal_data.rules import find_by_rules
from finewarden.personal_data.rules.every import RULES
from finewarden.personal_data.rules.prefilter import ByHyperscan
from tests.personal_data.rules.looking import numbered

FOUND = [
    ("PERSON", "My name is Ada Quill and I have a question.", "Ada Quill"),
    ("PERSON", "Please ask Dr. Quill about it.", "Quill"),
    ("PERSON", "Name: Ada M. Quill\nPhone: none", "Ada M. Quill"),
    ("PERSON", "What's the name on the account? User: Ada Quill", "Ada Quill"),
    ("PERSON", "Dear Ada,\nthank you.", "Ada"),
    ("PERSON", "Ada Quill lives at 12 Main Street.", "Ada Quill"),
    ("PERSON", "Ada Quill\n12 Main Street\nSpringfield, IL 62704", "Ada Quill"),
    ("PERSON", "a talk by Wisława Szczepańska on graphs", "Wisława Szczepańska"),
    ("PERSON", "I'm Ada Quill, 221B Baker Street", "Ada Quill"),
    ("PERSON", "this is Ada Quill from Leeds", "Ada Quill"),
    ("PERSON", "Hello, my name's Ada Quill.", "Ada Quill"),
    ("PERSON", "Sorry, Ada M. Quill.", "Ada M. Quill"),
    ("PERSON", "Kind regards,\nAda Quill", "Ada Quill"),
    ("LOCATION", "I grew up in Springfield.", "Springfield"),
    ("LOCATION", "Springfield, IL 62704", "Springfield, IL 62704"),
    ("LOCATION", "He went to Lisbon, Portugal 1250 by train.", "Lisbon, Portugal 1250"),
    ("AGE", "The patient is a 63 year old man.", "63"),
    ("AGE", "This 63 year old man came with his laptop.", "63"),
    ("AGE", "I just turned 55", "55"),
    ("AGE", "Age: 34, single", "34"),
    ("ORGANIZATION", "She works for Quill & Daughters now.", "Quill & Daughters"),
    ("ORGANIZATION", "signed by Quill Paper, Inc. in May", "Quill Paper, Inc."),
    ("PHONE_NUMBER", "Mobile: 0490 39 07 81", "0490 39 07 81"),
    ("PHONE_NUMBER", "please call me at 99 577450", "99 577450"),
    ("PHONE_NUMBER", "07700 063 966-Fax", "07700 063 966"),
]
LEFT_ALONE = [
    "My name is not important, and the name of the file is given.",
    "Dear all, Hello World, Hi there!",
    "The parser lives in Lib/ and the loader in Objects.",
    "The cache is 10 minutes old and 30 years of logs are kept.",
    "This works for Windows, on page 3 of 12.",
    "The call at 0x12345678 returned 12345678 bytes.",
    "Call 1.0 to 2.0 what you like.",
    "This is Google Chrome. I'm Puerto Rican. I am Not Sure.",
    "This is Monday Morning, I am South Korean.",
    "Sorry, Windows Update. This is Hong Kong.",
    "Thanks,\nSupport Team",
    "My printer is 3 years old.",
    "a 2 year old device and a 10-year-old gaming laptop",
    "I'm 30, maybe 31 days late",
]


@pytest.mark.parametrize(("entity", "text", "value"), FOUND, ids=numbered(FOUND))
def test_what_is_found(entity: str, text: str, value: str) -> None:
    """The words beside a value tell what it is, and are not in the finding."""
    assert (entity, value) in [(each.entity, text[each.start : each.end]) for each in find_by_rules(text)]


@pytest.mark.parametrize("text", LEFT_ALONE, ids=numbered(LEFT_ALONE))
def test_what_is_left_alone(text: str) -> None:
    """Words that name nobody: nothing is found."""
    assert find_by_rules(text) == []


@pytest.mark.pii
@pytest.mark.parametrize(("entity", "text", "value"), FOUND, ids=numbered(FOUND))
def test_a_sign_stands_wherever_its_rule_matches(entity: str, text: str, value: str) -> None:
    """The small pattern that hyperscan is given never leaves out a rule that would have matched."""
    possible = _hyperscan().possible(text)
    for number, rule in enumerate(RULES):
        if rule.pattern.search(text):
            assert number in possible, rule.name


def _hyperscan(kept: list[ByHyperscan] = []) -> ByHyperscan:  # noqa: B006 - compiled once
    if not kept:
        kept.append(ByHyperscan(RULES))
    return kept[0]


@pytest.mark.parametrize(
    "piece", ["Ab ", "12 Ab ", "1 Rua ", "Ab, ", "Ab Cd\n", "1 ", "Éa ", "corner of A and ", "I'm Ab ", "it is 3 yo "]
)
def test_a_long_row_of_almost_addresses_takes_no_long_time(piece: str) -> None:
    """The time is a constant per character: a hundred thousand of the worst ones take a second at most."""
    find_by_rules("")
    text = piece * (100_000 // len(piece))
    start = time.process_time()
    find_by_rules(text)
    assert time.process_time() - start < 2
