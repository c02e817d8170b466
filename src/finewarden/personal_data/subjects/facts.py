"""What one row says of whoever it is about: attributes, and whether a direct identifier stands beside them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from finewarden.personal_data.counting import counted
from finewarden.personal_data.entities import entity
from finewarden.personal_data.finding import Finding, PlacedFinding
from finewarden.personal_data.overlaps import resolve
from finewarden.personal_data.places import texts_of
from finewarden.personal_data.subjects.attributes import Attribute, from_findings
from finewarden.personal_data.subjects.columns import in_columns
from finewarden.personal_data.subjects.stated import stated

__all__ = ["RowFacts", "facts"]


@dataclass(frozen=True, slots=True)
class RowFacts:
    """*attributes*: each once. *beside*: a direct identifier is there, and an attribute that is no part of one (the
    name in an e-mail address is part of the address).
    """

    attributes: tuple[Attribute, ...]
    beside: bool

    @property
    def kinds(self) -> int:
        """How many kinds of attributes there are."""
        return len({each.kind for each in self.attributes})


def facts(row: Mapping[str, Any], findings: Sequence[PlacedFinding]) -> RowFacts:
    """What *row* says, given the *findings* of its texts. Raises ValueError for a row nested too deeply."""
    by_field: dict[tuple[str | int, ...], list[Finding]] = {}
    for each in findings:
        by_field.setdefault(each.field, []).append(each.finding)
    columns: dict[tuple[str | int, ...], list[Attribute]] = {}
    for path, attribute in in_columns(row):
        columns.setdefault(path, []).append(attribute)
    attributes = dict.fromkeys(each for some in columns.values() for each in some)
    direct = False
    free = any(not isinstance(_at(row, path), str) for path in columns)
    for place in texts_of(row):
        found = [one for one in resolve(by_field.get(place.field, ())) if counted(place.text, one)]
        here = [*from_findings(place.text, found), *stated(place.text)]
        attributes.update(dict.fromkeys(here))
        spans = sorted((one.start, one.end) for one in found if entity(one.entity).kind == "direct")
        direct = direct or bool(spans)
        free = free or any(not _touches(each, spans) for each in [*here, *columns.get(place.field, ())])
    return RowFacts(tuple(attributes), direct and free)


def _at(row: Any, path: Sequence[str | int]) -> Any:
    for part in path:
        row = row[part]
    return row


def _touches(attribute: Attribute, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether *attribute* shares a character with one of *spans*, which are sorted and apart from each other."""
    before = bisect_left(spans, (attribute.end, 0))
    return before > 0 and spans[before - 1][1] > attribute.start
