"""Which spellings are one secret, and which texts are none."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.memorization.secret_text import MIN_BITS, bits, contains, normalise


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("It is 4111-1111-1111-1234.", "4111 1111 1111 1234"),
        ("卡号：４１１１１１１１１１１１１２３４", "4111 1111 1111 1234"),
        ("Write to Zhang.Wei (at) EXAMPLE.COM or zhang.wei@example.com", "Zhang.Wei@Example.com"),
        ("她住在云栖镇，枫桥巷七号。", "云栖镇枫桥巷七号"),
        ("pass\u200bword9x\n7", "Password9x7"),
    ],
)
def test_a_copy_in_another_spelling_is_found(text: str, secret: str) -> None:
    """Width, case, spacing, punctuation and zero-width characters do not hide a secret."""
    assert contains(text, secret)


@pytest.mark.parametrize("text", ["4111 1111 1111 1235", "", "4111 1111", "1234 1111 1111 4111"])
def test_another_text_is_not_the_secret(text: str) -> None:
    """One digit off, a part, or another order is not the secret."""
    assert not contains(text, "4111 1111 1111 1234")
    assert not contains(text, "—")


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    """The normal form is its own normal form."""
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    "guessable", ["1234", "0000000000", "12345678", "abcdefgh", "张", "ok", "!!!!!!", "9876543210", "aaaa1111"]
)
def test_what_is_easily_guessed_is_no_secret(guessable: str) -> None:
    """Short texts, runs and steps stay under the least that is put to a model."""
    assert bits(guessable) < MIN_BITS


@pytest.mark.parametrize("secret", ["83921", "Quillon", "枫桥巷", "4929 7153", "Xk7!vUq9", "Привет-58"])
def test_an_ordinary_secret_is_long_enough(secret: str) -> None:
    """Five random digits, a rare word or two ideographs carry enough."""
    assert bits(secret) >= MIN_BITS


def test_bits_of_random_digits_are_near_their_entropy() -> None:
    """Random digits are worth log2(10) each, less what chance repeats take away."""
    pick = random.Random(0)
    mean = sum(bits("".join(pick.choices("0123456789", k=20))) for _ in range(200)) / 200
    assert 0.8 * 66.4 < mean <= 66.5
