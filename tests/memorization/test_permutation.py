"""The permutation test is exact, within strata and for whole groups."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from finewarden.memorization.membership import permutation_p_value
from finewarden.memorization.permutation import permutation_tails

score = st.integers(-3, 3).map(float)
Unit = tuple[int, list[float]]  # stratum, scores of one group


def wins(members: list[Unit], non_members: list[Unit]) -> tuple[float, int]:
    """Won pairs of groups (by the share of their records' pairs, ties half) and pairs, within strata."""
    won, pairs = 0.0, 0
    for (a, high), (b, low) in product(members, non_members):
        if a == b:
            won += sum((x > y) + 0.5 * (x == y) for x, y in product(high, low)) / (len(high) * len(low))
            pairs += 1
    return won, pairs


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 1), st.lists(score, min_size=1, max_size=3)), min_size=2, max_size=4),
    st.lists(st.tuples(st.integers(0, 1), st.lists(score, min_size=1, max_size=3)), min_size=2, max_size=4),
)
def test_p_value_is_the_share_of_all_permutations(members: list[Unit], non_members: list[Unit]) -> None:
    """It is, to Monte-Carlo error, the share of all assignments of whole groups within strata that are as extreme."""
    seen, pairs = wins(members, non_members)
    if not pairs:
        return
    everything = members + non_members
    choices = []
    for stratum in (0, 1):
        units = [i for i, unit in enumerate(everything) if unit[0] == stratum]
        choices.append(list(combinations(units, sum(unit[0] == stratum for unit in members))))
    extreme = total = 0
    for left, right in product(*choices):
        chosen = {*left, *right}
        won, count = wins(
            [unit for i, unit in enumerate(everything) if i in chosen],
            [unit for i, unit in enumerate(everything) if i not in chosen],
        )
        extreme, total = extreme + (won / count >= seen / pairs - 1e-9), total + 1

    found = permutation_p_value(
        [x for _, values in members for x in values],
        [x for _, values in non_members for x in values],
        member_groups=[i for i, (_, values) in enumerate(members) for _ in values],
        non_member_groups=[-1 - i for i, (_, values) in enumerate(non_members) for _ in values],
        member_strata=[stratum for stratum, values in members for _ in values],
        non_member_strata=[stratum for stratum, values in non_members for _ in values],
        rounds=4999,
    )
    assert found == pytest.approx(extreme / total, abs=0.04)


def test_level_holds_for_groups_and_not_for_their_records() -> None:
    """Groups of five that are alike: permuted as wholes the level holds, permuted record by record it is far off."""
    rng = np.random.default_rng(0)
    as_groups = as_records = 0
    draws = 300
    for _ in range(draws):
        values = rng.normal(size=(40, 1)) + 0.5 * rng.normal(size=(40, 5))
        members, non_members = values[:20].ravel().tolist(), values[20:].ravel().tolist()
        names = [i // 5 for i in range(100)]
        as_groups += (
            permutation_p_value(
                members, non_members, member_groups=names, non_member_groups=[-1 - i for i in names], rounds=399
            )
            <= 0.05
        )
        as_records += permutation_p_value(members, non_members, rounds=399) <= 0.05

    assert binom.sf(as_groups - 1, draws, 0.05) > 1e-3
    assert as_records > 0.12 * draws


def test_least_p_value_and_order() -> None:
    """No p-value is below 1 / (1 + rounds), and none hangs on the order of the input."""
    members, non_members = [float(x) for x in range(50, 100)], [float(x) for x in range(50)]
    assert permutation_p_value(members, non_members) == 1e-4
    assert permutation_p_value(members, non_members, rounds=99) == 0.01

    rng = np.random.default_rng(0)
    high, low = rng.normal(0.3, 1, 40).tolist(), rng.normal(0, 1, 60).tolist()
    assert permutation_p_value(high, low) == permutation_p_value(high[::-1], sorted(low))


def test_both_tails() -> None:
    """The lower tail is the upper tail of the turned scores, to Monte-Carlo error; both hold what is seen."""
    rng = np.random.default_rng(1)
    high, low = rng.normal(-0.3, 1, 30), rng.normal(0, 1, 30)
    above, below = permutation_tails(high, low)

    assert above == permutation_p_value(high, low)
    assert below == pytest.approx(permutation_p_value(-high, -low), abs=0.02)
    assert above + below > 1


def test_scores_that_are_all_equal_are_no_evidence() -> None:
    """Ties count half, for the permutations too."""
    assert permutation_p_value([1.0] * 10, [1.0] * 10) == 1.0


def test_nothing_compared_is_no_evidence() -> None:
    """Strata that each hold one side only compare nothing."""
    assert permutation_p_value([9.0], [1.0], member_strata=["a"], non_member_strata=["b"]) == 1.0


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"member_groups": [1, 2]}, "groups: got 2 for 2 members and none"),
        ({"member_strata": [1], "non_member_strata": [1, 1]}, "strata: got 1 for 2"),
        ({"member_groups": [1, 2], "non_member_groups": [2, 3]}, "on both sides"),
        (
            {
                "member_groups": [1, 1],
                "non_member_groups": [2, 3],
                "member_strata": ["a", "b"],
                "non_member_strata": ["a", "b"],
            },
            "two strata",
        ),
        ({"rounds": 0}, "rounds: got 0"),
    ],
)
def test_what_was_not_assigned_so_is_refused(more: dict[str, object], message: str) -> None:
    """Names that do not fit the scores, or groups that were not assigned as wholes, are the caller's error."""
    with pytest.raises(ValueError, match=message):
        permutation_p_value([1.0, 2.0], [0.0, 3.0], **more)  # type: ignore[arg-type]
