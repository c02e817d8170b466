"""Of findings that overlap: which are counted, and that nothing found is left over."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.personal_data.entities import entity
from finewarden.personal_data.finding import Finding
from finewarden.personal_data.overlaps import apart, resolve

CASES = [
    ("what lies inside is dropped", [("EMAIL_ADDRESS", 0, 20, 0.85), ("URL", 6, 20, 0.5)], [("EMAIL_ADDRESS", 0, 20)]),
    ("the longer wins", [("PHONE_NUMBER", 0, 11, 0.85), ("QQ_ID", 0, 9, 0.85)], [("PHONE_NUMBER", 0, 11)]),
    ("the more certain wins", [("QQ_ID", 0, 9, 0.6), ("PHONE_NUMBER", 0, 9, 0.85)], [("PHONE_NUMBER", 0, 9)]),
    (
        "a name does not hide a number",
        [("PERSON", 0, 17, 0.85), ("PHONE_NUMBER", 6, 17, 0.6)],
        [("PERSON", 0, 6), ("PHONE_NUMBER", 6, 17)],
    ),
    ("a link does not hide an address", [("URL", 0, 40, 0.6), ("IP_ADDRESS", 7, 15, 0.6)], [("IP_ADDRESS", 7, 15)]),
    (
        "what does not count gives way",
        [("US_DRIVER_LICENSE", 0, 14, 0.01), ("CN_RESIDENT_ID", 2, 12, 1.0)],
        [("US_DRIVER_LICENSE", 0, 2), ("CN_RESIDENT_ID", 2, 12), ("US_DRIVER_LICENSE", 12, 14)],
    ),
    (
        "what sticks out stays found",
        [("STREET_ADDRESS", 0, 20, 0.6), ("PHONE_NUMBER", 15, 26, 0.85)],
        [("STREET_ADDRESS", 0, 20), ("PHONE_NUMBER", 20, 26)],
    ),
    (
        "a check digit of eleven is less than a phone number",
        [("UK_NHS", 0, 12, 1.0), ("PHONE_NUMBER", 0, 12, 0.4)],
        [("PHONE_NUMBER", 0, 12)],
    ),
    (
        "neighbours both stay",
        [("PERSON", 0, 3, 0.9), ("PHONE_NUMBER", 3, 14, 0.6)],
        [("PERSON", 0, 3), ("PHONE_NUMBER", 3, 14)],
    ),
]  # fmt: skip

_FINDINGS = st.lists(
    st.builds(
        lambda name, start, length, score: Finding(name, start, start + length, score),
        st.sampled_from(["PERSON", "PHONE_NUMBER", "URL", "LOCATION", "SECRET", "UK_NHS", "MINE"]),
        st.integers(0, 60),
        st.integers(1, 20),
        st.sampled_from([0.01, 0.4, 0.6, 0.85, 1.0]),
    ),
    max_size=25,
)


@pytest.mark.parametrize(("given_", "left"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_which_one_stays(given_: list[tuple[str, int, int, float]], left: list[tuple[str, int, int]]) -> None:
    """As the name of each case says, in whatever order they come."""
    findings = [Finding(*each) for each in given_]
    for order in (findings, findings[::-1]):
        assert [(each.entity, each.start, each.end) for each in resolve(order)] == left


@given(_FINDINGS)
def test_nothing_overlaps_and_nothing_found_is_left_over(findings: list[Finding]) -> None:
    """The result is sorted and apart, resolves to itself, and covers all that is personal."""
    left = resolve(findings)
    assert all(a.end <= b.start for a, b in pairwise(left))
    assert resolve(left) == left
    covered = {at for each in left for at in range(each.start, each.end)}
    personal = {at for f in findings if entity(f.entity).kind != "other" for at in range(f.start, f.end)}
    assert personal <= covered


@given(_FINDINGS)
def test_what_counts_is_never_hidden_by_what_does_not(findings: list[Finding]) -> None:
    """Every direct identifier or secret that counts is covered by findings that are such and count."""

    def certain(each: Finding) -> bool:
        return entity(each.entity).kind in ("direct", "secret") and each.score >= entity(each.entity).counts_from

    covered = {at for each in resolve(findings) if certain(each) for at in range(each.start, each.end)}
    assert {at for each in findings if certain(each) for at in range(each.start, each.end)} <= covered


@given(_FINDINGS)
def test_apart_parts_each_entity_alone(findings: list[Finding]) -> None:
    """Of each entity some are left whole, none overlapping; other entities do not matter."""
    left = apart(findings)
    assert set(left) <= set(findings)
    for name in {each.entity for each in findings}:
        own = [each for each in left if each.entity == name]
        assert own
        assert all(a.end <= b.start for a, b in pairwise(own))
        assert own == apart([each for each in findings if each.entity == name])


def test_a_hundred_thousand_findings_take_no_time() -> None:
    """Findings are compared with those that they touch alone."""
    findings = [Finding("PHONE_NUMBER", at, at + 12, 0.6) for at in range(0, 1_200_000, 12)]
    assert resolve(findings) == findings
