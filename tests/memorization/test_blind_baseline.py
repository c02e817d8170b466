"""Whether a split can be told without any model."""

from __future__ import annotations

import random

import pytest

from finewarden.memorization.blind_baseline import blind_scores
from finewarden.memorization.membership import auc

pytestmark = pytest.mark.training  # scikit-learn comes with the train extra


def test_a_split_by_date_is_seen_and_a_random_one_is_not() -> None:
    """Texts of two years are told apart out of fold; the same texts split by a coin are not."""
    pick = random.Random(3)
    texts = [f"Ticket {pick.randrange(10**6)} of {2019 + i % 2}-0{pick.randrange(1, 9)}: closed." for i in range(200)]
    groups = [str(i) for i in range(200)]
    by_date, by_coin = [i % 2 == 0 for i in range(200)], [pick.random() < 0.5 for _ in range(200)]
    for members, low, high in ((by_date, 0.95, 1.0), (by_coin, 0.35, 0.65)):
        scores = blind_scores(texts, members, groups, seed=0)
        assert scores == blind_scores(texts, members, groups, seed=0)
        assert all(0 <= score <= 1 for score in scores)
        inside = [score for score, member in zip(scores, members, strict=True) if member]
        outside = [score for score, member in zip(scores, members, strict=True) if not member]
        assert low <= auc(inside, outside) <= high


def test_a_group_never_teaches_what_it_is_asked() -> None:
    """Five copies of each text in one group: memorising them helps only a fit that saw the group."""
    pick = random.Random(4)
    owners = ["".join(pick.choice("abcdefghij") for _ in range(30)) for _ in range(60)]
    texts = [owner for owner in owners for _ in range(5)]
    members = [at % 2 == 0 for at in range(60) for _ in range(5)]
    together = blind_scores(texts, members, texts, seed=0)
    apart = blind_scores(texts, members, [str(i) for i in range(300)], seed=0)

    def separation(scores: list[float]) -> float:
        return auc(
            [s for s, m in zip(scores, members, strict=True) if m],
            [s for s, m in zip(scores, members, strict=True) if not m],
        )

    assert separation(apart) > 0.9  # the first fold, which nothing was fitted for, stays at chance
    assert separation(together) < 0.75


def test_one_group_on_a_side_can_not_be_held_apart() -> None:
    """The error says what is needed."""
    with pytest.raises(ValueError, match=r"got 1 on one side, allowed: two or more"):
        blind_scores(["a", "b", "c"], [True, True, False], ["1", "2", "3"], seed=0)
