"""A pseudonym is one per value and key, however the value is spelt, and is found by no rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.personal_data.deidentify.key import Key
from finewarden.personal_data.deidentify.pseudonym import pseudonym
from finewarden.personal_data.deidentify.spelling import one_spelling
from finewarden.personal_data.entities import ENTITIES
from finewarden.personal_data.rules import find_by_rules
from finewarden.personal_data.stand_ins import PSEUDONYM

KEY = Key(bytes(range(32)))
OTHER = Key(bytes(range(1, 33)))


@pytest.mark.parametrize(
    ("entity", "spellings"),
    [
        ("PHONE_NUMBER", ["13800138000", "138-0013-8000", "138 0013 8000", "+86 138 0013 8000", "008613800138000",
                          "8613800138000", "１３８００１３８０００", "138\u200b0013\u200b8000"]),
        ("PHONE_NUMBER", ["010-12345678", "+86 10 1234 5678", "(010)12345678"]),
        ("PHONE_NUMBER", ["+1 (415) 555-2671", "415-555-2671", "415.555.2671"]),
        ("PHONE_NUMBER", ["+44 7911 123456", "07911 123456"]),
        ("EMAIL_ADDRESS", ["Wang.XM@qq.com", "wang.xm@QQ.com"]),
        ("CN_RESIDENT_ID", ["11010519491231002X", "11010519491231002x", "110105 19491231 002X"]),
        ("CREDIT_CARD", ["4532 0151 1283 0366", "4532015112830366"]),
        ("PERSON", ["John  Smith", "john smith", "JOHN SMITH"]),
        ("PERSON", ["王小明", "王 小明"]),
        ("IP_ADDRESS", ["2001:db8::1", "2001:0DB8:0:0::1"]),
        ("MAC_ADDRESS", ["00-1A-2B-3C-4D-5E", "00:1a:2b:3c:4d:5e"]),
    ],
)  # fmt: skip
def test_spellings_share_a_pseudonym(entity: str, spellings: list[str]) -> None:
    """All spellings of one value have one pseudonym."""
    assert len({pseudonym(entity, each, KEY) for each in spellings}) == 1


@pytest.mark.parametrize(
    ("entity", "one", "other"),
    [
        ("PHONE_NUMBER", "13800138000", "13800138001"),
        ("SECRET", "aBcDeF", "abcdef"),
        ("PERSON", "John Smith", "JohnSmith"),
        ("EMAIL_ADDRESS", "ab@c.com", "a.b@c.com"),
    ],
)
def test_different_values_have_different_pseudonyms(entity: str, one: str, other: str) -> None:
    """What is not one value has not one pseudonym."""
    assert pseudonym(entity, one, KEY) != pseudonym(entity, other, KEY)


def test_another_key_gives_another_pseudonym() -> None:
    """Pseudonyms of two keys can't be matched."""
    assert pseudonym("PERSON", "王小明", KEY) != pseudonym("PERSON", "王小明", OTHER)


def test_sixty_four_bits() -> None:
    """A pseudonym tells at least 2^64 values apart."""
    letters = pseudonym("PERSON", "x", KEY).removeprefix("<PERSON_").removesuffix(">")
    assert 20 ** len(letters) > 2**64


@given(st.sampled_from(sorted(ENTITIES)), st.text(min_size=1))
def test_pseudonyms_are_recognised_and_found_by_no_rule(entity: str, value: str) -> None:
    """Of any value, a pseudonym can be made, is known as one, and is no finding."""
    written = pseudonym(entity, value, KEY)
    assert PSEUDONYM.fullmatch(written)
    assert find_by_rules(written) == []


@given(st.sampled_from(sorted(ENTITIES)), st.text(min_size=1))
def test_no_spelling_is_empty(entity: str, value: str) -> None:
    """A value always keeps something by which it is told from others."""
    assert one_spelling(entity, value)
