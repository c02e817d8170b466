"""A scan as read on a terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from finewarden.personal_data.entities import Kind, entity
from finewarden.personal_data.scan_report import Count, ScanReport

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["folded", "print_report"]

_FIRST: tuple[Kind, ...] = ("secret", "direct", "name", "quasi", "other")
_LINES = 40  # of the table
_WIDE = 110  # columns of a terminal in which an example has room beside the counts
_FIELD = 20  # characters of a field's path in one line
_SHORT = 10  # of the lists under it


def print_report(report: ScanReport, console: Console) -> None:
    """Counts by type, field and source with a masked example; then what could not be read or looked for, what repeats,
    and what a sample says of all rows.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    counts = sorted(report.counts, key=_rank)
    if counts:
        with_source = any(count.source for count in counts)
        narrow = console.width < _WIDE
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        table.add_column("type", no_wrap=True)
        table.add_column("field", overflow="fold")
        if with_source:
            table.add_column("source", overflow="fold")
        for name in ("found", "counted", "rows"):
            table.add_column(name, justify="right", no_wrap=True)
        if not narrow:
            table.add_column("for example", overflow="fold")
        for count in counts[:_LINES]:
            what = entity(count.entity)
            label = Text(count.entity, "bold" if count.counted else "dim")
            if what.zh != count.entity:
                label.append(f"{chr(10) if narrow else ' '}{what.zh}", "not bold dim")
            source = [Text(count.source or "–")] if with_source else []
            numbers = [f"{number:,}" for number in (count.findings, count.counted, count.rows)]
            example = [] if narrow else [Text(_example(count))]
            table.add_row(label, Text(folded(count.column)), *source, *numbers, *example)
        console.print(table)
        if len(counts) > _LINES:
            _say(console, f"… and {len(counts) - _LINES:,} more lines: they are in the report (--report FILE)")
        if narrow:
            _say(console, "\nFor example:")
            for count in counts[:_LINES]:
                _say(console, f"  {count.entity} in {count.column}: {_example(count)}")
        console.print()
    _say(console, _summary(report))
    _repeated(report, console)
    _list(
        console,
        "Could not be read",
        [f"{each.file}:{each.line}: {each.why}" for each in report.broken],
        report.broken_lines,
    )
    _list(
        console,
        "Not looked at",
        [f"{each.files:,} × {each.why}, {each.first} first" for each in report.passed_over],
        len(report.passed_over),
    )
    _list(console, "NOT LOOKED FOR", report.missing, len(report.missing))
    if (sampled := report.sampled) is not None:
        _say(
            console,
            f"Names were looked for in {sampled.rows:,} of {sampled.of:,} rows, drawn at random (seed "
            f"{report.settings.seed}): {sampled.hit:,} had one. With {sampled.confidence:.0%} confidence at most "
            f"{sampled.at_most:.2%} of all rows have one.",
        )


def folded(column: str) -> str:
    """The path *column* in lines of some 20 characters that end behind a dot: "conversations." and "value"."""
    lines = [""]
    for part in re.findall(r"[^.]*\.|[^.]+", column):
        if lines[-1] and len(lines[-1]) + len(part) > _FIELD:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def _summary(report: ScanReport) -> str:
    files = f"{len(report.files):,} file{'s' * (len(report.files) != 1)}"
    counted = sum(count.counted for count in report.counts)
    found = sum(count.findings for count in report.counts)
    return (
        f"{report.rows:,} rows of {files}: {found:,} findings in {report.rows_with_findings:,} rows, {counted:,} of "
        "them certain enough to count and somebody's"
    )


def _repeated(report: ScanReport, console: Console) -> None:
    lines = [f"{each.rows:,} rows: {each.entity} {each.masked}" for each in report.repeated]
    _list(console, "Repeated, which is what gets memorised", lines, len(lines))


def _list(console: Console, title: str, lines: Sequence[str], number: int) -> None:
    if not number:
        return
    _say(console, f"{title} ({number:,}):")
    for line in lines[:_SHORT]:
        _say(console, f"  {line}")
    if number > _SHORT:
        _say(console, f"  … and {number - _SHORT:,} more")


def _say(console: Console, line: str) -> None:
    from rich.text import Text

    console.print(Text(line), soft_wrap=True)


def _example(count: Count) -> str:
    if not count.examples:
        return ""
    one = count.examples[0]
    role = f" {one.role}" if one.role else ""
    return f"{one.masked}  {one.file}:{one.row}{role}"


def _rank(count: Count) -> tuple[bool, int, int, str, str, str]:
    kind = _FIRST.index(entity(count.entity).kind)
    return not count.counted, kind, -count.counted, count.entity, count.column, count.source or ""
