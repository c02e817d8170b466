"""Personal data where de-identification writes nothing: numbers and the names of fields. It is told, never changed.

A number stays a number, because programs rely on the type; a field's name belongs to the structure.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from finewarden.personal_data.counting import counted
from finewarden.personal_data.entities import entity
from finewarden.personal_data.overlaps import resolve
from finewarden.personal_data.rules import find_by_rules

__all__ = ["FixedValue", "fixed_values"]

FixedValue = tuple[tuple[str | int, ...], str]
"""Where it stands in the row, and the entity. The last part of the place of a field's name is `(name)`."""

# Shorter numbers are no phone, card or ID; longer ones no integer that a table holds.
_FEWEST, _MOST = 9, 19
_DEEPEST = 100
_NAME = "(name)"


def fixed_values(row: Mapping[str, Any]) -> Iterator[FixedValue]:
    """Direct identifiers that rules find in whole numbers of 9 to 19 digits and in names of fields."""
    yield from _of(row, (), 0)


def _of(value: Any, at: tuple[str | int, ...], depth: int) -> Iterator[FixedValue]:
    if depth > _DEEPEST:
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            name = str(key)
            found = _in_name(name)
            for each in found:
                yield (*at, _NAME), each
            # A name that tells somebody must not be told in the place of what stands under it.
            yield from _of(item, (*at, _NAME if found else name), depth + 1)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _of(item, (*at, number), depth + 1)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if isinstance(value, int):
            if not 10 ** (_FEWEST - 1) <= value < 10**_MOST:
                return
        elif not (math.isfinite(value) and value.is_integer() and 10 ** (_FEWEST - 1) <= value < 10**_MOST):
            return
        for each in _direct(str(int(value))):
            yield at, each


@lru_cache(maxsize=4096)
def _in_name(name: str) -> tuple[str, ...]:
    return _direct(name)


def _direct(text: str) -> tuple[str, ...]:
    return tuple(
        each.entity
        for each in resolve(find_by_rules(text))
        if entity(each.entity).kind in ("direct", "secret") and counted(text, each)
    )
