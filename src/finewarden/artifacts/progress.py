"""A bar on the terminal for what takes longer than a glance, and nothing anywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["LONG", "progress_bar"]

LONG = 2**30  # bytes; hashed in a second or two
_TERMINAL = Path("/dev/tty")


@contextmanager
def progress_bar(what: str, total: int, *, terminal: Path = _TERMINAL) -> Iterator[Callable[[int], None] | None]:
    """A function to be told of bytes done, out of *total*; None when there is little to do or nobody to see it.

    Drawn on the controlling terminal itself: pytest captures the streams, and a log file wants no bar.
    """
    if total < LONG:
        yield None
        return
    try:
        screen = terminal.open("w", encoding="utf-8")
    except OSError:  # continuous integration, a service, Windows
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with screen, Progress(*columns, console=Console(file=screen, force_terminal=True), transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda count: shown.advance(task, count)
