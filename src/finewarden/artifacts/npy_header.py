"""The header of a `.npy` array: shape, and whether it holds Python objects (that is, a pickle).

Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from finewarden.artifacts.parts import Part
from finewarden.artifacts.unreadable import UnreadableFile

__all__ = ["NPY_MAGIC", "NpyHeader", "read_npy_header"]

NPY_MAGIC = b"\x93NUMPY"
# numpy itself refuses headers beyond 10,000 bytes unless pickles are allowed.
_MAX_HEADER = 65_536
_DESCR = re.compile(r"'descr'\s*:\s*(?P<descr>'[^']*'|\[.*?\])\s*,\s*'fortran_order'", re.DOTALL)
_SHAPE = re.compile(r"'shape'\s*:\s*\((?P<shape>[\d\s,]{0,400})\)")
_OBJECT = re.compile(r"'[<>|=]?O\d*'")


@dataclass(frozen=True, slots=True)
class NpyHeader:
    """Shape in elements, whether elements are pickled objects, and the byte at which the data starts."""

    shape: tuple[int, ...]
    has_objects: bool
    data_start: int


def read_npy_header(part: Part) -> NpyHeader:
    """Parse the header by pattern (numpy evaluates it as a literal). Raises UnreadableFile when it is none."""
    head = part.head(_MAX_HEADER + 12)
    try:
        version = head[6]
        start = 10 if version == 1 else 12
        (length,) = struct.unpack_from("<H" if version == 1 else "<I", head, 8)
        if version not in (1, 2, 3) or length > _MAX_HEADER or start + length > len(head):
            raise ValueError(version)  # noqa: TRY301 - every way to break ends in the one handler below
        text = head[start : start + length].decode("utf-8" if version == 3 else "latin-1")
        descr, shape = _DESCR.search(text), _SHAPE.search(text)
        if descr is None or shape is None:
            raise ValueError(text)  # noqa: TRY301 - every way to break ends in the one handler below
        lengths = tuple(int(item) for item in shape["shape"].split(",") if item.strip())
    except (IndexError, ValueError, struct.error):
        raise UnreadableFile(part.where, "claims to be a numpy array and has no header of one") from None
    return NpyHeader(lengths, _OBJECT.search(descr["descr"]) is not None, start + length)
