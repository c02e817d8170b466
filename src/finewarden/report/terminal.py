"""The section "model audit" of pytest's summary."""

from __future__ import annotations

import io

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from finewarden.report import table
from finewarden.report.ledger import Ledger

__all__ = ["lines"]

_GAP = 2
_SHORTEST_NOTE = 12


def lines(ledger: Ledger, *, width: int) -> list[str]:
    """One line an audit, the warnings with their mend, what is wrong with the gate, the verdict, the level."""
    rows = [[_plain(cell) for cell in cells] for cells in table.rows(ledger.results)]
    widths = [max(cell_len(cell) for cell in column) for column in zip(table.COLUMNS, *rows, strict=True)][:-1]
    taken = sum(widths) + _GAP * len(widths)
    grid = Table(box=None, pad_edge=False, show_edge=False)
    for name, column in zip(table.COLUMNS, widths, strict=False):
        grid.add_column(name, no_wrap=True, width=column)
    # What does not fit here stands in the failure's text; the other columns are never cut.
    grid.add_column(table.COLUMNS[-1], no_wrap=True, overflow="ellipsis", width=max(width - taken, _SHORTEST_NOTE))
    for row in rows:
        grid.add_row(*row)
    out = io.StringIO()
    # No colour and no markup: the text must be the same in a log file, and names in it are not ours.
    Console(
        file=out,
        width=max(width, taken + _SHORTEST_NOTE),
        color_system=None,
        markup=False,
        highlight=False,
        emoji=False,
    ).print(grid)
    text = [line.rstrip() for line in out.getvalue().splitlines()]
    for result in ledger.results:
        for warning in result.warnings:
            text += [f"warning {result.audit}: {warning.where}: {_plain(warning.what)}", f"    mend: {warning.mend}"]
    return [*text, *table.closing_lines(ledger)]


def _plain(cell: str) -> str:
    return " ".join(cell.split())
