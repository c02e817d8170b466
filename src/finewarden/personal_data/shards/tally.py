"""Counts findings row by row, and keeps of their values nothing but masked examples and keyed hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence

from finewarden.personal_data.counting import counted
from finewarden.personal_data.entities import entity
from finewarden.personal_data.finding import Finding
from finewarden.personal_data.masking import masked
from finewarden.personal_data.overlaps import resolve
from finewarden.personal_data.places import TextPlace
from finewarden.personal_data.scan_report import Count, Example
from finewarden.personal_data.shards.repeats import Repeats, value_digest
from finewarden.personal_data.shards.shown_names import ShownNames, shown_role

__all__ = ["EXAMPLES", "FIELD_NAME", "OTHERS", "Bounded", "Tally"]

EXAMPLES = 3
OTHERS = "(others)"
FIELD_NAME = "(field name)"
_COLUMNS = _SOURCES = 500
_REPEATED = ("direct", "secret", "name")


class Bounded:
    """Distinct names up to *most*; every further one is OTHERS."""

    def __init__(self, most: int) -> None:
        self._most, self._seen = most, {OTHERS}

    def of(self, name: str) -> str:
        """*name* itself, or OTHERS."""
        if name not in self._seen:
            if len(self._seen) > self._most:
                return OTHERS
            self._seen.add(name)
        return name


class _Cell:
    """One entity in one column of one source."""

    def __init__(self) -> None:
        self.findings = self.counted = self.rows = 0
        self.examples: list[Example] = []


class Tally:
    """The counts of one shard of *file*. *key*: of the hashes of values; *part*: digest of the shard's bytes.

    *tell* gets each finding as a line of JSON.
    """

    def __init__(
        self, file: str, part: str, key: bytes, names: ShownNames, tell: Callable[[str], object] | None = None
    ) -> None:
        self._file, self._part, self._key, self._names, self._tell = file, part, key, names, tell
        self._cells: dict[tuple[str, str, str | None], _Cell] = {}
        self._columns, self._sources = Bounded(_COLUMNS), Bounded(_SOURCES)
        self.repeats = Repeats()
        self.rows = self.rows_with_findings = 0

    def row(self, number: int, found: Sequence[tuple[TextPlace, Sequence[Finding]]], source: str | None) -> set[str]:
        """Count one row. Returns the entities it has that a gate counts."""
        self.rows += 1
        if source is not None:
            source = self._sources.of(self._names.shown(source))
        cells: set[tuple[str, str, str | None]] = set()
        values: set[str] = set()
        entities: set[str] = set()
        for place, column, findings in self._placed(found):
            for finding in resolve(findings):
                counts = counted(place.text, finding)
                at = (finding.entity, column, source)
                cell = self._cells.get(at)
                if cell is None:
                    cell = self._cells[at] = _Cell()
                cell.findings += 1
                cells.add(at)
                if counts:
                    cell.counted += 1
                    entities.add(finding.entity)
                    self._value(number, place, finding, values)
                # Examples of what counts, where anything does.
                if len(cell.examples) < EXAMPLES or (counts and cell.counted <= EXAMPLES):
                    if counts and cell.counted == 1:
                        cell.examples = []
                    if counts or not cell.counted:
                        cell.examples.append(self._example(number, place, finding))
                if self._tell is not None:
                    self._tell(self._line(number, place, finding, counts))
        for at in cells:
            self._cells[at].rows += 1
        self.rows_with_findings += bool(cells)
        return entities

    def counts(self) -> tuple[Count, ...]:
        """All counts, sorted."""
        return tuple(
            Count(
                entity=name,
                column=column,
                source=source,
                findings=cell.findings,
                counted=cell.counted,
                rows=cell.rows,
                examples=tuple(cell.examples),
            )
            for (name, column, source), cell in sorted(self._cells.items(), key=lambda each: _order(each[0]))
        )

    def _placed(
        self, found: Sequence[tuple[TextPlace, Sequence[Finding]]]
    ) -> Iterator[tuple[TextPlace, str, Sequence[Finding]]]:
        """Each text with its column, and the names of fields that hold something personal themselves."""
        seen: set[str] = set()
        for place, findings in found:
            for depth, part in enumerate(place.field):
                if isinstance(part, str) and part not in seen:
                    seen.add(part)
                    if personal := self._names.personal(part):
                        yield TextPlace(place.field[: depth + 1], place.role, part), FIELD_NAME, personal
            if findings:
                yield place, self._columns.of(self._names.column(place.field)), findings

    def _value(self, number: int, place: TextPlace, finding: Finding, values: set[str]) -> None:
        if entity(finding.entity).kind not in _REPEATED:
            return
        value = place.text[finding.start : finding.end]
        digest = value_digest(self._key, finding.entity, value)
        if digest in values:
            return
        values.add(digest)
        where = f"{self._part}:{number}:{place.field!r}:{finding.start}".encode("utf-8", "surrogatepass")
        shown = masked(finding.entity, value)
        self.repeats.add(digest, finding.entity, shown, 1, hashlib.sha256(where).hexdigest()[:16])

    def _example(self, number: int, place: TextPlace, finding: Finding) -> Example:
        return Example(
            file=self._file,
            row=number,
            field=self._names.path(place.field),
            role=shown_role(place.role),
            start=finding.start,
            end=finding.end,
            masked=masked(finding.entity, place.text[finding.start : finding.end]),
        )

    def _line(self, number: int, place: TextPlace, finding: Finding, counts: bool) -> str:
        told = self._example(number, place, finding).model_dump()
        told = {**told, "entity": finding.entity, "score": round(finding.score, 4), "counted": counts}
        return json.dumps(told, ensure_ascii=False)


def _order(at: tuple[str, str, str | None]) -> tuple[str, str, bool, str]:
    return at[0], at[1], at[2] is not None, at[2] or ""
