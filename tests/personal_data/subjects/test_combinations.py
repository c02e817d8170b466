"""k of pairs and triples is what counting subjects one by one gives."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.personal_data.subjects.attributes import KINDS, Attribute, Kind
from finewarden.personal_data.subjects.combinations import MOST_VALUES, Subjects

_SMALL = st.tuples(st.sampled_from(KINDS[:5]), st.sampled_from("abc"))


def counted(rows: list[tuple[str | None, set[tuple[Kind, str]]]], k: int) -> Subjects:
    """The subjects of *rows*, each numbered by its place."""
    subjects = Subjects()
    for number, (subject, said) in enumerate(rows):
        subjects.add([Attribute(kind, value) for kind, value in sorted(said)], row=number, subject=subject)
    return subjects


def brute_force(people: list[set[tuple[Kind, str]]], k: int) -> dict[tuple[Kind, ...], tuple[set[int], int]]:
    """For each kinds of a combination that fewer than *k* share, and none within it: whose it is, and the least k."""

    def sharing(combination: tuple[tuple[Kind, str], ...]) -> int:
        return sum(set(combination) <= person for person in people)

    found: dict[tuple[Kind, ...], tuple[set[int], int]] = {}
    for number, person in enumerate(people):
        facts = sorted(person, key=lambda each: KINDS.index(each[0]))
        for size in (2, 3):
            for one in combinations(facts, size):
                kinds = tuple(kind for kind, _ in one)
                within = size == 3 and any(sharing(pair) < k for pair in combinations(one, 2))
                if len(set(kinds)) == size and sharing(one) < k and not within:
                    whose, least = found.get(kinds, (set(), k))
                    found[kinds] = (whose | {number}, min(least, sharing(one)))
    return found


@given(st.lists(st.sets(_SMALL, max_size=6), max_size=14), st.integers(1, 5))
def test_agrees_with_brute_force(people: list[set[tuple[Kind, str]]], k: int) -> None:
    """Whom each kinds of combination tells apart, and its least k, by counting over all subjects."""
    got = counted([(None, person) for person in people], k).uniqueness(k)
    expected = brute_force(people, k)
    assert {each.kinds: (each.subjects, each.least, each.row) for each in got.combinations} == {
        kinds: (len(whose), least, min(whose)) for kinds, (whose, least) in expected.items()
    }
    assert got.apart == len(set().union(*(whose for whose, _ in expected.values())))
    assert got.subjects == len(people)


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sets(_SMALL, max_size=3)), max_size=12))
def test_rows_of_one_subject_are_joined(rows: list[tuple[str, set[tuple[Kind, str]]]]) -> None:
    """What several rows say of one subject is one subject's, whatever their order."""
    joined: dict[str, set[tuple[Kind, str]]] = {}
    for subject, said in rows:
        joined.setdefault(subject, set()).update(said)
    got = counted([*rows], 3).uniqueness(3)
    expected = brute_force(list(joined.values()), 3)
    assert got.subjects == len(joined)
    assert {each.kinds: each.subjects for each in got.combinations} == {
        kinds: len(whose) for kinds, (whose, _) in expected.items()
    }


@pytest.mark.parametrize(("values", "crowded"), [(MOST_VALUES, 0), (MOST_VALUES + 1, 1)])
def test_a_list_is_no_subject(values: int, crowded: int) -> None:
    """More values of a kind than anybody has are left out, and that is said."""
    person = {("place", f"city{i}") for i in range(values)} | {("age", "30-39"), ("gender", "male")}
    got = counted([(None, person)], 2).uniqueness(2)
    assert got.crowded == crowded
    assert any("place" in each.kinds for each in got.combinations) is not bool(crowded)


def test_enough_share_it() -> None:
    """A combination that k subjects share tells nobody apart; of k - 1 it does."""
    person = {("place", "a"), ("age", "30-39")}
    assert counted([(None, person)] * 5, 5).uniqueness(5).apart == 0
    assert counted([(None, person)] * 4, 5).uniqueness(5).apart == 4


def test_a_number_of_an_order_is_no_combination() -> None:
    """Every order has its own number: it is left out of k, or each row with one would be told apart."""
    people: list[tuple[str | None, set[tuple[Kind, str]]]] = [
        (None, {("place", "a"), ("age", "30-39"), ("order", f"{number}")}) for number in range(5)
    ]
    assert counted(people, 5).uniqueness(5).apart == 0
