"""Values that look alike: any of them could stand in another's place, and nothing visible would tell.

A model that knows that cards of one bank begin alike, or that a firm's people write from one domain, has learnt no
owner. Values are therefore compared only within a kind and a visible shape and, where enough share it, within one
prefix or domain.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from finewarden.memorization.personal_value import PersonalValue, find_personal, stands_in
from finewarden.memorization.record_cases import PROMPTS
from finewarden.memorization.rendering import Field
from finewarden.memorization.secret_text import MIN_BITS, bits
from finewarden.memorization.training_set import Distinct, TrainingSet, texts_of

__all__ = ["LEAST", "Found", "FoundValues", "Group", "chosen", "found_values", "groups"]

LEAST = 8
"""Values that a stratum needs: with 8 of them the best rank has chance 1/8."""

_PREFIX = {
    "CN_RESIDENT_ID": 6,
    "CN_BANK_CARD": 6,
    "CREDIT_CARD": 6,
    "PHONE_NUMBER": 3,
    "IBAN_CODE": 2,
    "IP_ADDRESS": 2,
    "CN_PLATE": 2,
}
_OF_ANY_LENGTH = frozenset({"EMAIL_ADDRESS", "WECHAT_ID", "ALIPAY_ID", "STREET_ADDRESS", "SECRET", "SESSION_ID"})

_SHARED, _SHARE = 3, 0.001
"""Records, and share of all of them, behind whose different beginnings a value is shared wording and nobody's own."""


@dataclass(frozen=True, slots=True)
class Found:
    """A value and the first record that holds it, in *field*: an answer before any other. *answer*: whether *field* is
    trained on whatever the loss is masked to. *records*: all that hold it, by their key; *copies*: how many rows.
    """

    value: PersonalValue
    record: Distinct
    field: Field
    answer: bool
    records: frozenset[str]
    copies: int

    @property
    def identity(self) -> tuple[str, str]:
        """Equal for one value in two spellings."""
        return self.value.kind, self.value.key


@dataclass(frozen=True, slots=True)
class FoundValues:
    """The distinct *values* that are somebody's own, in the order of their first record; and how many are *shared*."""

    values: tuple[Found, ...]
    shared: int


@dataclass(frozen=True, slots=True)
class Group:
    """Values that look alike; *name* tells kind and shape, and nothing of them."""

    name: str
    values: tuple[Found, ...]


def found_values(data: TrainingSet) -> FoundValues:
    """The personal values of every text that may carry loss: trainers differ in which turns they mask.

    A value that stands in front of itself in the same record is left out there: any model can copy it. So is one that
    is too easily guessed to be looked for. One that many records hold behind different beginnings (a hotline, a
    signature) is shared wording.
    """
    first: dict[tuple[str, str], tuple[PersonalValue, Distinct, Field, bool]] = {}
    records: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    beginnings: dict[tuple[str, str], set[int]] = defaultdict(set)
    for record in data.trained:
        for piece in texts_of(record.row.record):
            for value in find_personal(piece.text):
                visible = piece.before + piece.text[: value.start]
                if bits(value.key) < MIN_BITS or stands_in(value, visible):
                    continue
                identity = (value.kind, value.key)
                if identity not in first or (piece.answer and not first[identity][3]):
                    first[identity] = (value, record, piece.place, piece.answer)
                records[identity][record.key] = record.copies
                beginnings[identity].add(hash(visible))
    many = max(_SHARED, math.ceil(_SHARE * len(data.trained)))
    shared = {identity for identity, different in beginnings.items() if len(different) >= many}
    own = [
        Found(value, record, field, answer, frozenset(records[identity]), sum(records[identity].values()))
        for identity, (value, record, field, answer) in first.items()
        if identity not in shared
    ]
    return FoundValues(tuple(own), len(shared))


def groups(found: Sequence[Found], *, most: int, seed: int) -> tuple[list[Group], list[Found]]:
    """Strata of LEAST to *most* values, a sample by *seed* of larger ones, answers first; and the values in none.

    Two values of one stratum share no record: one would stand in the other's context.
    """
    shapes: dict[tuple[bool, str, str], list[Found]] = defaultdict(list)
    for each in found:
        shapes[not each.answer, each.value.kind, _shape(each.value)].append(each)
    strata: list[tuple[str, list[Found]]] = []
    alone: list[Found] = []
    for (asked, kind, shape), values in sorted(shapes.items(), key=lambda item: item[0][0]):
        for number, same in enumerate(_by_prefix(values), start=1):
            strata.append((f"{kind} {shape}{PROMPTS * asked} #{number}", same))
    kept: list[Group] = []
    pick = random.Random(seed)
    for name, values in strata:
        apart = _sharing_no_record(pick.sample(values, len(values)))[:most]
        if len(apart) < LEAST:
            alone += values
        else:
            kept.append(Group(name, tuple(apart)))
            compared = {each.identity for each in apart}
            alone += [each for each in values if each.identity not in compared]
    return kept, alone


def chosen(
    strata: Sequence[Group], alone: Sequence[Found], *, values: int, seed: int
) -> tuple[list[Group], list[Found]]:
    """At most *values* of them all: whole strata while there is room, then others, those of most copies first and equal
    ones in an order of *seed*.
    """
    kept: list[Group] = []
    rest = list(alone)
    room = values
    for group in strata:
        if room >= LEAST:
            kept.append(Group(group.name, group.values[:room]))
            rest += group.values[room:]
            room -= len(kept[-1].values)
        else:
            rest += group.values
    random.Random(seed).shuffle(rest)
    rest.sort(key=lambda each: -each.copies)
    return kept, rest[:room]


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
    if value.entity in _OF_ANY_LENGTH:
        length = len(value.key.split("@")[0])
        return next(f"up to {most}" for most in (5, 8, 12, 20, 100, 10**9) if length <= most)
    return "".join("9" if char.isdigit() or char in "xX" else "A" if char.isalpha() else char for char in value.value)


def _prefix(value: PersonalValue) -> str:
    if value.entity == "EMAIL_ADDRESS":
        return value.key.rpartition("@")[2]
    return value.key[: _PREFIX.get(value.entity, 0)]
