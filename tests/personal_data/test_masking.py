"""What may be printed of a value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.personal_data.entities import ENTITIES
from finewarden.personal_data.masking import masked

SHOWN = [
    ("PHONE_NUMBER", "13912345678", "1…8"),
    ("CN_RESIDENT_ID", "11010519491231002X", "1…X"),
    ("EMAIL_ADDRESS", "zhang.wei@mail.cn", "z…@…"),
    ("PERSON", "王小明", "王…"),
    ("PERSON", "王", "…"),
    ("SECRET", "hunter2-hunter2", "…"),
    ("SESSION_ID", "38afes7a8fh3", "…"),
    ("QQ_ID", "1234", "…"),
    ("MINE", "abcdefgh", "a…h"),
    ("PHONE_NUMBER", "\u202e3912345\ud800", "?…?"),
    ("PHONE_NUMBER", "", "…"),
]


@pytest.mark.parametrize(("entity", "value", "shown"), SHOWN, ids=[str(number) for number in range(len(SHOWN))])
def test_what_is_shown(entity: str, value: str, shown: str) -> None:
    """First and last at most; of secrets and short values nothing; of an address no domain."""
    assert masked(entity, value) == shown


@given(st.sampled_from(sorted(ENTITIES)), st.text(max_size=30))
def test_nothing_that_identifies_is_shown(entity: str, value: str) -> None:
    """Never more than two characters of a value, and all that is shown prints and can be written as UTF-8."""
    shown = masked(entity, value)
    assert sum(char not in "…@?" for char in shown) <= 2
    assert shown.isprintable()
    shown.encode()
