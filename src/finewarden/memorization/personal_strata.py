"""Values that look alike: any of them could stand in another's place, and nothing visible would tell.

A model that knows that cards of one bank begin alike, or that a firm's people write from one domain, has learnt no
owner. Values are therefore compared only within a kind and a visible shape and, where enough share it, within one
prefix or domain.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from finewarden.memorization.personal_patterns import PersonalValue, find_personal, stands_in
from finewarden.memorization.rendering import Field, trained_text
from finewarden.memorization.secret_text import MIN_BITS, bits
from finewarden.memorization.training_set import Distinct, TrainingSet, text_before

__all__ = ["LEAST", "Found", "Group", "found_values", "groups"]

LEAST = 8
"""Values that a stratum needs: with 8 of them the best rank has chance 1/8."""

_PREFIX = {"resident ID": 6, "bank card": 6, "mobile number": 3, "phone number": 4, "IBAN": 2, "IPv4 address": 2}


@dataclass(frozen=True, slots=True)
class Found:
    """A value and the first record whose trained text holds it, in *field*. *records*: all that do, by their key;
    *copies*: how many rows they are.
    """

    value: PersonalValue
    record: Distinct
    field: Field
    records: frozenset[str]
    copies: int

    @property
    def identity(self) -> tuple[str, str]:
        """Equal for one value in two spellings."""
        return self.value.kind, self.value.key


@dataclass(frozen=True, slots=True)
class Group:
    """Values that look alike; *name* tells kind and shape, and nothing of them."""

    name: str
    values: tuple[Found, ...]


def found_values(data: TrainingSet) -> list[Found]:
    """The distinct values that carry loss, in the order of their first record.

    A value that stands in front of itself in the same record is left out there: any model can copy it. So is one that
    is too easily guessed to be looked for.
    """
    first: dict[tuple[str, str], tuple[PersonalValue, Distinct, Field]] = {}
    records: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for record, text in zip(data.trained, data.trained_texts, strict=True):
        values = find_personal(text)
        if not values:
            continue
        field, _ = trained_text(record.row.record)
        before = text_before(record.row.record)
        for value in values:
            if bits(value.key) < MIN_BITS or stands_in(value, before + "\n" + text[: value.start]):
                continue
            identity = (value.kind, value.key)
            first.setdefault(identity, (value, record, field))
            records[identity][record.key] = record.copies
    return [
        Found(value, record, field, frozenset(records[identity]), sum(records[identity].values()))
        for identity, (value, record, field) in first.items()
    ]


def groups(found: Sequence[Found], *, most: int, seed: int) -> tuple[list[Group], list[Found]]:
    """Strata of LEAST to *most* values, a sample by *seed* of larger ones; and the values that are in none.

    Two values of one stratum share no record: one would stand in the other's context. What was left out of a stratum
    that is full is in neither.
    """
    shapes: dict[tuple[str, str], list[Found]] = defaultdict(list)
    for each in found:
        shapes[each.value.kind, _shape(each.value)].append(each)
    strata: list[tuple[str, list[Found]]] = []
    alone: list[Found] = []
    for (kind, shape), values in shapes.items():
        for number, same in enumerate(_by_prefix(values), start=1):
            strata.append((f"{kind} {shape} #{number}", same))
    kept: list[Group] = []
    pick = random.Random(seed)
    for name, values in strata:
        apart = _sharing_no_record(pick.sample(values, len(values)))
        if len(apart) < LEAST:
            alone += values
        else:
            kept.append(Group(name, tuple(apart[:most])))
    return kept, alone


def _by_prefix(values: Sequence[Found]) -> Iterable[list[Found]]:
    """Those of each prefix that is common enough, and all others together."""
    shared: dict[str, list[Found]] = defaultdict(list)
    for each in values:
        shared[_prefix(each.value)].append(each)
    yield from (same for same in shared.values() if len(same) >= LEAST)
    if rest := [each for same in shared.values() if len(same) < LEAST for each in same]:
        yield rest


def _sharing_no_record(values: Iterable[Found]) -> list[Found]:
    taken: set[str] = set()
    apart = []
    for each in values:
        if taken.isdisjoint(each.records):
            taken |= each.records
            apart.append(each)
    return apart


def _shape(value: PersonalValue) -> str:
    """What anybody sees of a value of this kind: its spacing and length, or for a name its length class."""
    if value.kind in ("e-mail", "WeChat ID"):
        length = len(value.key.split("@")[0])
        return next(f"up to {most}" for most in (5, 8, 12, 20, 100) if length <= most)
    return "".join("9" if char.isdigit() or char in "xX" else "A" if char.isalpha() else char for char in value.value)


def _prefix(value: PersonalValue) -> str:
    if value.kind == "e-mail":
        return value.key.split("@")[1]
    return value.key[: _PREFIX.get(value.kind, 0)]
