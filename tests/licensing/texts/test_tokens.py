"""Words: the same however a text is set, another one for every change a reader can see."""

from __future__ import annotations

import pytest

from finewarden.licensing.texts.tokens import grams_of, hash_of, is_number, words_of


def bare(text: str) -> list[str]:
    words = words_of(text)
    return [words.word(number) for number in range(len(words))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“AS IS”, Meta’s", '"as is" Meta\'s'),
        ("Copyright (c) 2024 Acme", "Copyright © 2024 Acme"),
        ("© 2024 Acme", "(C) 2024 Acme"),
        ("© Copyright 2024 Acme", "Copyright 2024 Acme"),
        ("at https://www.example.org/terms", "at example.org/terms"),
        ("700,000,000 users", "700000000 users"),
        ("this licence", "this License"),
        ("a\n  b\t\tc", "A B C"),
        ("许可 方", "许可方"),
        ("cafe\u0301", "café"),
        ("1) first\n(b) second", "1. first\nb. second"),
    ],
)
def test_set_otherwise(one: str, other: str) -> None:
    """Quotes, copyright signs, addresses' schemes, thousands, case, spaces and list marks make no difference."""
    assert words_of(one).hashes == words_of(other).hashes


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("$20 million", "€20 million"),
        ("20%", "20"),
        ("1.5 million", "15 million"),
        ("10.000", "10,000"),
        ("Section 3.1", "Section 3.2"),
        ("Meta", "Мeta"),
        ("许可方", "许可人"),
        ("no\u0336t", "not"),
        ("may", "mау"),
        ("item (c)", "item (d)"),
        ("at least ≥ 5", "at least ≤ 5"),
        ("7-billion", "8-billion"),
        ("नहीं", "नही"),
    ],
)
def test_seen_otherwise(one: str, other: str) -> None:
    """Amounts, their signs, look-alike letters, marks on letters, one character of Chinese: each is another word."""
    assert words_of(one).hashes != words_of(other).hashes


def test_numbers_are_told() -> None:
    """Digits, number words and signs of amounts are numbers; a hash tells it by its lowest bit."""
    assert all(is_number(hash_of(word)) for word in ("700", "3.1", "million", "seven", "$", "%", "万", "k2"))
    assert not any(is_number(hash_of(word)) for word in ("license", "may", "许"))


def test_lines_and_words_shown() -> None:
    """A word has the line it stands on, and is shown as it was written, cut with an ellipsis."""
    words = words_of("One <!-- a\nb --> two\nThree, Four")

    assert [words.line(number) for number in range(4)] == [1, 2, 3, 3]
    assert words.shown(2, 4) == "Three, Four"
    assert words.shown(0, 4, limit=8) == "One two…"
    assert words_of("\u202eabc").shown(0, 2) == "U+202Eabc"


def test_list_marks_are_told() -> None:
    """A mark begins its line and ends in a dot or bracket; the same word elsewhere is none."""
    words = words_of("2. Grant of 2\n  - (b) use\n3 users")
    marks = [words.word(n) for n in range(len(words)) if words.is_enumerator(n)]

    assert marks == ["2", "b"]


def test_grams_leave_marks_out() -> None:
    """A text whose lists were numbered anew still comes near."""
    plain, marked = words_of("use the work\ncopy the work too"), words_of("1. use the work\nb) copy the work too")

    assert grams_of(plain.hashes) == grams_of(marked.hashes)
