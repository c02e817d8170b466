"""What of a row is looked at as text, and what as it stands: numbers, and the names of fields that hold no text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from finewarden.personal_data.finding import Finding
from finewarden.personal_data.fixed_values import digits_of, in_number
from finewarden.personal_data.places import TextPlace, leaves_of

__all__ = ["RowPlaces", "row_places"]


@dataclass(frozen=True, slots=True)
class RowPlaces:
    """*texts* for all recognizers. *others*: each value that is no text, with what was found in it; the digits of a
    whole number stand for its text.
    """

    texts: list[TextPlace]
    others: list[tuple[TextPlace, Sequence[Finding]]]


def row_places(row: Mapping[str, Any], numbers_kept: Set[str] = frozenset()) -> RowPlaces:
    """The places of *row*. *numbers_kept*: columns whose numbers are known to be no personal data.

    Raises as `places.leaves_of`.
    """
    texts: list[TextPlace] = []
    others: list[tuple[TextPlace, Sequence[Finding]]] = []
    for field, role, value in leaves_of(row):
        if value and isinstance(value, str):
            texts.append(TextPlace(field, role, value))
        else:
            place = TextPlace(field, role, digits_of(value))
            others.append((place, in_number(place) if place.text and place.column not in numbers_kept else ()))
    return RowPlaces(texts, others)
