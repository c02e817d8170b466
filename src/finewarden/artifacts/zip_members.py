"""Members of a zip archive of unknown origin, by its central directory, which torch and numpy go by too.

Whatever the standard library can't or won't read (a wrong checksum, an encryption flag, a directory that lies) is
reported and not passed over: torch's own reader ignores some of it, and scanners were evaded that way.
"""

from __future__ import annotations

import os
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from finewarden.artifacts.names import printable
from finewarden.artifacts.unreadable import UnreadableFile

__all__ = ["MAX_MEMBERS", "Member", "has_zip_start", "may_end_as_zip", "zip_members"]

MAX_MEMBERS = 20_000
_MAX_DIRECTORY = 16 * 2**20
_BOMB_RATIO = 200
_BOMB_FROM = 64 * 2**20
_END = b"PK\x05\x06"
_END_SIZE = 22
_STORAGE = re.compile(r"(?P<root>[^/]+)/data/\d+\Z")
# zipfile means to raise BadZipFile; of damaged archives it has raised IndexError and NotImplementedError too.
_UNREADABLE = Exception


@dataclass(frozen=True, slots=True)
class Member:
    """A member: its declared size in bytes, and `read(count)` for its first *count* bytes (raises UnreadableFile).

    `packed`: reading it gives more bytes than the archive holds.
    """

    name: str
    size: int
    packed: bool
    is_tensor_data: bool
    read: Callable[[int], bytes]


def has_zip_start(head: bytes) -> bool:
    """Whether *head* starts as a zip archive does."""
    return head.startswith((b"PK\x03\x04", _END))


def may_end_as_zip(stream: BinaryIO) -> bool:
    """Whether a whole zip archive ends *stream* though it does not start it: readers that look from the end open it."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - 65_536 - _END_SIZE))
    tail = stream.read(65_536 + _END_SIZE)
    at = tail.rfind(_END)
    if at < 0 or at + _END_SIZE > len(tail):
        return False
    (comment,) = struct.unpack_from("<H", tail, at + 20)
    if at + _END_SIZE + comment > len(tail):
        return False
    try:
        with zipfile.ZipFile(_Guarded(stream)) as archive:
            return bool(archive.infolist())
    except _UNREADABLE:
        return False


def zip_members(stream: BinaryIO, where: str) -> Iterator[Member]:
    """The members in the directory's order. Raises UnreadableFile for what is no sound archive, or a bomb."""
    try:
        archive = zipfile.ZipFile(_Guarded(stream))
    except _UNREADABLE as error:
        raise UnreadableFile(where, f"starts as a zip archive and is none ({_why(error)}): write it anew") from None
    with archive:
        infos = archive.infolist()
        if len(infos) > MAX_MEMBERS:
            raise UnreadableFile(where, f"has more than {MAX_MEMBERS} members")
        packed = [info for info in infos if info.compress_type != zipfile.ZIP_STORED]
        unpacked = sum(info.file_size for info in packed)
        if unpacked > _BOMB_FROM and unpacked > _BOMB_RATIO * sum(info.compress_size for info in packed):
            raise UnreadableFile(where, f"unpacks to {unpacked} bytes, over {_BOMB_RATIO} times its size: a bomb")
        names = {info.filename for info in infos}
        for info in infos:
            if info.filename.endswith("/") and not info.file_size:
                continue
            found = _STORAGE.match(info.filename)
            stored = info.compress_type == zipfile.ZIP_STORED
            tensor = found is not None and stored and f"{found['root']}/data.pkl" in names
            yield Member(info.filename, info.file_size, not stored, tensor, _reader(archive, info, where))


def _reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str) -> Callable[[int], bytes]:
    def read(count: int) -> bytes:
        pieces, left = [], count
        try:
            with archive.open(info) as member:
                while left > 0 and (piece := member.read(min(left, 2**20))):
                    pieces.append(piece)
                    left -= len(piece)
        except _UNREADABLE as error:
            name = f"{where}:{printable(info.filename)}"
            raise UnreadableFile(name, f"can't be unpacked ({_why(error)}): write the archive anew") from None
        return b"".join(pieces)

    return read


def _why(error: BaseException) -> str:
    return printable(str(error)) or type(error).__name__


class _Guarded:
    """*stream* for zipfile: a directory that claims gigabytes must not be read into memory in one piece."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seek, self.tell = stream.seek, stream.tell

    def read(self, size: int = -1) -> bytes:
        if size > _MAX_DIRECTORY:
            raise ValueError(f"claims a directory of more than {_MAX_DIRECTORY} bytes")
        # zipfile asks in one piece, or for a rest that it knows is short; an unbuffered file answers in several.
        left = _MAX_DIRECTORY if size < 0 else size
        pieces = []
        while left > 0 and (piece := self._stream.read(left)):
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)

    def seekable(self) -> bool:
        return True

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)
