"""Members of a tar archive of unknown origin: regular files only, nothing extracted, every number checked.

The oldest torch files are tar. The standard library follows extended headers of any size; this reads plain ustar and
GNU headers (POSIX.1-1988, https://www.gnu.org/software/tar/manual/html_node/Standard.html).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import BinaryIO

from finewarden.artifacts.unreadable import UnreadableFile
from finewarden.artifacts.zip_members import MAX_MEMBERS, Member

__all__ = ["is_tar", "tar_members"]

_BLOCK = 512


def is_tar(head: bytes) -> bool:
    """Whether *head* is a tar header: the magic and a checksum that fits."""
    return len(head) >= _BLOCK and head[257:262] == b"ustar" and _checksum_fits(head[:_BLOCK])


def tar_members(stream: BinaryIO, where: str) -> Iterator[Member]:
    """Regular members in order. Raises UnreadableFile where a header does not hold together."""
    end, at = stream.seek(0, os.SEEK_END), 0
    for _ in range(MAX_MEMBERS):
        stream.seek(at)
        header = stream.read(_BLOCK)
        if len(header) < _BLOCK or not header.strip(b"\0"):
            return
        if not _checksum_fits(header):
            raise UnreadableFile(where, f"is a tar archive whose header at byte {at} is damaged: write it anew")
        size = _octal(header[124:136])
        start = at + _BLOCK
        if size is None or start + size > end:
            raise UnreadableFile(where, f"is a tar archive whose member at byte {at} does not fit in it: write it anew")
        if header[156:157] in b"0\0":
            name = header[:100].split(b"\0")[0].decode("utf-8", "backslashreplace")
            yield Member(name, size, False, False, _reader(stream, start, size))
        at = start + -(-size // _BLOCK) * _BLOCK
    raise UnreadableFile(where, f"has more than {MAX_MEMBERS} members")


def _checksum_fits(header: bytes) -> bool:
    return _octal(header[148:156]) == sum(header) - sum(header[148:156]) + 8 * 0x20


def _octal(field: bytes) -> int | None:
    digits = field.strip(b"\0 ")
    if not digits or not all(0x30 <= char <= 0x37 for char in digits):
        return 0 if not digits else None
    return int(digits, 8)


def _reader(stream: BinaryIO, start: int, size: int) -> Callable[[int], bytes]:
    def read(count: int) -> bytes:
        stream.seek(start)
        pieces, left = [], min(count, size)
        while left > 0 and (piece := stream.read(min(left, 2**20))):
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)

    return read
