"""A mask covers, keeps length and separators, and says how many values look the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.personal_data.deidentify.mask import MASKED, mask


@pytest.mark.parametrize(
    ("entity", "value", "text", "candidates"),
    [
        ("PHONE_NUMBER", "13800138000", "138****8000", 10**4),
        ("PHONE_NUMBER", "138-0013-8000", "138-****-8000", 10**4),
        ("PHONE_NUMBER", "+86 138 0013 8000", "+86 1** **** 8000", 10**6),
        ("PHONE_NUMBER", "1234567", "*******", 10**7),
        ("CREDIT_CARD", "4532 0151 1283 0366", "**** **** **** 0366", 10**11),
        ("CN_RESIDENT_ID", "110105194912310021", "*" * 18, 10**18),
        ("CN_RESIDENT_ID", "11010519491231002X", "*" * 18, None),
        ("PERSON", "王小明", "***", None),
        ("EMAIL_ADDRESS", "wang.xm@qq.com", "****.**@**.***", None),
    ],
)
def test_masks(entity: str, value: str, text: str, candidates: int | None) -> None:
    """What stays in sight, and what is left to guess, by entity."""
    made = mask(entity, value)
    assert (made.text, made.candidates) == (text, candidates)


@given(st.text())
def test_nothing_of_free_text_is_left(value: str) -> None:
    """Of a name or an address no letter and no digit stays in sight, nor an invisible one."""
    assert not any(char.isalnum() or not (char.isprintable() or char.isascii()) for char in mask("PERSON", value).text)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_masks_of_numbers_are_recognised(value: str) -> None:
    """A mask that shows digits is known as a mask."""
    assert MASKED.fullmatch(mask("PHONE_NUMBER", value).text)


@pytest.mark.parametrize("text", ["**13800138000**", "****13800138000", "13800138000****", "13800****"])
def test_asterisks_around_a_number_are_no_mask(text: str) -> None:
    """Markdown around a whole number hides nothing of it."""
    assert not any(len(match[0].strip("*")) > 4 for match in MASKED.finditer(text))
