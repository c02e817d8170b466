"""Writes that a crash leaves either whole or undone."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

__all__ = ["refuse_special", "write_bytes", "write_text"]


def write_text(path: Path, text: str, *, private: bool = False) -> None:
    """Replace *path* by *text* (UTF-8, newlines as given): temporary file beside it, fsync, rename."""
    write_bytes(path, text.encode("utf-8"), private=private)


def write_bytes(path: Path, data: bytes, *, private: bool = False) -> None:
    """Replace *path* by *data*; its folder is made if missing, the mode of a file that exists is kept.

    What is *private* is its owner's alone: the file in any case, the folder when it is made. Raises as
    `refuse_special`, and OSError.
    """
    refuse_special(path)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o777)
    mode = 0o600 if private else path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:  # of a full disk: the kernel names no file
            error.filename = str(path)
        raise
    if hasattr(os, "O_DIRECTORY"):  # the rename itself must survive a power cut
        directory = os.open(path.parent, os.O_DIRECTORY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def refuse_special(path: Path) -> None:
    """Raises OSError where *path* is a folder, a device or a pipe: a rename would put a file in its place."""
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "is no regular file and is not replaced; name another path", str(path))


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
