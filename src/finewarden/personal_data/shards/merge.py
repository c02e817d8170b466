"""Results of shards, in the order of the plan, as one report: the same whoever ran them and when."""

from __future__ import annotations

from collections.abc import Sequence

from finewarden import __version__
from finewarden.personal_data.reading.folders import PassedOver as Passed
from finewarden.personal_data.sampling import CONFIDENCE, upper_bound
from finewarden.personal_data.scan_report import (
    BrokenLine,
    Count,
    PassedOver,
    Sampled,
    ScannedFile,
    ScanReport,
    ScanSettings,
)
from finewarden.personal_data.shards.plan import PlannedFile
from finewarden.personal_data.shards.repeats import Repeats
from finewarden.personal_data.shards.result import ShardResult
from finewarden.personal_data.shards.run import BROKEN_TOLD
from finewarden.personal_data.shards.tally import EXAMPLES, FIELD_NAME, OTHERS, Bounded

__all__ = ["Merge"]

_COLUMNS = _SOURCES = 1000


class Merge:
    """Takes results one after another, in the order of the plan. Memory: one result, the counts, the repeats."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, str | None], Count] = {}
        self._columns, self._sources = Bounded(_COLUMNS), Bounded(_SOURCES)
        self._columns.of(FIELD_NAME)
        self._repeats = Repeats()
        self._broken: list[BrokenLine] = []
        self._rows: dict[str, int] = {}
        self._missing: dict[str, None] = {}
        self._broken_lines = self._rows_with_findings = self._drawn = self._hit = 0

    def add(self, result: ShardResult) -> None:
        """Count *result*."""
        self._rows[result.name] = self._rows.get(result.name, 0) + result.rows
        self._rows_with_findings += result.rows_with_findings
        self._drawn += result.drawn
        self._hit += result.hit
        self._missing.update(dict.fromkeys(result.missing))
        self._repeats.extend(result.values)
        self.add_broken(result.broken, result.broken_lines)
        for count in result.counts:
            source = None if count.source is None else self._sources.of(count.source)
            at = (count.entity, self._columns.of(count.column), source)
            known = self._counts.get(at)
            self._counts[at] = (
                _sum(known, count) if known else count.model_copy(update={"column": at[1], "source": at[2]})
            )

    def add_broken(self, broken: Sequence[BrokenLine], number: int) -> None:
        """Count *number* places that could not be read, of which *broken* are the first."""
        self._broken_lines += number
        self._broken += broken[: BROKEN_TOLD - len(self._broken)]

    def report(
        self, settings: ScanSettings, files: Sequence[PlannedFile], passed_over: Sequence[Passed] = ()
    ) -> ScanReport:
        """The report of all that was added."""
        rows = sum(self._rows.values())
        sampled = None
        if settings.names and settings.names_in < 1:
            bound = upper_bound(self._hit, self._drawn)
            sampled = Sampled(rows=self._drawn, of=rows, hit=self._hit, at_most=bound, confidence=CONFIDENCE)
        return ScanReport(
            written_by=f"finewarden {__version__}",
            settings=settings,
            files=tuple(
                ScannedFile(name=file.name, sha256=file.sha256, bytes=file.bytes, rows=self._rows.get(file.name, 0))
                for file in files
            ),
            rows=rows,
            rows_with_findings=self._rows_with_findings,
            counts=tuple(self._counts[at] for at in sorted(self._counts, key=_order)),
            repeated=self._repeats.ranked(),
            broken=tuple(self._broken),
            broken_lines=self._broken_lines,
            passed_over=_grouped(passed_over),
            missing=tuple(self._missing),
            sampled=sampled,
        )


def _sum(one: Count, other: Count) -> Count:
    # Examples of what counts, where anything does.
    examples = [
        each for count in (one, other) if count.counted or not (one.counted or other.counted) for each in count.examples
    ]
    return one.model_copy(
        update={
            "findings": one.findings + other.findings,
            "counted": one.counted + other.counted,
            "rows": one.rows + other.rows,
            "examples": tuple(examples[:EXAMPLES]),
        }
    )


def _grouped(passed_over: Sequence[Passed]) -> tuple[PassedOver, ...]:
    groups: dict[str, list[str]] = {}
    for each in passed_over:
        groups.setdefault(each.why, []).append(each.name)
    return tuple(PassedOver(why=why, files=len(names), first=names[0]) for why, names in sorted(groups.items()))


def _order(at: tuple[str, str, str | None]) -> tuple[str, bool, str, bool, str]:
    return at[0], at[1] == OTHERS, at[1], at[2] is not None, at[2] or ""
