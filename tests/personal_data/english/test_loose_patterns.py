"""A looser pattern matches wherever the pattern does, or there is none."""

from __future__ import annotations

import re

import pytest

from finewarden.personal_data.english.loose_patterns import as_bytes, loosened

FLAGS = int(re.IGNORECASE | re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (r"\b\d{3}\b", rb"(?:)[\xff\d]{3}(?:)"),
        (r"[\w.]+@", rb"[\xff\w.]+@"),
        (r"[^\s,]+", rb"[^\s,]+"),
        (r"a{1,253}", rb"a{1,}"),
        (r"a{40}", rb"a{32,}"),
        (r"(?<![\w(])x(?=(a)\))y", rb"(?:)x(?:)y"),
        (r"(?i)(?:a|b)(?P<n>c)", rb"(?i)(?:a|b)(?P<n>c)"),
        (r"([:-])x\1", rb"([:-])x\1"),
        (r"\{x\}", rb"\{x\}"),
    ],
)
def test_loosened(expression: str, expected: bytes) -> None:
    """Boundaries and look-arounds hold anywhere, classes of words and digits hold of every character beyond ASCII."""
    assert loosened(expression, FLAGS) == expected


@pytest.mark.parametrize(
    "expression",
    [
        r"(?:abc){e<=1}",
        r"é",
        r"\xe9",
        r"\u00e9",
        r"[a-z--[aeiou]]",
        r"[[a-z]]",
        r"\p{Lu}",
        r"\m",
        r"(?<n>a)",
        r"\1(a)",
        r"(a)(?=(b))\1",
        r"(?(1)a|b)",
        r"[^\W]",
        r"(",
        r"(?#\))a",
        r"\L<names>",
    ],
)
def test_not_read(expression: str) -> None:
    """What only `regex` reads, what lies beyond ASCII, and what would need more thought has no looser pattern."""
    assert loosened(expression, FLAGS) is None


def test_other_flags_are_not_read() -> None:
    """A flag that changes what a pattern means, given beside it or in it, leaves it without a looser one."""
    assert loosened("a b", FLAGS | re.VERBOSE) is None
    assert loosened("(?x)a b", FLAGS) is None
    assert loosened(r"(?a)\w", FLAGS) is None


def test_a_byte_for_each_character() -> None:
    """Characters beyond ASCII become one byte, except those that are letters of ASCII when case is ignored."""
    assert as_bytes("aé中😀\0") == b"a\xff\xff\xff\0"
    assert as_bytes("plain") == b"plain"
    assert all(as_bytes(f"x{each}") is None for each in "ſ\u212aİı")


@pytest.mark.pii
def test_no_other_character_folds_into_ascii() -> None:
    """Of all characters beyond ASCII, `regex` takes exactly those four for letters of ASCII."""
    import regex

    ascii_letter = regex.compile("[\x00-\x7f]", regex.IGNORECASE)
    folding = {
        each for each in map(chr, range(128, 0x110000)) if not 0xD800 <= ord(each) < 0xE000 and ascii_letter.match(each)
    }
    assert folding == set("ſ\u212aİı")
