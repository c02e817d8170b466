"""A file and, where it is an archive, each of its members down to MAX_NESTING: what the scans look at.

Nothing is unpacked to disk, and of what is unpacked in memory every byte counts against one budget a file. Formats are
told by content, not by name: torch archives and npz are zip, the oldest torch files tar, joblib compresses pickles.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from finewarden.artifacts.bounded_read import read_up_to
from finewarden.artifacts.compressed import decompress, is_compressed
from finewarden.artifacts.folder import File, Folder
from finewarden.artifacts.names import printable
from finewarden.artifacts.tar_members import is_tar, tar_members
from finewarden.artifacts.unreadable import UnreadableFile
from finewarden.artifacts.zip_members import Member, has_zip_start, may_end_as_zip, zip_members

__all__ = ["MAX_NESTING", "MAX_UNPACKED", "Part", "Trouble", "is_archive", "parts_of"]

MAX_NESTING = 3
MAX_UNPACKED = 512 * 2**20
_IN_MEMORY = 64 * 2**20
_SNIFF = 512


@dataclass(frozen=True, slots=True)
class Trouble:
    """A container that could not be looked into whole: where, and why ("unpacks to ...")."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Part:
    """A file (`member` empty) or a member of one; readable only until the next one is asked for.

    `where` is "rel" or "rel:member", printable. `size` in bytes, of a member as its archive declares it.
    `is_tensor_data`: a storage of a torch archive, which loaders map into memory and never interpret.
    """

    where: str
    rel: str
    member: str
    size: int
    is_tensor_data: bool
    _read: Callable[[int], bytes] = field(repr=False)

    @property
    def name(self) -> str:
        """The last part of the member's or the file's name."""
        return (self.member or self.rel).replace("!", "/").rpartition("/")[2]

    def head(self, count: int) -> bytes:
        """The first *count* bytes, fewer when there are no more. Raises UnreadableFile."""
        return self._read(count)


def is_archive(head: bytes) -> bool:
    """Whether *head* (512 bytes or more for tar) starts a container whose members `parts_of` gives."""
    return has_zip_start(head) or is_compressed(head) or is_tar(head)


def parts_of(folder: Folder, file: File) -> Iterator[Part | Trouble]:
    """*file*, then its members depth first. Raises UnreadableFile when the file itself can't be read."""
    with folder.stream(file.rel) as stream:

        def read(count: int) -> bytes:
            stream.seek(0)
            return read_up_to(stream, count)

        yield Part(file.rel, file.rel, "", file.size, False, read)
        yield from _members(_Budget(MAX_UNPACKED), stream, file.rel, "", 1)


class _Budget:
    def __init__(self, total: int) -> None:
        self.left = total

    def spend(self, where: str, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise UnreadableFile(where, f"unpacks to more than {MAX_UNPACKED} bytes: an archive bomb")


def _members(budget: _Budget, stream: BinaryIO, rel: str, outer: str, depth: int) -> Iterator[Part | Trouble]:
    stream.seek(0)
    head = read_up_to(stream, _SNIFF)
    where = f"{rel}:{outer}" if outer else rel
    try:
        if has_zip_start(head) or may_end_as_zip(stream):
            found = zip_members(stream, where)
        elif is_tar(head):
            found = tar_members(stream, where)
        elif is_compressed(head):
            found = decompress(stream, where)
        else:
            return
        if depth > MAX_NESTING:
            yield Trouble(where, f"holds archives nested more than {MAX_NESTING} deep: unpack them")
            return
        for member in found:
            yield from _member(budget, member, rel, outer, depth)
    except UnreadableFile as error:
        yield Trouble(error.rel, error.reason)


def _member(budget: _Budget, member: Member, rel: str, outer: str, depth: int) -> Iterator[Part | Trouble]:
    name = f"{outer}!{printable(member.name)}" if outer else printable(member.name)
    where = f"{rel}:{name}"

    def read(count: int) -> bytes:
        data = member.read(count)
        if member.packed:
            budget.spend(where, len(data))
        return data

    yield Part(where, rel, name, member.size, member.is_tensor_data, read)
    if member.is_tensor_data or not is_archive(read(_SNIFF)):
        return
    if member.size > _IN_MEMORY:
        yield Trouble(where, f"is an archive inside an archive and larger than {_IN_MEMORY} bytes: unpack it")
        return
    yield from _members(budget, io.BytesIO(read(_IN_MEMORY)), rel, name, depth + 1)
