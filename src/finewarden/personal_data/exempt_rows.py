"""A scan's report without some of its rows: planted canaries are made up, and no limit is for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from finewarden.personal_data.scan_report import Count, ScanReport, ScanSettings

if TYPE_CHECKING:
    from finewarden.personal_data.reading.rows import Row

__all__ = ["without_rows"]


def without_rows(report: ScanReport, exempt: Iterable[tuple[str, Sequence[Row]]]) -> ScanReport:
    """*report* without what it counts of the rows *exempt*, given file by file as the report names them.

    They are scanned again, as they were. Where names were looked for in a sample, names in them stay counted.
    """
    from finewarden.personal_data.shards.run import scan_items

    settings = report.settings
    if settings.names_in < 1:
        settings = ScanSettings(**{**settings.model_dump(), "names": False, "names_in": 1.0})
    found: dict[tuple[str, str, str | None], list[Count]] = {}
    places: set[tuple[str, int]] = set()
    rows = hits = 0
    for name, items in exempt:
        result = scan_items(items, settings, name=name, part="")
        places |= {(name, item.number) for item in items}
        rows, hits = rows + len(items), hits + result.rows_with_findings
        for each in result.counts:
            found.setdefault((each.entity, each.column, each.source), []).append(each)
    kept = (_less(each, found.get((each.entity, each.column, each.source), ()), places) for each in report.counts)
    return report.model_copy(
        update={
            "counts": tuple(each for each in kept if each.findings),
            "rows": max(0, report.rows - rows),
            "rows_with_findings": max(0, report.rows_with_findings - hits),
        }
    )


def _less(count: Count, exempt: Sequence[Count], places: set[tuple[str, int]]) -> Count:
    def left(name: str) -> int:
        return int(max(0, getattr(count, name) - sum(getattr(each, name) for each in exempt)))

    return count.model_copy(
        update={
            "findings": left("findings"),
            "counted": left("counted"),
            "rows": left("rows"),
            "examples": tuple(each for each in count.examples if (each.file, each.row) not in places),
        }
    )
