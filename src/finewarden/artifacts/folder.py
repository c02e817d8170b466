"""The only door to a model folder: it is hostile until shown otherwise.

Nothing is followed, executed or written. A file is opened once it has been seen as a regular file, without following
links and without blocking, and must still be the same one when it is open. Every read is bounded.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from finewarden.artifacts.bounded_read import read_up_to
from finewarden.artifacts.names import escaped, is_odd
from finewarden.artifacts.strict_json import parse_json
from finewarden.artifacts.unreadable import UnreadableFile

__all__ = ["JSON_LIMIT", "MAX_DEPTH", "MAX_FILES", "READ_LIMIT", "File", "Folder", "Hazard", "UnreadableFile"]

READ_LIMIT = 64 * 2**20
JSON_LIMIT = 16 * 2**20
MAX_FILES = 100_000
MAX_DEPTH = 32
_SPARSE_FROM = 64 * 2**20
_UNKNOWN = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class File:
    """A regular file: `rel` is posix and always printable (odd characters escaped), `size` is in bytes."""

    path: Path
    rel: str
    size: int
    identity: tuple[int, int, int] = field(default=_UNKNOWN, repr=False)  # device, inode, time of last change

    @property
    def name(self) -> str:
        """The last part of `rel`."""
        return self.rel.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Hazard:
    """Something of the folder that was not entered or must not be shipped.

    `kind`: link-out, link-broken, link-file, link-folder, special, odd-name, unreadable, sparse, too-many, too-deep.
    """

    kind: str
    rel: str
    why: str


@dataclass(frozen=True)
class Folder:
    """The regular files below `root`, sorted by `rel`, and what else was met there."""

    root: Path
    files: tuple[File, ...]
    hazards: tuple[Hazard, ...]
    _by_rel: dict[str, File] = field(repr=False, compare=False)

    @classmethod
    def open(cls, path: Path, *, max_files: int = MAX_FILES, max_depth: int = MAX_DEPTH) -> Folder:
        """Walk *path* (which may itself be a link) and open nothing.

        Raises UnreadableFile when it does not exist, is no folder or can't be listed.
        """
        try:
            root = path.resolve(strict=True)
            listable = root.is_dir() and os.access(root, os.R_OK | os.X_OK)
        except (OSError, RuntimeError):
            raise UnreadableFile(escaped(str(path)), "does not exist: name the folder that training wrote") from None
        if not listable:
            raise UnreadableFile(escaped(str(path)), "is not a folder that can be listed: name the model's own folder")
        walk = _Walk(root, max_files, max_depth)
        walk.run()
        files = tuple(sorted(walk.files, key=lambda file: file.rel))
        return cls(root, files, tuple(sorted(walk.hazards, key=lambda h: (h.kind, h.rel))), {f.rel: f for f in files})

    def get(self, rel: str) -> File | None:
        """The file named *rel*; None when there is none."""
        return self._by_rel.get(rel)

    @contextmanager
    def stream(self, rel: str) -> Iterator[BinaryIO]:
        """*rel* opened for reading, unbuffered. Raises UnreadableFile when it was swapped or can't be read."""
        file = self._by_rel.get(rel)
        if file is None:
            raise UnreadableFile(escaped(rel), "is not in the folder")
        flags = os.O_RDONLY
        for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY", "O_NOCTTY"):
            flags |= getattr(os, name, 0)
        try:
            handle = os.open(file.path, flags)
        except OSError as error:
            raise UnreadableFile(rel, f"can't be opened ({error.strerror}): mend its permissions") from None
        with os.fdopen(handle, "rb", buffering=0) as stream:
            now = os.fstat(handle)
            if not stat.S_ISREG(now.st_mode) or _identity(now) != file.identity:
                raise UnreadableFile(rel, "was replaced while it was audited: audit a folder that nobody writes to")
            try:
                yield stream
            except OSError as error:
                raise UnreadableFile(rel, f"can't be read ({error.strerror}): copy it anew") from None

    def head(self, rel: str, count: int) -> bytes:
        """The first *count* bytes of *rel*, fewer when it is shorter. Raises UnreadableFile."""
        with self.stream(rel) as stream:
            return read_up_to(stream, count)

    def read(self, rel: str, *, limit: int = READ_LIMIT) -> bytes:
        """All of *rel*. Raises UnreadableFile when it holds more than *limit* bytes."""
        file = self._by_rel.get(rel)
        if file is not None and file.size > limit:
            raise UnreadableFile(rel, f"is too large to be what its name says: {file.size} bytes, at most {limit}")
        with self.stream(rel) as stream:
            data = read_up_to(stream, limit + 1)
        if len(data) > limit:
            raise UnreadableFile(rel, f"grew beyond {limit} bytes while it was read")
        return data

    def text(self, rel: str, *, limit: int = READ_LIMIT) -> str:
        """All of *rel* as UTF-8. Raises UnreadableFile, with the place of the first byte that is none."""
        try:
            return self.read(rel, limit=limit).decode("utf-8")
        except UnicodeDecodeError as error:
            raise UnreadableFile(rel, f"is not UTF-8 (byte {error.start}): save it as UTF-8") from None

    def json(self, rel: str, *, limit: int = JSON_LIMIT) -> Any:
        """*rel* as JSON; NaN and infinities are let through, for Trainer writes them.

        Raises UnreadableFile for what readers would disagree about: duplicate keys, lone surrogates, deep nesting.
        """
        return parse_json(rel, self.text(rel, limit=limit))


