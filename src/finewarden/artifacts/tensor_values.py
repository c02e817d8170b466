"""Whether the numbers of a safetensors file are finite, and whether they are all zero: by their bits, in pieces.

No torch and no library that maps the file: a piece of 4 MiB at a time is in memory. A number is not finite when its
exponent is all ones (IEEE 754, bfloat16), or when its bits are its 8-bit format's own NaN (OCP, and the FNUZ kind).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from finewarden.artifacts.bounded_read import read_up_to
from finewarden.artifacts.folder import File, Folder
from finewarden.artifacts.safetensors_header import TensorInfo, read_safetensors_header
from finewarden.artifacts.unreadable import UnreadableFile

__all__ = ["TensorValues", "tensor_values"]

_PIECE = 4 * 2**20
# dtype: bytes of one number, the bits that are no sign, and how a number that is not finite looks: bits under a mask.
_FORMATS = {
    "F64": (8, 0x7FFF_FFFF_FFFF_FFFF, 0x7FF0_0000_0000_0000, 0x7FF0_0000_0000_0000),
    "F32": (4, 0x7FFF_FFFF, 0x7F80_0000, 0x7F80_0000),
    "F16": (2, 0x7FFF, 0x7C00, 0x7C00),
    "BF16": (2, 0x7FFF, 0x7F80, 0x7F80),
    "F8_E5M2": (1, 0x7F, 0x7C, 0x7C),
    "F8_E4M3": (1, 0x7F, 0x7F, 0x7F),
    "F8_E5M2FNUZ": (1, 0xFF, 0xFF, 0x80),
    "F8_E4M3FNUZ": (1, 0xFF, 0xFF, 0x80),
}


@dataclass(frozen=True, slots=True)
class TensorValues:
    """One tensor: is every number finite, and is every number zero. A tensor of another kind than float is finite."""

    name: str
    finite: bool
    zero: bool


def tensor_values(
    folder: Folder, file: File, *, progress: Callable[[int], None] | None = None
) -> Iterator[TensorValues]:
    """Each tensor of *file* in the file's order. Raises UnreadableFile for a file that lies or is cut short."""
    tensors = sorted(read_safetensors_header(folder, file).tensors, key=lambda tensor: tensor.span)
    if not tensors:
        return
    with folder.stream(file.rel) as stream:
        stream.seek(tensors[0].span[0])
        for tensor in tensors:
            finite, zero = True, True
            for piece in _pieces(stream, file.rel, tensor):
                one_finite, one_zero = _judged(piece, tensor.dtype)
                finite, zero = finite and one_finite, zero and one_zero
                if progress is not None:
                    progress(len(piece))
            yield TensorValues(tensor.name, finite, zero)


def _pieces(stream: BinaryIO, where: str, tensor: TensorInfo) -> Iterator[bytes]:
    left = tensor.span[1] - tensor.span[0]
    while left:
        piece = read_up_to(stream, min(left, _PIECE))
        if len(piece) < min(left, _PIECE):
            raise UnreadableFile(where, "was cut short while it was read: audit a folder that nobody writes to")
        left -= len(piece)
        yield piece


def _judged(piece: bytes, dtype: str) -> tuple[bool, bool]:
    """Finite, zero."""
    import numpy

    if dtype not in _FORMATS:
        return True, not any(piece)
    size, magnitude, mask, bad = _FORMATS[dtype]
    bits = numpy.frombuffer(piece, dtype=f"<u{size}")
    kind = bits.dtype.type
    return not bool(numpy.any(bits & kind(mask) == kind(bad))), not bool(numpy.any(bits & kind(magnitude)))
