"""Reading at most so many bytes of a stream that may lie about its length."""

from __future__ import annotations

from typing import BinaryIO

__all__ = ["read_up_to"]

_PIECE = 2**20


def read_up_to(stream: BinaryIO, count: int) -> bytes:
    """The first *count* bytes of *stream*, or all of it when it is shorter.

    One big read would allocate *count* bytes first: of a small file that names a large limit, too.
    """
    pieces, left = [], count
    while left > 0:
        piece = stream.read(min(left, _PIECE))
        if not piece:
            break
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)
