"""Which operator each entity gets: the defaults by kind, what a policy and a command line change, what is refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, get_args

from finewarden.personal_data.entities import ENTITIES, entity

__all__ = [
    "DEFAULTS",
    "KEYED",
    "OPERATORS",
    "OperatorName",
    "Plan",
    "PlanError",
    "parse_plan",
    "unknown_entity",
    "wrong_operator",
]

OperatorName = Literal["mask", "pseudonym", "generalise", "surrogate", "remove", "drop", "keep"]
OPERATORS: tuple[OperatorName, ...] = get_args(OperatorName)

KEYED = frozenset({"pseudonym", "surrogate"})
"""Operators that can't work without a key."""

DEFAULTS: dict[str, OperatorName] = {
    "direct": "pseudonym",
    "name": "pseudonym",
    "secret": "mask",
    "quasi": "keep",
    "other": "keep",
}
"""What an entity of each kind gets where nobody says otherwise. A secret is never told apart from another."""

_GENERALISED = frozenset({"AGE", "CN_RESIDENT_ID", "DATE_TIME", "IP_ADDRESS", "LOCATION", "STREET_ADDRESS"})
_ENTITY = re.compile(r"[A-Z][A-Z0-9_]{0,60}")
# SHA-256 of short strings on one consumer graphics card, as hashcat's benchmarks give it.
_HASHES_A_SECOND = 10**10


class PlanError(ValueError):
    """A plan that can't be used; one sentence that says what to write instead."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The operator of each entity. *said* is what somebody chose; everything else goes by its kind. *own*: entities
    beside those of `entities.ENTITIES`, which recognizers of a user's own bring.
    """

    said: Mapping[str, OperatorName]
    own: Collection[str] = ()

    def __post_init__(self) -> None:
        for name, operator in self.said.items():
            problem = wrong_operator(name, operator) or unknown_entity(name, self.own)
            if problem:
                raise PlanError(problem)

    def operator(self, name: str) -> OperatorName:
        """The operator of the entity *name*, also of one that a user's recognizer brings."""
        return self.said.get(name) or DEFAULTS[entity(name).kind]

    def keyed(self, names: Iterable[str]) -> list[str]:
        """Those of the entities *names*, and of those that the plan names, whose operator can't work without a key."""
        return [name for name in dict.fromkeys((*names, *self.said)) if self.operator(name) in KEYED]


def parse_plan(given: Iterable[str]) -> dict[str, OperatorName]:
    """``["PERSON=pseudonym", "SECRET=drop,URL=mask"]`` as a mapping. Raises PlanError, also for an entity that is named
    with two operators.
    """
    plan: dict[str, OperatorName] = {}
    for each in (part.strip() for one in given for part in one.split(",")):
        name, equals, operator = each.partition("=")
        if not equals:
            raise PlanError(f"--plan {each}: write ENTITY=operator, for instance PERSON=pseudonym")
        problem = wrong_operator(name, operator)
        if problem:
            raise PlanError(f"--plan {problem}")
        if plan.get(name, operator) != operator:
            raise PlanError(f"--plan {name}: got {plan[name]} and {operator}, allowed: one operator")
        plan[name] = operator  # type: ignore[assignment]  # wrong_operator allows no other
    return plan


def wrong_operator(name: str, operator: str) -> str | None:
    """Why *operator* can't be the one of entity *name*, with what to write instead; None when it can."""
    if not _ENTITY.fullmatch(name):
        return f"{name!r} is no entity: write its name in capitals, for instance PHONE_NUMBER"
    if operator == "hash":
        return f"{name}=hash: {_why_no_hash(name)}; write {name}=pseudonym, a keyed hash (HMAC-SHA-256)"
    if operator not in OPERATORS:
        return f"{name}={operator}: no such operator; allowed: {', '.join(OPERATORS)}"
    if operator == "generalise" and name not in _GENERALISED:
        return f"{name}=generalise: nothing more general is known; allowed for {', '.join(sorted(_GENERALISED))}"
    return None


def unknown_entity(name: str, own: Collection[str] = ()) -> str | None:
    """Why no entity is called *name*, with the name that was meant; None where one is, or *own* has it."""
    if name in ENTITIES or name in own:
        return None
    known, words = [*ENTITIES, *own], set(name.split("_"))
    near = get_close_matches(name, known, n=1)
    near += [each for each in known if words & set(each.split("_")) and each not in near]
    meant = f"did you mean {' or '.join(near[:4])}?" if near else f"known are {', '.join(known)}"
    return f"{name}: no such entity; {meant}"


def _why_no_hash(name: str) -> str:
    digits = entity(name).digits
    if digits is None:
        return "whoever has a list of such values hashes the list and looks yours up, salt or not"
    return (
        f"there are about 10^{digits} values, and one graphics card hashes them all, salt and all, in {_took(digits)}"
    )


def _took(digits: int) -> str:
    seconds = 10**digits / _HASHES_A_SECOND
    if seconds < 100:
        return "under two minutes"
    return f"{seconds / 60:.0f} minutes" if seconds < 7200 else f"{seconds / 3600:.0f} hours"
