"""How far a long measurement is: a bar where somebody watches, one line a step elsewhere."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

from finewarden.memorization.scoring import Progress

__all__ = ["Steps", "in_one", "shown", "silent"]

Steps = Callable[[str], Progress | None]
"""Called with what is done next; what it returns is told how much of that is done: (done, of how many)."""


def silent(_: str) -> None:
    """Tells nobody."""


def in_one(progress: Progress | None, total: int) -> Callable[[int], Progress | None]:
    """Several scorings as one row of *total* pieces: called with the number of pieces of the next one."""
    before = 0

    def part(count: int) -> Progress | None:
        nonlocal before
        first, before = before, before + count
        return progress and (lambda done, _: progress(first + done, total))

    return part


@contextlib.contextmanager
def shown(prefix: str) -> Iterator[Steps]:
    """Steps on stderr: as a bar of rich on a terminal, else each as a line that begins with *prefix*."""
    if not sys.stderr.isatty():
        yield lambda text: print(f"{prefix}: {text}", file=sys.stderr)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(prefix, total=None)

        def step(text: str) -> Progress:
            nonlocal task
            bar.remove_task(task)  # a reset one keeps the total of the step before
            task = current = bar.add_task(text, total=None)
            return lambda done, total: bar.update(current, completed=done, total=total)

        yield step
