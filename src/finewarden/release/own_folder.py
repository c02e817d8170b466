"""Reading single files of a model folder that is being made ready, without going through links.

A `README.md` that is a link out of the folder would hand over a file from elsewhere. `draft` writes them.
"""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

__all__ = ["FolderError", "as_json", "as_text", "is_model_folder", "read_bytes", "read_text"]

_LIMIT = 16 * 2**20
_MODEL_FILES = ("config.json", "adapter_config.json")


class FolderError(ValueError):
    """A folder or file that is not what it should be; one sentence with the mend."""


def is_model_folder(folder: Path) -> bool:
    """Whether a model lies directly in *folder*: its configuration, an adapter's, or a GGUF file."""
    return any((folder / name).is_file() for name in _MODEL_FILES) or any(folder.glob("*.gguf"))


def read_bytes(path: Path, *, limit: int = _LIMIT) -> bytes | None:
    """All of *path*; None when there is nothing. Raises FolderError for a link, a special file, one beyond *limit*."""
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, name, 0)
    if path.is_symlink():
        raise FolderError(f"{path.name} is a link: put the file itself there")
    try:
        handle = os.open(path, flags)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FolderError(f"{path.name} can't be read ({error.strerror}): mend its permissions") from None
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise FolderError(f"{path.name} is no regular file: put a file there or remove it")
        if found.st_size > limit:
            raise FolderError(
                f"{path.name} holds {found.st_size} bytes, at most {limit} are expected: is it that file?"
            )
        return file.read(limit)


def read_text(path: Path, *, limit: int = 2**20) -> str | None:
    """All of *path* as UTF-8, newlines as they stand; None when there is nothing. Raises FolderError."""
    return as_text(path.name, read_bytes(path, limit=limit))


def as_text(name: str, data: bytes | None) -> str | None:
    """*data* of the file *name* as UTF-8; None when there is none. Raises FolderError."""
    try:
        return None if data is None else data.decode("utf-8")
    except UnicodeDecodeError:
        raise FolderError(f"{name} is not UTF-8: save it as UTF-8") from None


def as_json(name: str, text: str | None) -> Any:
    """The value in the *text* of the file *name*; None when there is none. Raises FolderError."""
    try:
        return None if text is None else json.loads(text)
    except (ValueError, RecursionError):
        raise FolderError(f"{name} is not JSON: write it anew") from None
