"""One at a time: a lock that the operating system drops when its holder ends, however it ends."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

__all__ = ["Locked", "held", "held_in_turn"]


class Locked(RuntimeError):
    """Someone else holds the lock."""


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock file *path* for as long as the block runs. Raises Locked at once when another process has it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        try:
            _take(handle)
        except OSError:
            raise Locked(f"another process is at work here ({path.name} is held): wait for it") from None
        yield
    finally:
        os.close(handle)


@contextmanager
def held_in_turn(path: Path, *, seconds: float = 600.0) -> Iterator[None]:
    """Hold the lock file *path*, waiting up to *seconds* for whoever has it: the processes of one run come at once.

    Raises Locked after that.
    """
    last = time.monotonic() + seconds
    while True:
        with ExitStack() as stack:
            try:
                stack.enter_context(held(path))
            except Locked:
                if time.monotonic() >= last:
                    raise
            else:
                yield
                return
        time.sleep(0.1)


def _take(handle: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        return
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
