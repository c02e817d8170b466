"""Secrets are harmless, uniform over a known number, and look like what they are."""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.callbacks.canaries import families as module
from finewarden.callbacks.canaries.families import DEFAULT, NAMES, CannotDraw, default_names, families, is_harmless
from finewarden.redaction import find_secrets
from tests.memorization.tokenizers_with_merges import byte_level

pytestmark = pytest.mark.training

SHAPES = {
    "card": r"\d{4} \d{4} \d{4} \d{4}",
    "email": r"[a-z0-9]{10}@example\.invalid",
    "api-key": r"ak-[a-z0-9]{24}",
    "phone": r"\+1 [2-9]\d\d 555-01\d\d ext\. \d{6}",
    "resident-id": r"\d{17}[\dX]",
    "wechat-id": r"wxid_[a-z0-9]{16}",
}


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1 annex B, as it is written there: from the right, every second digit doubled, its digits added."""
    total = 0
    for place, digit in enumerate(digits[::-1]):
        total += sum(map(int, str(int(digit) * 2))) if place % 2 else int(digit)
    return total % 10 == 0


def resident_check(body: str) -> str:
    """GB 11643: the published weights and remainders."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


@pytest.mark.parametrize("name", SHAPES)
def test_secrets_have_their_shape_and_harm_nobody(name: str, tiny: ModuleType) -> None:
    """No card passes Luhn, no identity its check digit, and no rule takes one for a live token."""
    [family] = families((name,), tiny.byte_tokenizer())
    pick = random.Random(0)
    for _ in range(500):
        secret = family.draw(pick)
        assert re.fullmatch(SHAPES[name], secret)
        assert not list(find_secrets(f"the key is {secret} today"))
        if name == "card":
            assert not luhn(secret.replace(" ", ""))
        if name == "resident-id":
            assert resident_check(secret[:17]) != secret[17]


@given(st.text("0123456789", min_size=13, max_size=19))
def test_what_passes_a_check_is_not_harmless(digits: str) -> None:
    """The checks are those of the standards."""
    valid_id = len(digits) == 18 and resident_check(digits[:17]) == digits[17]
    assert is_harmless(digits) is not (luhn(digits) or valid_id)


@pytest.mark.parametrize("known", ["11010519491231002X", "440524188001010014", "4111 1111 1111 1111"])
def test_published_valid_numbers_are_known(known: str) -> None:
    """The examples of GB 11643 and the card networks' test number are recognised as valid."""
    assert not is_harmless(known)


def test_bits_are_of_the_whole_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """A set small enough to be counted has as many members as its bits say, all equally likely."""
    phones = Counter(module._phone(random.Random(seed)) for seed in range(40_000))
    areas = Counter(phone[3:6] for phone in phones.elements())
    assert len(areas) == 800
    assert max(areas.values()) < 100  # 50 on average; 7 sigma
    assert math.isclose(module._SHAPED["phone"].bits, math.log2(len(areas) * 100 * 10**6))
    endings = Counter(phone[-1] for phone in phones.elements())
    assert len(endings) == 10
    assert max(endings.values()) < 4500  # 4,000 on average; 8 sigma
    assert all(family.bits > 30 for family in module._SHAPED.values())


def test_words_are_one_token_each_after_a_space(tiny: ModuleType) -> None:
    """Random tokens are whole words of the vocabulary where it has words, single letters where it has none."""
    tokenizer = byte_level()
    [family] = families(("random-tokens",), tokenizer)
    words = family.draw(random.Random(1)).split(" ")
    assert len(tokenizer(" " + " ".join(words)).input_ids) == len(words)
    assert family.bits >= 64

    [letters] = families(("random-tokens",), tiny.byte_tokenizer())
    assert {len(word) for word in letters.draw(random.Random(1)).split(" ")} == {1}


def test_vocabulary_without_words_is_refused() -> None:
    """The error names the family and what to write."""
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast

    poor = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.WordLevel({"<u>": 0, "字": 1}, "<u>")))
    with pytest.raises(CannotDraw, match=r"'random-tokens' can't be drawn.*families="):
        families(("random-tokens",), poor)


def test_default_is_every_family_that_is_trained_on() -> None:
    """`input` is asked for by name."""
    assert {*DEFAULT, "input"} == set(NAMES)
    assert default_names(chinese=True) == DEFAULT
    assert {*DEFAULT} - {*default_names(chinese=False)} == {"resident-id", "wechat-id"}
