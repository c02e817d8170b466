"""The bar is drawn where somebody sees it and only for what takes long."""

from __future__ import annotations

from pathlib import Path

from finewarden.artifacts.progress import LONG, progress_bar


def test_a_long_task_is_shown(tmp_path: Path) -> None:
    """The terminal gets the task's name, and the count is taken."""
    terminal = tmp_path / "tty"
    terminal.touch()
    with progress_bar("hashing", LONG, terminal=terminal) as tell:
        assert tell is not None
        tell(LONG)
    assert "hashing" in terminal.read_text()


def test_a_short_task_is_not_shown(tmp_path: Path) -> None:
    """Below a second's work nothing is drawn."""
    terminal = tmp_path / "tty"
    terminal.touch()
    with progress_bar("hashing", LONG - 1, terminal=terminal) as tell:
        assert tell is None
    assert terminal.read_text() == ""


def test_without_a_terminal_nothing_is_drawn(tmp_path: Path) -> None:
    """Where there is no terminal the work goes on in silence."""
    with progress_bar("hashing", LONG, terminal=tmp_path / "none" / "tty") as tell:
        assert tell is None
