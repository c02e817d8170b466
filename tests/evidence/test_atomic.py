"""Who may read what was written."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from finewarden.evidence import run_log
from finewarden.evidence.atomic import write_text


def test_evidence_is_its_owners_alone(tmp_path: Path) -> None:
    """A private file and the folder made for it, and the run log; a file that was open to all is closed."""
    for write in (lambda path: write_text(path, "x", private=True), lambda path: run_log.append(path, "g", "e")):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.evidence" / "book.jsonl"
        write(path)
        assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    path.chmod(0o644)
    write_text(path, "y", private=True)
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_is_published_keeps_its_mode(tmp_path: Path) -> None:
    """A public file is as open as it was, and a new one as open as any."""
    path, other = tmp_path / "out" / "card.json", tmp_path / "plain"
    write_text(path, "x")
    other.write_text("x")
    assert path.stat().st_mode == other.stat().st_mode
    path.chmod(0o640)
    write_text(path, "y")
    assert path.stat().st_mode & 0o777 == 0o640


def test_only_a_regular_file_is_replaced(tmp_path: Path) -> None:
    """A pipe, a device and a folder stay what they are, also behind a link; the error says what to do."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path / "folder", tmp_path / "link", Path(os.devnull)):
        with pytest.raises(OSError, match="no regular file and is not replaced; name another path"):
            write_text(path, "x")
    assert {each.name for each in tmp_path.iterdir()} == {"pipe", "folder", "link"}
    assert (tmp_path / "link").is_fifo()


def test_a_full_disk_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error of a write that fails says which file it was for, and nothing is left beside it."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"No space left on device: '.*book\.jsonl'"):
        write_text(tmp_path / "book.jsonl", "x")
    assert not list(tmp_path.iterdir())
