"""The report of a run, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from finewarden.artifacts.names import printable
from finewarden.personal_data.deidentify.report import Applied, DeidentifyReport, Left

__all__ = ["print_report"]

_SHOWN = 20


def print_report(report: DeidentifyReport, out: Path, console: Any) -> None:
    """Print *report*, of what was written as *out*, to *console*, which is rich's."""
    from rich.table import Table

    if report.applied:
        table = Table("operator", "values", "what can still be told")
        for operator, values, residual in _grouped(report.applied):
            table.add_row(operator, values, residual)
        console.print(table)
    for line in _lines(report, out):
        console.print(line, soft_wrap=True)


def _grouped(applied: tuple[Applied, ...]) -> Iterator[tuple[str, str, str]]:
    """A row for all entities of one operator of which the same can still be told."""
    groups: dict[tuple[str, str], list[Applied]] = {}
    for one in applied:
        groups.setdefault((one.operator, one.residual), []).append(one)
    for (operator, residual), ones in sorted(groups.items()):
        yield operator, "\n".join(map(_counted, ones)), residual


def _counted(one: Applied) -> str:
    if one.operator == "drop":
        return f"{one.entity}: {one.values} rows"
    return f"{one.entity}: {one.values}{f' ({one.masked} masked instead)' if one.masked else ''}"


def _lines(report: DeidentifyReport, out: Path) -> Iterator[str]:
    for source in report.sources:
        if source.deidentification is not None and source.deidentification != source.says:
            yield f'source {source.source}: write deidentification = "{source.deidentification}" into the policy'
    yield from _first([f"not copied: {each}" for each in report.passed_over])
    yield from _first(
        [f"left out: {row.file}{f', row {row.row}' if row.row else ''}: {row.why}" for row in report.left_out]
    )
    yield from _first([_left(each) for each in report.left], report.left_in_all)
    key = f", key {report.key_id}" if report.key_id else ""
    yield (
        f"{out}: {report.rows - report.rows_dropped} of {report.rows} rows{key}; "
        f"{'nothing is left that the plan takes out' if report.clean else 'not clean'}"
    )


def _first(lines: list[str], in_all: int | None = None) -> Iterator[str]:
    yield from lines[:_SHOWN]
    if (more := max(in_all or 0, len(lines)) - _SHOWN) > 0:
        yield f"... and {more} more; the report lists {'the first ' if in_all else ''}{len(lines)}"


def _left(each: Left) -> str:
    span = f" {each.start}-{each.end}" if each.start is not None else ""
    where = f"{printable(each.field)}{span}: " if each.field else ""
    return f"left: {each.file}, row {each.row}: {where}{each.entity} {each.why}".replace(":  ", ": ")
