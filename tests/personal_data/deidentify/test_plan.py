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
        ("PERSON=mask,PERSON=drop", "PERSON: got mask and drop"),
    ],
)
def test_wrong_plans_say_what_to_write(given: str, told: str) -> None:
    """What is no plan is refused, and the error says what is."""
    with pytest.raises(PlanError, match=told):
        parse_plan([given])


def test_plans_may_be_given_in_lists_and_one_by_one() -> None:
    """Commas do what saying it again does."""
    assert parse_plan(["PERSON=drop, URL=mask", "SECRET=drop"]) == {"PERSON": "drop", "URL": "mask", "SECRET": "drop"}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("STREET_ADRESS", "mean STREET_ADDRESS"),
        ("ADDRESS", "mean IP_ADDRESS or EMAIL_ADDRESS or STREET_ADDRESS"),
        ("NICK", "known are CN_RESIDENT_ID"),
    ],
)
def test_entities_that_nobody_looks_for_are_refused(name: str, told: str) -> None:
    """A name that is misspelt would leave what was meant to the default: it is refused with the nearest one."""
    with pytest.raises(PlanError, match=told):
        Plan({name: "drop"})
    assert Plan({name: "drop"}, [name]).operator(name) == "drop"


def test_who_needs_a_key() -> None:
    """Only pseudonyms and surrogates do, whoever asked for them."""
    everything = dict.fromkeys(ENTITIES, "mask")
    assert Plan(everything).keyed(ENTITIES) == []
    assert Plan({**everything, "STAFF_NUMBER": "surrogate"}, {"STAFF_NUMBER"}).keyed(ENTITIES) == ["STAFF_NUMBER"]
    assert {"pseudonym", "surrogate"} == KEYED
