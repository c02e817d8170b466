"""The header of a safetensors file, read strictly and without a byte of the tensors.

Format: https://github.com/huggingface/safetensors#format: eight bytes with the header's length (little endian), the
header as JSON, then the tensors, which must cover the rest of the file without gap or overlap. The library itself maps
the file by name and would follow links, so that it can't be used behind `Folder`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from finewarden.artifacts.folder import File, Folder
from finewarden.artifacts.names import escaped
from finewarden.artifacts.strict_json import parse_json
from finewarden.artifacts.unreadable import UnreadableFile

__all__ = ["MAX_HEADER", "SafetensorsHeader", "TensorInfo", "looks_like_safetensors", "read_safetensors_header"]

MAX_HEADER = 25 * 2**20  # the library allows 100 MB; a 400-billion-parameter model needs 0.3
_BITS = {
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"), 8),
    **dict.fromkeys(("I16", "U16", "F16", "BF16"), 16),
    **dict.fromkeys(("I32", "U32", "F32"), 32),
    **dict.fromkeys(("I64", "U64", "F64", "C64"), 64),
    "F4": 4,
    "F6_E2M3": 6,
    "F6_E3M2": 6,
}


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """One tensor: dtype as the format spells it, shape in elements, *span* where in the file it begins and ends."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    span: tuple[int, int] = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class SafetensorsHeader:
    """Tensors in the header's order, and the free text of `__metadata__`."""

    tensors: tuple[TensorInfo, ...]
    metadata: dict[str, str]


def looks_like_safetensors(head: bytes) -> bool:
    """Whether *head* (nine bytes or more) starts as the format does, true to itself or not."""
    return len(head) > 8 and head[8:9] == b"{" and int.from_bytes(head[:8], "little") <= MAX_HEADER


def read_safetensors_header(folder: Folder, file: File) -> SafetensorsHeader:
    """Check and give the header of *file*. Raises UnreadableFile for one that is cut short or lies."""
    return parse_safetensors_header(file.rel, file.size, lambda count: folder.head(file.rel, count))


def parse_safetensors_header(where: str, size: int, read: Callable[[int], bytes]) -> SafetensorsHeader:
    """The same for *size* bytes whose first ones *read* gives. Raises UnreadableFile."""
    start = read(8)
    length = int.from_bytes(start, "little")
    if len(start) < 8 or size < 8 + length or length < 2:
        raise UnreadableFile(where, f"is cut short: a header of {length} bytes does not fit in {size}; save it anew")
    if length > MAX_HEADER:
        raise UnreadableFile(where, f"claims a header of {length} bytes, at most {MAX_HEADER} is sane; save it anew")
    try:
        text = read(8 + length)[8:].decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableFile(where, "has a header that is not UTF-8: save it anew") from None
    if not text.startswith("{"):
        raise UnreadableFile(where, "has a header that is not JSON: save it anew")
    table = parse_json(where, text)
    metadata = table.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise UnreadableFile(where, "has metadata that is not text: save it anew")
    spans = []
    tensors = []
    for name, entry in table.items():
        info, begin, end = _tensor(where, name, entry)
        spans.append((begin, end, name))
        tensors.append(replace(info, span=(8 + length + begin, 8 + length + end)))
    at = 0
    for begin, end, name in sorted(spans):
        if begin != at:
            lie = "overlaps the one before" if begin < at else "leaves bytes that belong to no tensor"
            raise UnreadableFile(where, f"has a header that lies: tensor {_shown(name)} {lie}; save it anew")
        at = end
    if at != size - 8 - length:
        how = "is cut short" if at > size - 8 - length else "has bytes after its last tensor"
        raise UnreadableFile(where, f"{how}: tensors of {at} bytes, {size - 8 - length} in the file; save it anew")
    return SafetensorsHeader(tuple(tensors), metadata)


def _tensor(where: str, name: str, entry: Any) -> tuple[TensorInfo, int, int]:
    try:
        dtype, shape, (begin, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
        whole = len(entry) == 3 and _are_sizes((*shape, begin, end)) and dtype in _BITS and len(shape) <= 64
        bits = math.prod(shape) * _BITS[dtype] if whole else -1
    except (KeyError, TypeError, ValueError):
        bits = -1
    if bits < 0 or bits % 8 or (end - begin) * 8 != bits:
        raise UnreadableFile(where, f"has a header that lies about tensor {_shown(name)}; save it anew")
    return TensorInfo(name, dtype, tuple(shape)), begin, end


def _are_sizes(values: tuple[Any, ...]) -> bool:
    return all(type(value) is int and 0 <= value < 2**63 for value in values)


def _shown(name: str) -> str:
    return repr(escaped(name)[:80])