class _Walk:
    """One pass over the tree, by an explicit stack: a deep tree must not exhaust Python's."""

    def __init__(self, root: Path, max_files: int, max_depth: int) -> None:
        self.root, self.max_files, self.max_depth = root, max_files, max_depth
        self.files: list[File] = []
        self.hazards: list[Hazard] = []
        self.seen = 0

    def run(self) -> None:
        pending = [(str(self.root), "", 0)]
        while pending:
            folder, prefix, depth = pending.pop()
            try:
                with os.scandir(folder) as entries:
                    for entry in entries:
                        self.seen += 1
                        if self.seen > self.max_files:
                            why = f"the folder holds more than {self.max_files} entries; the rest was not looked at"
                            self._hazard("too-many", prefix.rstrip("/") or ".", why)
                            return
                        rel = prefix + escaped(entry.name)
                        if is_odd(entry.name):
                            self._hazard("odd-name", rel, "its name hides, reorders or breaks text where it is shown")
                        if self._enter(entry, rel):
                            if depth < self.max_depth:
                                pending.append((entry.path, rel + "/", depth + 1))
                            else:
                                self._hazard("too-deep", rel, f"lies more than {self.max_depth} folders deep")
            except OSError as error:
                self._hazard("unreadable", prefix.rstrip("/") or ".", f"the folder can't be listed ({error.strerror})")

    def _hazard(self, kind: str, rel: str, why: str) -> None:
        self.hazards.append(Hazard(kind, rel, why))

    def _enter(self, entry: os.DirEntry[str], rel: str) -> bool:
        """Note *entry*; True when it is a folder to go into."""
        try:
            found = entry.stat(follow_symlinks=False)
            if entry.is_symlink() or _is_junction(entry):
                self._link(entry, rel)
                return False
            if stat.S_ISDIR(found.st_mode):
                return True
            if not stat.S_ISREG(found.st_mode):
                self._hazard("special", rel, f"is a {_special(found.st_mode)}, not a file; it was not opened")
                return False
            # On Windows a DirEntry knows neither device nor inode.
            if not found.st_ino:
                found = Path(entry.path).lstat()
        except OSError as error:
            self._hazard("unreadable", rel, f"can't be examined ({error.strerror})")
            return False
        if not os.access(entry.path, os.R_OK):
            self._hazard("unreadable", rel, "can't be read with this user's permissions")
        on_disk = getattr(found, "st_blocks", None)
        if on_disk is not None and found.st_size > _SPARSE_FROM and on_disk * 512 * 2 < found.st_size:
            why = f"claims {found.st_size} bytes and holds {on_disk * 512}: a sparse file or half a download"
            self._hazard("sparse", rel, why)
        self.files.append(File(Path(entry.path), rel, found.st_size, _identity(found)))
        return False

    def _link(self, entry: os.DirEntry[str], rel: str) -> None:
        try:
            target = Path(entry.path).resolve(strict=True)
        except (OSError, RuntimeError):
            self._hazard("link-broken", rel, "is a link to nothing")
            return
        if not target.is_relative_to(self.root):
            self._hazard("link-out", rel, "is a link out of the folder; it was not followed")
        elif target.is_dir():
            self._hazard("link-folder", rel, f"is a link to {escaped(str(target.relative_to(self.root)))}/")
        else:
            self._hazard("link-file", rel, f"is a link to {escaped(str(target.relative_to(self.root)))}")


def _identity(status: os.stat_result) -> tuple[int, int, int]:
    # An inode number is given again once its file is gone; the time of last change can't be set back.
    return status.st_dev, status.st_ino, status.st_ctime_ns


def _is_junction(entry: os.DirEntry[str]) -> bool:
    check = getattr(entry, "is_junction", None)  # Python 3.12
    return bool(check()) if check is not None else False


def _special(mode: int) -> str:
    kinds = ((stat.S_ISFIFO, "pipe"), (stat.S_ISSOCK, "socket"), (stat.S_ISCHR, "device"), (stat.S_ISBLK, "device"))
    return next((name for test, name in kinds if test(mode)), "special file")
