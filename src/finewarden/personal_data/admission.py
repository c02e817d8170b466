"""What a policy lets pass of what a scan found, and the book of the rows that it lets pass."""

from __future__ import annotations

import difflib
import importlib.util
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, Any

import finewarden
from finewarden.evidence.admission_book import AdmissionBook, AdmittedFile, Head, keyed_row
from finewarden.personal_data.entities import ENTITIES, Entity, entity
from finewarden.personal_data.scan_report import Count, Example, ScanReport
from finewarden.policy import TrainingData

if TYPE_CHECKING:
    from finewarden.personal_data.reading.folders import PassedOver

__all__ = [
    "Breach",
    "book_of",
    "breaches",
    "counted",
    "limit_of",
    "misspelt_limits",
    "obstacles",
    "other_scanner",
    "passed_over",
    "unbounded",
    "unknown_limits",
    "unlimited_names",
]

SHOWN = 3
# What a sample of names leaves out in the rows that were not drawn: models find it, and rules but some of it.
_BY_MODELS = ("PERSON", "LOCATION", "ORGANIZATION", "NRP", "DATE_TIME")
# From which likeness on a limit's name is a slip of the pen: PERSONS, EMAIL_ADRESS.
_SLIP = 0.8


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


def obstacles(report: ScanReport, rules: TrainingData) -> Iterator[str]:
    """Why *report*, whatever it counts, admits nothing under *rules*: lines that were not read, what was not looked
    for, or not in all rows, and limits of nothing.
    """
    for each in report.broken[:SHOWN]:
        yield f"{each.file}:{each.line}: {each.why}; mend the line or leave it out"
    if (more := max(report.broken_lines, len(report.broken)) - SHOWN) > 0:
        yield f"{more} further lines can't be read; mend them or leave them out"
    yield from report.missing
    yield from unbounded(report, rules)
    yield from misspelt_limits(report, rules)


def unbounded(report: ScanReport, rules: TrainingData) -> Iterator[str]:
    """A sentence for each limit that a sample does not hold: on names, where more of all rows may have one than pass;
    on what else only models find, of which a sample of names bounds nothing.
    """
    if (sampled := report.sampled) is None:
        return
    whole = f"names were looked for in {sampled.rows} of {sampled.of} rows"
    mend = "scan all rows (without --names-sample)"
    if not sampled.rows:
        yield f"{whole}; {mend}, or draw more"
        return
    for name in _BY_MODELS:
        limit = limit_of(name, rules)
        if limit is None:
            continue
        if name != "PERSON":
            yield f"{whole}, which does not bound {name}, at most {limit}; {mend}"
            continue
        found = [each for each in report.counts if each.entity == name and each.counted]
        each_row = max(1.0, sum(each.counted for each in found) / max(1, sum(each.rows for each in found)))
        if (most := floor(sampled.at_most * sampled.of * each_row)) > limit:
            bound = f"up to {most} {name} may be in all ({sampled.confidence:.0%} confidence)"
            yield f"{whole}: {bound}, and at most {limit} may be there; {mend}"


def misspelt_limits(report: ScanReport, rules: TrainingData) -> Iterator[str]:
    """A sentence for each name among the policy's limits that is a slip: its owner thinks that it limits something."""
    for name in _strange_limits(report, rules):
        near = difflib.get_close_matches(name, ENTITIES, n=1, cutoff=_SLIP)
        if near and not report.settings.own:
            yield f"training_data.limits: {name} is no entity that is looked for; did you mean {near[0]}?"


def unknown_limits(report: ScanReport, rules: TrainingData) -> Iterator[str]:
    """A sentence for each other name among the policy's limits that no entity has, and nothing found bears."""
    for name in _strange_limits(report, rules):
        if report.settings.own or not difflib.get_close_matches(name, ENTITIES, n=1, cutoff=_SLIP):
            near = difflib.get_close_matches(name, ENTITIES, n=1)
            known = f"did you mean {near[0]}?" if near else f"known are {', '.join(ENTITIES)}"
            yield f"training_data.limits: {name} is no entity that is looked for; {known}"


def _strange_limits(report: ScanReport, rules: TrainingData) -> list[str]:
    seen = {each.entity for each in report.counts}
    return [name for name in rules.limits if name not in ENTITIES and name not in seen]


def passed_over(of: Sequence[PassedOver]) -> str:
    """What folders hold beside their data files, *of*, in words; "" for nothing."""
    if not of:
        return ""
    first = ", ".join(f"{each.name} ({each.why})" for each in of[:SHOWN])
    more = f" and {len(of) - SHOWN} more" if len(of) > SHOWN else ""
    return f"not looked at: {first}{more}"


def other_scanner(head: Head) -> str:
    """How what looks for personal data here differs from what admitted under *head*, in words; "" where it does not, or
    where the recognizers of here are not installed whole, so that they say nothing.
    """
    from finewarden.personal_data.recognizer_digest import recognizer_digest

    now = f"finewarden {finewarden.__version__}"
    if head.written_by != now:
        return f"{head.written_by} then, {now} now"
    whole = all(importlib.util.find_spec(name) for name in ("presidio_analyzer", "jieba"))
    if head.recognizers and whole and head.recognizers != recognizer_digest(head.own):
        return "rules, models or packages that look for personal data have changed"
    return ""


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
        recognizers=report.settings.recognizers,
        own=report.settings.own,
        numbers_kept=report.settings.numbers_kept,
        source_column=report.settings.source_column,
        names_in=report.settings.names_in,
        names_at_most=report.sampled.at_most if report.sampled is not None else None,
        files=tuple(AdmittedFile(name=each.name, sha256=each.sha256, rows=each.rows) for each in report.files),
        columns=tuple(columns),
        rows=count,
        distinct=len(hashes),
    )
    return AdmissionBook(head, frozenset(hashes))
