"""Personal data in numbers and in the names of fields, which de-identification tells and never changes.

A number stays a number, because programs rely on the type; a field's name belongs to the structure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from finewarden.personal_data.counting import counted
from finewarden.personal_data.entities import entity
from finewarden.personal_data.field_names import label
from finewarden.personal_data.finding import Finding
from finewarden.personal_data.overlaps import resolve
from finewarden.personal_data.places import TextPlace, leaves_of
from finewarden.personal_data.rules import find_by_rules

__all__ = ["FixedValue", "digits_of", "fixed_values", "in_number"]

FixedValue = tuple[tuple[str | int, ...], str]
"""Where it stands in the row, and the entity. The last part of the place of a field's name is `(name)`."""

# Shorter numbers are no phone, card or ID; longer ones no integer that a table holds.
_LEAST, _ABOVE = 10**8, 10**19
_NAME = "(name)"


def fixed_values(row: Mapping[str, Any]) -> Iterator[FixedValue]:
    """Direct identifiers that rules find in whole numbers of 9 to 19 digits and in names of fields. Raises as
    `places.leaves_of`.
    """
    told: set[tuple[str | int, ...]] = set()
    for field, role, value in leaves_of(row):
        # A name that tells somebody must not be told in the place of what stands under it.
        shown: list[str | int] = []
        for depth, part in enumerate(field):
            found = _in_name(part) if isinstance(part, str) else ()
            if found and field[: depth + 1] not in told:
                told.add(field[: depth + 1])
                for each in found:
                    yield (*shown, _NAME), each
            shown.append(_NAME if found else part)
        if digits := digits_of(value):
            for one in in_number(TextPlace(field, role, digits)):
                yield tuple(shown), one.entity


def digits_of(value: object) -> str:
    """The digits of a whole number of 9 to 19 digits, of whatever type; empty for anything else."""
    if not isinstance(value, int | float | Decimal) or isinstance(value, bool):
        return ""
    if not _LEAST <= value < _ABOVE:  # false for what is no number (NaN), too
        return ""
    whole = int(value)
    return str(whole) if whole == value else ""


def in_number(place: TextPlace) -> tuple[Finding, ...]:
    """The direct identifiers that rules find in digits, by themselves or by the name of their field."""
    return _in_digits(label(place.field, place.text), place.text)


@lru_cache(maxsize=4096)
def _in_digits(before: str, digits: str) -> tuple[Finding, ...]:
    found = _direct(digits)
    if found or not before:
        return found
    labelled = (each for each in find_by_rules(before + digits) if each.start >= len(before))
    moved = (
        Finding(each.entity, each.start - len(before), each.end - len(before), each.score, each.recognizer)
        for each in labelled
    )
    return _counted(digits, moved)


@lru_cache(maxsize=4096)
def _in_name(name: str) -> tuple[str, ...]:
    return tuple(each.entity for each in _direct(name))


def _direct(text: str) -> tuple[Finding, ...]:
    return _counted(text, find_by_rules(text))


def _counted(text: str, found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(
        each for each in resolve(found) if entity(each.entity).kind in ("direct", "secret") and counted(text, each)
    )
