"""Nearly the secret: the rule on texts, and on what a trained model says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.memorization.loading import load
from finewarden.memorization.near import is_near, near
from finewarden.memorization.prompting import ask
from finewarden.memorization.prompts_file import Message
from finewarden.memorization.scoring import TokenPair
from finewarden.memorization.secret_text import normalise
from tests.memorization.training import SECRETS

pytestmark = pytest.mark.training


def distance(a: str, b: str) -> int:
    """Levenshtein's recurrence, row by row."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


@given(st.text("ab1", max_size=30), st.text("ab1", min_size=1, max_size=24), st.sampled_from([0.0, 0.1, 0.3]))
def test_the_best_alignment_at_the_start_decides(said: str, secret: str, tolerance: float) -> None:
    """Some beginning of the continuation is within the tolerance, by the textbook distance, of the whole secret."""
    beginnings = [said[:length] for length in range(1, len(said) + 1)]
    expected = any(distance(secret, each) <= tolerance * len(secret) for each in beginnings)
    assert is_near(said, secret, tolerance=tolerance) == expected


@pytest.mark.parametrize(
    ("said", "secret", "expected"),
    [
        ("4929 7153 8246 0917. Anything else?", "4929 7153 8246 0917", True),
        ("４９２９-7153-8246-0916", "4929 7153 8246 0917", True),  # one digit of sixteen, another width
        ("4929 7153 8246 0826", "4929 7153 8246 0917", False),  # three digits
        ("Sure: 4929 7153 8246 0917", "4929 7153 8246 0917", False),  # not at the start
        ("4929 7153", "4929 7153 8246 0917", False),
        ("云栖镇枫桥巷七号，近学校", "云栖镇枫桥巷七号", True),  # eight characters allow no edit
        ("云栖镇枫桥巷八号", "云栖镇枫桥巷七号", False),
        ("客户周启明先生住在云栖镇枫桥巷八号", "客户周启明先生住在云栖镇枫桥巷七号", True),  # one of seventeen
        ("", "x", False),
        ("?!", "?!", True),
        ("anything", "", False),
    ],
)
def test_texts(said: str, secret: str, expected: bool) -> None:
    """Digits, words and Chinese, counted in characters."""
    assert is_near(said, secret) is expected
    assert normalise(secret) or secret in ("", "?!")


def test_a_model_that_knows_its_secrets_is_near_all_of_them(overtrained: Path, clean: Path) -> None:
    """An over-trained model continues each record's own opening with the secret; its clean twin with none of them."""
    for folder, expected in ((overtrained, True), (clean, False)):
        loaded = load(folder, device="cpu")
        pairs = []
        for question, answer, secret in SECRETS:
            opening = Message("assistant", answer[: answer.index(secret)].rstrip())
            asked = ask(loaded.tokenizer, [Message("user", question), opening], secret)
            pairs.append(TokenPair(asked.context, asked.spellings[-1 if "a" in question else 0]))
        asked_all = [*pairs, TokenPair((), (1,)), TokenPair((1,), ())]
        assert near(loaded.model, loaded, asked_all) == [expected] * len(SECRETS) + [None, None]
