"""A text as the rules read it: every place of it leads back to the character it came from."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.personal_data.rules.characters import plain
from tests.personal_data.rules.looking import numbered

READ = [
    ("１３９－Ａｂ＠", "139-Ab@"),
    ("1\u200b3\u20609\ufeff", "139"),
    ("\u202e139\u202c", "139"),
    ("1\ufe0f\u20e33\ufe0f\u20e3", "13"),
    ("①③⑨⓪", "1390"),
    ("٠١٢۳", "0123"),
    ("𝟏𝟑", "13"),
    ("a\u00a0b\u3000c", "a b c"),
    ("010—6234–5678", "010-6234-5678"),
    ("a%40b", "a@b"),
    (r"\n139\t", "  139  "),
    (r"\u003ca\u003e", "      a      "),
    (r"\alpha", r"\alpha"),
    ("\ud800\x001", "\ud8001"),
]


@pytest.mark.parametrize(("text", "read"), READ, ids=numbered(READ))
def test_how_characters_are_read(text: str, read: str) -> None:
    """Other digits, widths, dashes and spaces are ASCII's; what has no width is passed over; surrogates stay."""
    assert plain(text).text == read


@given(st.text(st.characters() | st.sampled_from("1٣３\u200b\u0301%40\\n ａ@"), min_size=1, max_size=60))
def test_every_place_leads_back(text: str) -> None:
    """Spans grow with the text, lie inside it, and the character that a plain one came from is the same or its kin."""
    read = plain(text)
    spans = [read.span(at, at + 1) for at in range(len(read.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    for char, (start, end) in zip(read.text, spans, strict=True):
        came_from = text[start:end]
        if char.isascii() and char.isdigit():
            assert unicodedata.digit(came_from) == int(char)
        elif char.isalpha():
            assert unicodedata.normalize("NFKC", came_from) == unicodedata.normalize("NFKC", char)


def test_the_middle_of_a_long_run_is_passed_over() -> None:
    """Of ten thousand letters and digits in a row six hundred are left, and what follows keeps its place."""
    text = "x" + "1" * 10_000 + " 139"
    read = plain(text)
    assert len(read.text) == 604
    at = read.text.index("139")
    assert read.span(at, at + 3) == (10_002, 10_005)


@pytest.mark.parametrize("length", [600, 601, 899, 900, 1500])
@pytest.mark.parametrize("before", [0, 1, 299])
def test_a_run_is_seen_wherever_it_starts(length: int, before: int) -> None:
    """Six hundred characters stay whole, one more does not."""
    text = "-" * before + "a" * length + "-" * 1000
    assert len(plain(text).text) == len(text) - max(0, length - 600)


def test_nothing_of_a_text_is_printed() -> None:
    """What a crash or a log would show holds none of its characters."""
    assert "139" not in repr(plain("call 139"))
