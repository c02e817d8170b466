"""The table as Markdown in GitHub's step summary."""

from __future__ import annotations

import os
from pathlib import Path

from finewarden.report import table
from finewarden.report.ledger import Ledger

__all__ = ["markdown", "write"]


def write(ledger: Ledger) -> str:
    """Append the table to `$GITHUB_STEP_SUMMARY`; returns the line that says what was done."""
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return "step summary: GITHUB_STEP_SUMMARY is not set, nothing written"
    try:
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(markdown(ledger))
    except OSError as error:
        return f"step summary: {name} can't be written ({error.strerror})"
    return "step summary: written"


def markdown(ledger: Ledger) -> str:
    """A GitHub-flavoured table; cells are escaped, because file names in them are not ours."""
    head = ["| " + " | ".join(table.COLUMNS) + " |", "|" + " --- |" * len(table.COLUMNS)]
    body = ["| " + " | ".join(_escape(cell) for cell in row) + " |" for row in table.rows(ledger.results)]
    closing = [f"\n{_escape(line)}" for line in table.closing_lines(ledger)]
    return "\n".join(["## Model audit", "", *head, *body, *closing, ""]) + "\n"


def _escape(cell: str) -> str:
    for char in "\\`*_[]<>|":
        cell = cell.replace(char, "\\" + char)
    return " ".join(cell.split())
