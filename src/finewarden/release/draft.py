"""A model folder as it is going to be: everything is put together first, then shown, then written.

Files are read through it, so that what was put stands before what lies there, and the licenses are looked at as they
will stand, without the leftovers that move away.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from finewarden.artifacts.folder import File, Folder
from finewarden.evidence import atomic
from finewarden.release import own_folder
from finewarden.release.leftovers import is_leftover
from finewarden.release.own_folder import FolderError

__all__ = ["Change", "Draft"]

_LIMIT = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Change:
    """One file that is to be written; *before* is what lies there, None when nothing does."""

    name: str
    before: bytes | None
    after: bytes

    @property
    def differs(self) -> bool:
        """Whether there is anything to write."""
        return self.before != self.after


class Draft:
    """What is to be written into *folder*, in the order in which it was first put; only `write` writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._put: dict[str, Change] = {}

    def copy(self) -> Draft:
        """A draft of the same folder, to go on with without changing this one."""
        other = Draft(self.folder)
        other._put = dict(self._put)
        return other

    def read_bytes(self, name: str, *, limit: int = _LIMIT) -> bytes | None:
        """What *name* is going to hold; None when there is nothing. Raises FolderError, as `own_folder.read_bytes`."""
        if name in self._put:
            return self._put[name].after
        return own_folder.read_bytes(self.folder / name, limit=limit)

    def read_text(self, name: str, *, limit: int = 2**20) -> str | None:
        """As `own_folder.read_text`."""
        return own_folder.as_text(name, self.read_bytes(name, limit=limit))

    def read_json(self, name: str) -> Any:
        """As `own_folder.read_json`."""
        return own_folder.as_json(name, self.read_text(name, limit=_LIMIT))

    def names(self) -> set[str]:
        """The files that are going to lie directly in the folder."""
        here = {path.name for path in self.folder.iterdir() if path.is_file() and not is_leftover(path.name)}
        return here | set(self._put)

    def put(self, name: str, content: str | bytes) -> None:
        """Have *name* hold *content*. Raises FolderError for a link, which is never written through, or a folder."""
        path = self.folder / name
        if path.is_symlink():
            raise FolderError(f"{name} is a link: put the file itself there")
        if path.is_dir():
            raise FolderError(f"{name} is a folder: rename it")
        known = self._put.get(name)
        before = known.before if known else own_folder.read_bytes(path, limit=_LIMIT)
        self._put[name] = Change(name, before, content.encode("utf-8") if isinstance(content, str) else content)

    def put_json(self, name: str, value: Any) -> None:
        """*value* in the layout of transformers and PEFT: two spaces, the order as given."""
        self.put(name, json.dumps(value, indent=2, ensure_ascii=False) + "\n")

    def changes(self) -> list[Change]:
        """What differs from what lies there."""
        return [change for change in self._put.values() if change.differs]

    def contents(self) -> dict[str, bytes]:
        """Everything that was put, by name."""
        return {name: change.after for name, change in self._put.items()}

    def as_folder(self) -> Folder:
        """The folder as the audits will see it: without leftovers, with what was put. Raises UnreadableFile."""
        now = Folder.open(self.folder)
        put = self.contents()
        files = {file.rel: file for file in now.files if not is_leftover(file.rel)}
        files |= {name: File(now.root / name, name, len(content)) for name, content in put.items()}
        in_order = dict(sorted(files.items()))
        return _Planned(now.root, tuple(in_order.values()), now.hazards, in_order, put)

    def write(self, change: Change) -> None:
        """Replace one file in one step. Raises FolderError when it is not any more what the draft was made from."""
        path = self.folder / change.name
        if own_folder.read_bytes(path, limit=_LIMIT) != change.before:
            raise FolderError(f"{change.name} was written to in the meantime: run it again")
        atomic.write_bytes(path, change.after)


@dataclass(frozen=True)
class _Planned(Folder):
    put: Mapping[str, bytes] = field(repr=False, compare=False)

    @contextmanager
    def stream(self, rel: str) -> Iterator[BinaryIO]:
        """As `Folder.stream`; what is only planned is read from memory."""
        if rel in self.put:
            yield io.BytesIO(self.put[rel])
            return
        with super().stream(rel) as stream:
            yield stream
