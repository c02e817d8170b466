"""The section "model audit" of pytest's summary."""

from __future__ import annotations

import io

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from finewarden.report import table
from finewarden.report.ledger import Ledger

__all__ = ["lines"]


def lines(ledger: Ledger, *, width: int) -> list[str]:
    """One line an audit, the warnings with their mend, what is wrong with the gate, the verdict, the level."""
    rows = [[_plain(cell) for cell in table.row(result)] for result in ledger.results]
    grid = Table(box=None, pad_edge=False, show_edge=False)
    for i, name in enumerate(table.COLUMNS[:-1]):
        grid.add_column(name, no_wrap=True, width=max(cell_len(name), *(cell_len(row[i]) for row in rows), 0))
    grid.add_column(table.COLUMNS[-1], no_wrap=True, overflow="ellipsis")  # what does not fit is in the failure's text
    for row in rows:
        grid.add_row(*row)
    out = io.StringIO()
    # No colour and no markup: the text must be the same in a log file, and names in it are not ours.
    Console(file=out, width=width, color_system=None, markup=False, highlight=False, emoji=False).print(grid)
    text = [line.rstrip() for line in out.getvalue().splitlines()]
    for result in ledger.results:
        for warning in result.warnings:
            text += [f"warning {result.audit}: {warning.where}: {_plain(warning.what)}", f"    mend: {warning.mend}"]
    return [*text, *table.closing_lines(ledger)]


def _plain(cell: str) -> str:
    return " ".join(cell.split())
