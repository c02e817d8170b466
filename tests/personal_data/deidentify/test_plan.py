"""Each entity has one operator: by its kind, or as somebody said; what can't be is refused with its reason."""

from __future__ import annotations

import pytest

from finewarden.personal_data.deidentify.plan import DEFAULTS, KEYED, Plan, PlanError, parse_plan
from finewarden.personal_data.entities import ENTITIES


def test_defaults_go_by_kind() -> None:
    """What nobody planned goes by the entity's kind, also for an entity that a user's recognizer brings."""
    plan = Plan({})
    assert all(plan.operator(each.name) == DEFAULTS[each.kind] for each in ENTITIES.values())
    assert plan.operator("STAFF_NUMBER") == DEFAULTS["direct"]


def test_nothing_that_a_gate_refuses_is_kept_by_default() -> None:
    """Direct identifiers, secrets and names are taken out unless somebody says otherwise."""
    plan = Plan({})
    assert not [
        e.name for e in ENTITIES.values() if e.kind in ("direct", "secret", "name") and plan.operator(e.name) == "keep"
    ]


def test_said_comes_first() -> None:
    """What was said stands before the default."""
    assert Plan(parse_plan(["PERSON=drop"])).operator("PERSON") == "drop"


def test_hash_of_what_can_be_counted_is_refused_with_the_number() -> None:
    """A plain hash of a phone number is refused: how many there are, how long it takes, what to write."""
    with pytest.raises(PlanError, match=r"10\^11 values.*in under two minutes; write PHONE_NUMBER=pseudonym"):
        Plan({"PHONE_NUMBER": "hash"})  # type: ignore[dict-item]


def test_hash_of_anything_else_is_refused_too() -> None:
    """There is one keyed way: a hash of what can't be counted is looked up in a list."""
    with pytest.raises(PlanError, match=r"list of such values.*write EMAIL_ADDRESS=pseudonym"):
        parse_plan(["EMAIL_ADDRESS=hash"])


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("PERSON", "ENTITY=operator"),
        ("person=mask", "capitals"),
        ("PERSON=blur", "allowed: mask, pseudonym"),
        ("SECRET=generalise", "nothing more general is known"),
    ],
)
def test_wrong_plans_say_what_to_write(given: str, told: str) -> None:
    """What is no plan is refused, and the error says what is."""
    with pytest.raises(PlanError, match=told):
        parse_plan([given])


def test_who_needs_a_key() -> None:
    """Only pseudonyms and surrogates do, whoever asked for them."""
    everything = dict.fromkeys(ENTITIES, "mask")
    assert Plan(everything).keyed(ENTITIES) == []
    assert Plan({**everything, "STAFF_NUMBER": "surrogate"}).keyed(ENTITIES) == ["STAFF_NUMBER"]
    assert {"pseudonym", "surrogate"} == KEYED
