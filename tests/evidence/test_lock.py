"""One at a time, and the next one in turn."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from finewarden.evidence.lock import Locked, held, held_in_turn


def test_second_waits_for_the_first(tmp_path: Path) -> None:
    """The processes of one run come at once; each gets its turn."""
    path, order = tmp_path / "x.evidence" / ".lock", []
    first = threading.Event()

    def work() -> None:
        first.wait()
        with held_in_turn(path):
            order.append("second")

    thread = threading.Thread(target=work)
    thread.start()
    with held_in_turn(path):
        first.set()
        with pytest.raises(Locked):
            held_in_turn(path, seconds=0.2).__enter__()
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_error_within_is_not_taken_for_a_held_lock(tmp_path: Path) -> None:
    """What fails in the block fails once, and the lock is free again."""

    def fail() -> None:
        with held_in_turn(tmp_path / ".lock"):
            raise Locked("of another lock")

    with pytest.raises(Locked, match="of another lock"):
        fail()
    with held(tmp_path / ".lock"):
        pass
