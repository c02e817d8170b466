"""A GGUF file's metadata, without its tensors: chat templates travel there too.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from finewarden.artifacts.folder import Folder
from finewarden.artifacts.unreadable import UnreadableFile

__all__ = ["GGUF_HEAD", "GGUF_MAGIC", "ListLength", "gguf_texts", "gguf_values"]

GGUF_MAGIC = b"GGUF"
GGUF_HEAD = 32 * 2**20  # metadata with the vocabulary; the largest known has 12 MiB
_MAX_KEYS = 10_000
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_FORMATS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9


class ListLength(int):
    """How many values a list has; no value itself."""


def gguf_texts(folder: Folder, rel: str) -> Iterator[tuple[str, str]]:
    """Key and value of each metadata entry that is text. Raises UnreadableFile for a header that does not hold."""
    for key, value in gguf_values(folder, rel):
        if isinstance(value, str):
            yield key, value


def gguf_values(folder: Folder, rel: str, *, head: int = GGUF_HEAD) -> Iterator[tuple[str, str | int | float]]:
    """Key and value of each entry that is text or a number; of a list its length, before it is walked through.

    Only the first *head* bytes are read. Raises UnreadableFile for a header that does not hold or goes beyond.
    """
    data = folder.head(rel, head)
    try:
        version, _, count = struct.unpack_from("<IQQ", data, 4)
        if not 2 <= version <= 3 or count > _MAX_KEYS:
            raise ValueError(version)  # noqa: TRY301 - every way to break ends in the one handler below
        at = 24
        for _ in range(count):
            key, at = _text(data, at)
            (kind,) = struct.unpack_from("<I", data, at)
            at += 4
            if kind == _STRING:
                value, at = _text(data, at)
                yield key, value
                continue
            if kind == _ARRAY:
                yield key, ListLength(struct.unpack_from("<IQ", data, at)[1])
            else:
                yield key, struct.unpack_from(_FORMATS[kind], data, at)[0]
            at = _after(data, at, kind)
    except (struct.error, ValueError, KeyError, IndexError):
        raise UnreadableFile(rel, "has a GGUF header that does not hold together: convert the model anew") from None


def _text(data: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<Q", data, at)
    if at + 8 + length > len(data):
        raise ValueError(length)
    return data[at + 8 : at + 8 + length].decode("utf-8", "replace"), at + 8 + length


def _after(data: bytes, at: int, kind: int) -> int:
    """Where the value at *at* ends; arrays hold numbers or texts, arrays of arrays no one writes."""
    if kind != _ARRAY:
        return at + _SIZES[kind]
    inner, count = struct.unpack_from("<IQ", data, at)
    at += 12
    if inner != _STRING:
        end = at + _SIZES[inner] * count
        if end > len(data):
            raise ValueError(end)
        return int(end)
    if count * 8 > len(data):
        raise ValueError(count)
    for _ in range(count):
        (length,) = struct.unpack_from("<Q", data, at)
        at += 8 + length
        if at > len(data):
            raise ValueError(at)
    return int(at)
