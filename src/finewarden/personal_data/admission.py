"""What a policy lets pass of what a scan found, and the book of the rows that it lets pass."""

from __future__ import annotations

import difflib
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import finewarden
from finewarden.evidence.admission_book import AdmissionBook, AdmittedFile, Head, keyed_row
from finewarden.personal_data.entities import ENTITIES, Entity, entity
from finewarden.personal_data.scan_report import Count, Example, ScanReport
from finewarden.policy import TrainingData

__all__ = ["Breach", "book_of", "breaches", "counted", "limit_of", "obstacles", "unknown_limits", "unlimited_names"]

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Breach:
    """More of one *entity* than the policy lets pass: *counted* findings, at most *limit*; *examples* are masked."""

    entity: Entity
    counted: int
    limit: int
    columns: tuple[str, ...]
    examples: tuple[Example, ...]

    @property
    def what(self) -> str:
        """One sentence: how many of what, and the limit."""
        return (
            f"{self.counted} x {self.entity.en} ({self.entity.name}) in {', '.join(self.columns)}; "
            f"{'none' if not self.limit else f'at most {self.limit}'} may be there"
        )

    @property
    def mend(self) -> str:
        """What to do about it."""
        return (
            "take them out (finewarden deidentify INPUT OUTPUT) and train on what that wrote; or, where they may be "
            f"trained on, write {self.entity.name} = {self.counted} under [training_data.limits] of the policy"
        )


def limit_of(name: str, rules: TrainingData) -> int | None:
    """How many findings of entity *name* pass; None for any number."""
    return rules.limits.get(name, entity(name).most)


def counted(counts: Iterable[Count]) -> Counter[str]:
    """What a gate counts, by entity."""
    found: Counter[str] = Counter()
    for each in counts:
        if each.counted:
            found[each.entity] += each.counted
    return found


def breaches(report: ScanReport, rules: TrainingData) -> list[Breach]:
    """The entities of *report* that are above their limits, those with most findings first."""
    found = []
    for name, number in counted(report.counts).most_common():
        limit = limit_of(name, rules)
        if limit is not None and number > limit:
            of = [each for each in report.counts if each.entity == name and each.counted]
            columns = tuple(dict.fromkeys(each.column for each in of))
            examples = tuple(example for each in of for example in each.examples)[:SHOWN]
            found.append(Breach(entity(name), number, limit, columns, examples))
    return found


def unlimited_names(report: ScanReport, rules: TrainingData) -> Counter[str]:
    """Names of people that the policy sets no limit for, by entity: they pass, and are worth a word."""
    found = counted(report.counts)
    return Counter(
        {name: n for name, n in found.items() if entity(name).kind == "name" and limit_of(name, rules) is None}
    )


def obstacles(report: ScanReport) -> Iterator[str]:
    """Why *report*, whatever it counts, admits nothing: lines that were not read, and what was not looked for."""
    for each in report.broken[:SHOWN]:
        yield f"{each.file}:{each.line}: {each.why}"
    if (more := max(report.broken_lines, len(report.broken)) - SHOWN) > 0:
        yield f"{more} further lines can't be read"
    yield from report.missing


def unknown_limits(report: ScanReport, rules: TrainingData) -> Iterator[str]:
    """A sentence for each name among the policy's limits that no entity has, and nothing found bears."""
    seen = {each.entity for each in report.counts}
    for name in rules.limits:
        if name not in ENTITIES and name not in seen:
            near = difflib.get_close_matches(name, ENTITIES, n=1)
            known = f"did you mean {near[0]}?" if near else f"known are {', '.join(ENTITIES)}"
            yield f"training_data.limits: {name} is no entity that is looked for; {known}"


def book_of(rows: Iterable[Mapping[str, Any]], report: ScanReport, rules: TrainingData) -> AdmissionBook:
    """The book that admits *rows*, those of the files of *report*, which has passed under *rules*."""
    key = secrets.token_hex(32)
    hashes: set[str] = set()
    columns: dict[str, None] = {}
    count = 0
    for row in rows:
        count += 1
        columns.update(dict.fromkeys(row))
        hashes.add(keyed_row(key, row))
    head = Head(
        key=key,
        written_by=f"finewarden {finewarden.__version__}",
        languages=report.settings.languages,
        limits=dict(rules.limits),
        counted=dict(counted(report.counts)),
        names_at_most=report.sampled.at_most if report.sampled is not None else None,
        files=tuple(AdmittedFile(name=each.name, sha256=each.sha256, rows=each.rows) for each in report.files),
        columns=tuple(columns),
        rows=count,
        distinct=len(hashes),
    )
    return AdmissionBook(head, frozenset(hashes))
