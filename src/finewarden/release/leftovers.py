"""What training leaves in its output directory and no release needs: told apart by name, and moved out of the way.

Trainer pushes all of it but the checkpoints to the Hub (it ignores `_*` and `checkpoint-*` only): pickles that run code
when they are loaded, logs named after the host, completions with the training prompts in them.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path

from finewarden.leftovers import file_kind, folder_kind
from finewarden.release.own_folder import FolderError

__all__ = ["Moved", "find", "is_leftover", "move"]

# Not training's: someone's repository and keys are for someone to look after; numbers about the run may be published.
_STAYS = frozenset({"version control", "private settings", "system files", "metrics"})


@dataclass(frozen=True, slots=True)
class Moved:
    """One entry of the model folder and where it lies now."""

    name: str
    to: Path


def is_leftover(rel: str) -> bool:
    """Whether *rel* (posix, relative to the model folder) is, or lies in, such an entry of its top level."""
    top, _, rest = rel.partition("/")
    return _moves(folder_kind(top) if rest else file_kind(top) or folder_kind(top))


def find(folder: Path, to: Path) -> list[Moved]:
    """Each leftover of *folder* and where in *to* it would go; nothing is moved.

    An entry of the same name from an earlier run stays: the new one gets a number.
    """
    found = []
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        kind = folder_kind(entry.name) if entry.is_dir(follow_symlinks=False) else file_kind(entry.name)
        if entry.is_symlink():  # moved itself, whatever it points at
            kind = kind or folder_kind(entry.name)
        if _moves(kind):
            found.append(Moved(entry.name, _free(to, entry.name)))
    return found


def move(folder: Path, to: Path) -> list[Moved]:
    """Rename each leftover of *folder* into *to*, one step each, nothing is copied or deleted; returns what moved.

    Raises FolderError when *to* lies on another file system, where a rename can't be one step.
    """
    found = find(folder, to)
    if found:
        to.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, target in ((moved.name, moved.to) for moved in found):
        try:
            (folder / name).rename(target)
        except OSError as error:
            if error.errno == errno.EXDEV:
                raise FolderError(f"{name} can't be renamed to {target}: move it out of the folder by hand") from None
            raise FolderError(f"{name} can't be moved ({error.strerror}): mend its permissions") from None
    return found


def _moves(kind: str | None) -> bool:
    return kind is not None and kind not in _STAYS


def _free(folder: Path, name: str) -> Path:
    target, number = folder / name, 1
    while target.exists() or target.is_symlink():
        target, number = folder / f"{name}.{number}", number + 1
    return target
