"""How the commands that scan print: a table's console, and an error as one sentence."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["console", "failed"]

_WIDEST = 140


def console() -> Console:
    """A console for tables: plain text, as wide as the terminal up to a limit. Raises BrokenPipeError, not SystemExit,
    when its reader has gone.
    """
    from rich.console import Console

    class Quiet(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    made = Quiet(highlight=False, markup=False, emoji=False)
    made.width = min(made.width, _WIDEST)
    return made


def failed(command: str, *why: str) -> int:
    """Say why *command* could not do it, a line each on standard error; returns its exit status, 2."""
    for line in why:
        print(f"finewarden {command}: {line}", file=sys.stderr)
    return 2
