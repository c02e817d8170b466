"""A file that is one compressed stream: gzip, bzip2, xz, or the bare zlib that joblib writes."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from finewarden.artifacts.unreadable import UnreadableFile
from finewarden.artifacts.zip_members import Member

__all__ = ["decompress", "is_compressed"]

_LIMIT = 64 * 2**20
_BOMB_RATIO = 500
_CHUNK = 2**16
_MAX_STREAMS = 1000
_FORMATS: dict[bytes, Callable[[], Any]] = {
    b"\x1f\x8b\x08": lambda: zlib.decompressobj(31),
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\x00": lambda: lzma.LZMADecompressor(memlimit=256 * 2**20),
}
# A bare zlib stream starts with two bytes, which tensor data may too: what does not inflate is no stream.
_WEAK: dict[bytes, Callable[[], Any]] = dict.fromkeys((b"\x78\x01", b"\x78\x9c", b"\x78\xda"), zlib.decompressobj)
_ERRORS = (zlib.error, lzma.LZMAError, OSError, ValueError, EOFError)


def is_compressed(head: bytes) -> bool:
    """Whether *head* (64 bytes or more) starts a stream of a format known here."""
    if head.startswith(tuple(_FORMATS)):
        return True
    make = _WEAK.get(head[:2])
    if make is None:
        return False
    try:
        return len(make().decompress(head, 64)) > 0
    except zlib.error:
        return False


def decompress(stream: BinaryIO, where: str) -> Iterator[Member]:
    """The one member, unpacked to at most 64 MiB. Raises UnreadableFile for a bomb or a damaged stream.

    gzip, bzip2 and xz files may be several streams in a row, which readers join.
    """
    stream.seek(0)
    head = stream.read(8)
    stream.seek(0)
    make = next((make for start, make in (_FORMATS | _WEAK).items() if head.startswith(start)), None)
    if make is None:
        return
    data, waiting = bytearray(), b""
    try:
        for _ in range(_MAX_STREAMS):
            waiting = _one_stream(make(), stream, waiting, data)
            if len(data) >= _LIMIT or head[:2] in _WEAK or not waiting.startswith(tuple(_FORMATS)):
                break
        else:
            raise UnreadableFile(where, f"is more than {_MAX_STREAMS} compressed files in a row: write it anew")
    except _ERRORS as error:
        if isinstance(error, UnreadableFile):
            raise
        raise UnreadableFile(where, f"is a damaged compressed file ({type(error).__name__}): write it anew") from None
    taken = stream.tell()
    if len(data) >= _LIMIT and len(data) > _BOMB_RATIO * taken:
        raise UnreadableFile(where, f"unpacks to more than {_LIMIT} bytes from {taken}: an archive bomb")
    whole = bytes(data)
    yield Member("content", len(whole), True, False, lambda count: whole[:count])


def _one_stream(engine: Any, stream: BinaryIO, waiting: bytes, data: bytearray) -> bytes:
    """Unpack one stream onto *data* as far as the limit; returns the bytes after its end."""
    piece = waiting or stream.read(_CHUNK)
    while True:
        data += engine.decompress(piece, _LIMIT - len(data))
        if engine.eof:
            return bytes(engine.unused_data) or stream.read(_CHUNK)
        if len(data) >= _LIMIT:
            return b""
        # zlib hands back what it did not take; bz2 and lzma keep it and say whether they want more.
        piece = getattr(engine, "unconsumed_tail", b"")
        if not piece and getattr(engine, "needs_input", True):
            piece = stream.read(_CHUNK)
            if not piece:
                return b""  # cut short: what came out is looked at all the same
