"""What the numbers of a safetensors file are, by their bits, in pieces: finite, all zero, and the mark of each tensor.

No torch and no library that maps the file: a piece of 4 MiB at a time is in memory. A number is not finite when its
exponent is all ones (IEEE 754, bfloat16), or when its bits are its 8-bit format's own NaN (OCP, and the FNUZ kind).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from finewarden.artifacts.bounded_read import read_up_to
from finewarden.artifacts.folder import File, Folder
from finewarden.artifacts.safetensors_header import TensorInfo, read_safetensors_header
from finewarden.artifacts.unreadable import UnreadableFile

__all__ = ["TensorMark", "TensorValues", "tensor_marks", "tensor_values"]

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


# 8-bit floats: bits of exponent and of mantissa, and the exponent's bias.
_SMALL = {"F8_E5M2": (5, 2, 15), "F8_E4M3": (4, 3, 7), "F8_E5M2FNUZ": (5, 2, 16), "F8_E4M3FNUZ": (4, 3, 8)}


@dataclass(frozen=True, slots=True)
class TensorValues:
    """One tensor: is every number finite, is every number zero, and its `weight_mark`.

    A tensor of another kind than float is finite, and its mark is None. *dtype* is spelt as the format does.
    """

    name: str
    finite: bool
    zero: bool
    dtype: str
    mark: str | None


@dataclass(frozen=True, slots=True)
class TensorMark:
    """The `weight_mark` of one tensor, None for another kind than float; *dtype* is spelt as the format does."""

    dtype: str
    mark: str | None


def tensor_marks(folder: Folder, file: File) -> Iterator[TensorMark]:
    """The mark of each tensor of *file*, of which only the beginnings are read. Raises UnreadableFile."""
    from finewarden.evidence.weight_marks import SAMPLE

    tensors = sorted(read_safetensors_header(folder, file).tensors, key=lambda tensor: tensor.span)
    with folder.stream(file.rel) as stream:
        for tensor in tensors:
            begin, end = tensor.span
            wanted = min(end - begin, 8 * SAMPLE)
            stream.seek(begin)
            head = read_up_to(stream, wanted)
            if len(head) < wanted:
                raise UnreadableFile(file.rel, "was cut short while it was read: audit a folder that nobody writes to")
            yield TensorMark(tensor.dtype, _mark(tensor, head))


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
            finite, zero, head = True, True, b""
            for piece in _pieces(stream, file.rel, tensor):
                head = head or piece
                one_finite, one_zero = _judged(piece, tensor.dtype)
                finite, zero = finite and one_finite, zero and one_zero
                if progress is not None:
                    progress(len(piece))
            yield TensorValues(tensor.name, finite, zero, tensor.dtype, _mark(tensor, head))


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


def _mark(tensor: TensorInfo, head: bytes) -> str | None:
    from finewarden.evidence.weight_marks import SAMPLE, weight_mark

    if tensor.dtype not in _FORMATS:
        return None
    return weight_mark(tensor.shape, _float32(head[: SAMPLE * _FORMATS[tensor.dtype][0]], tensor.dtype))


def _float32(data: bytes, dtype: str) -> Any:
    """The numbers of *data*; what is not finite is some number or other, for it is told apart."""
    import numpy

    if dtype == "BF16":
        return (numpy.frombuffer(data, "<u2").astype("<u4") << 16).view("<f4")
    if dtype in _SMALL:
        _, mantissa, bias = _SMALL[dtype]
        codes = numpy.arange(256)
        exponent, fraction = (codes & 0x7F) >> mantissa, (codes & (2**mantissa - 1)) / 2**mantissa
        size = numpy.where(exponent == 0, fraction * 2.0 ** (1 - bias), (1 + fraction) * 2.0 ** (exponent - bias))
        return numpy.where(codes > 0x7F, -size, size).astype("f4")[numpy.frombuffer(data, "u1")]
    with numpy.errstate(over="ignore", invalid="ignore"):
        return numpy.frombuffer(data, f"<f{_FORMATS[dtype][0]}").astype("f4")
