"""What says nearly the same is joined, in words and in characters; what only looks alike is not."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.personal_data.near_duplicates import SIMILARITY, near_duplicates, runs

pytestmark = pytest.mark.training


def clusters(count: int, pairs: list[tuple[int, int]]) -> set[frozenset[int]]:
    """The sets that *pairs* join."""
    sets = {at: {at} for at in range(count)}
    for one, other in pairs:
        sets[one] |= sets[other]
        for member in sets[one]:
            sets[member] = sets[one]
    return {frozenset(each) for each in sets.values() if len(each) > 1}


@given(st.randoms(use_true_random=False), st.integers(2, 14))
def test_pairs_agree_with_brute_force(pick: random.Random, count: int) -> None:
    """All that is joined is similar through a chain; what is very similar is always joined."""
    words = [f"word{i}" for i in range(30)]
    texts: list[str] = []
    for _ in range(count):
        new = pick.choices(words, k=12)
        if texts and pick.random() < 0.6:
            new = pick.choice(texts).split()
            new[pick.randrange(len(new))] = pick.choice(words)
        texts.append(" ".join(new))
    sets = [runs(text) for text in texts]

    def alike(least: float) -> list[tuple[int, int]]:
        pairs = [(i, j) for j in range(count) for i in range(j)]
        return [(i, j) for i, j in pairs if len(sets[i] & sets[j]) >= least * len(sets[i] | sets[j])]

    found = clusters(count, list(near_duplicates(texts)))
    assert all(any(each <= whole for whole in clusters(count, alike(SIMILARITY))) for each in found)
    assert all(any(each <= whole for whole in found) for each in clusters(count, alike(0.99)))


def test_chinese_is_compared_by_characters() -> None:
    """There are no spaces to cut at."""
    text = "您的订单已经从杭州仓库发出，预计三天内送达，请保持电话畅通，谢谢您的支持与理解。"
    other = "我们的客服每天早上九点上班，晚上六点下班，节假日照常，欢迎随时来电咨询各类问题。"
    assert list(near_duplicates([text, other, text.replace("杭州", "上海")])) == [(0, 2)]


def test_case_width_and_punctuation_do_not_hide_a_copy() -> None:
    """A copy stays a copy in full-width letters, in capitals and without its marks."""
    text = "Please restart the router first; if it still fails, ask for a replacement."
    wide = "ＰＬＥＡＳＥ restart the ROUTER first if it still fails ask for a replacement"
    assert list(near_duplicates([text, wide])) == [(0, 1)]


def test_texts_without_words_are_nobodys_copy() -> None:
    """Punctuation alone says nothing."""
    assert list(near_duplicates(["...", "!!!", ""])) == []
