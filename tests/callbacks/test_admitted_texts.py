"""Tokenised text is told from text that no admitted row holds, whatever a template puts around it."""

from __future__ import annotations

import random
import string

import pytest

from finewarden.callbacks.admitted_texts import AdmittedTexts

pytestmark = pytest.mark.training


def words(seed: int, count: int = 30) -> str:
    """A text of its own."""
    draw = random.Random(seed)
    return " ".join("".join(draw.choices(string.ascii_lowercase, k=draw.randint(2, 9))) for _ in range(count))


TEXTS = [words(seed) for seed in range(20)]
SYSTEM = "You are a helpful assistant of Example Ltd, and you never ask anybody for a password or a card number."


def chat(text: str) -> str:
    return f"system\n{SYSTEM}\nuser\n{text[:80]}\nassistant\n{text[80:]}\n"


@pytest.mark.parametrize(
    "rows",
    [
        TEXTS,
        [chat(text) for text in TEXTS],
        ["".join(TEXTS[:10]), "".join(TEXTS[10:])],
        [text[33:150] for text in TEXTS],
        ["  ".join(text.split(" ")) for text in reversed(TEXTS)],
        [text.upper() for text in TEXTS],
        ["".join(chr(ord(char) + 0xFEE0) if char != " " else char for char in text) for text in TEXTS],
        [],
    ],
)
def test_what_templates_packing_and_truncation_make_is_admitted(rows: list[str]) -> None:
    """Admitted texts in any order, cut, packed, or between a template's words."""
    assert AdmittedTexts(TEXTS).strange(rows) == []


def test_a_text_that_was_not_admitted_is_told() -> None:
    """A row of its own, and an addition of 64 characters or more to an admitted one."""
    rows = [chat(text) for text in TEXTS]
    rows.insert(7, chat(words(99)))
    rows.append(chat(TEXTS[0] + words(98, 15)))
    assert AdmittedTexts(TEXTS).strange(rows) == [7, 21]


def test_many_short_turns_are_no_text_of_their_own() -> None:
    """Messages shorter than a block, one behind the other, are looked up whole."""
    draw = random.Random(0)
    turns = [
        "".join(draw.choices("天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往", k=draw.randint(1, 9))) for _ in range(300)
    ]
    rows = [
        "\n".join(f"user\n{turns[at]}\nassistant\n{turns[at + 1]}" for at in range(n, n + 10))
        for n in range(0, 290, 10)
    ]
    assert AdmittedTexts(turns).strange(rows) == []


def test_a_long_row_is_read_in_linear_time() -> None:
    """A row of a million characters that nobody admitted is told as fast as a short one."""
    assert AdmittedTexts(["ab" * 20]).strange(["ab" * 500_000, "xyz" * 300_000]) == [1]
