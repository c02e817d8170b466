"""The text of a file or a member, whatever it is packed in: what secrets and paths are looked for in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from finewarden.artifacts.gguf_metadata import GGUF_HEAD, GGUF_MAGIC
from finewarden.artifacts.npy_header import NPY_MAGIC
from finewarden.artifacts.parts import Part, is_archive
from finewarden.artifacts.pickles import Pickle
from finewarden.artifacts.safetensors_header import looks_like_safetensors, parse_safetensors_header

__all__ = ["BINARY_LIMIT", "TEXT_LIMIT", "Text", "as_written", "line_of", "text_of"]

TEXT_LIMIT = 64 * 2**20
BINARY_LIMIT = 16 * 2**20  # of what holds zero bytes: logs, databases, weights of other formats
BEHIND_PICKLE = 2**20  # tensor data, in torch's old format
_OPAQUE = {  # containers that the standard library of Python 3.11 can't unpack
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "rar",
    b"\x04\x22\x4d\x18": "lz4",
}
# Printable ASCII as JSON may escape it, and as UTF-16 and UTF-32 write it.
_ESCAPE = re.compile(r"\\u00([2-7][0-9a-fA-F])")
_WIDE = re.compile(rb"(?:[ -~]\0){8,}|(?:[ -~]\0\0\0){8,}")


@dataclass(frozen=True, slots=True)
class Text:
    """Characters to search. `lines`: line numbers mean something. `unscanned`: why not all of it is here."""

    content: str
    lines: bool = False
    unscanned: str | None = None


def text_of(part: Part, pickles: tuple[Pickle, ...]) -> Text:
    """The text of *part* itself (members are parts of their own); *pickles* are those found in it. Not for parquet.

    Raises UnreadableFile when it can't be read, or is safetensors whose header does not hold together.
    """
    if part.is_tensor_data:
        return Text("")
    if pickles:
        texts = [text for pickle in pickles for text in pickle.strings]
        behind = b"" if pickles[-1].broken else part.head(pickles[-1].end + BEHIND_PICKLE)[pickles[-1].end :]
        return Text("\n".join([*texts, behind.decode("latin-1")]))
    head = part.head(512)
    if looks_like_safetensors(head) or part.name.endswith(".safetensors"):
        header = parse_safetensors_header(part.where, part.size, part.head)
        names = (tensor.name for tensor in header.tensors)
        return Text("\n".join([*(f"{key}: {value}" for key, value in header.metadata.items()), *names]))
    if head.startswith(NPY_MAGIC) or is_archive(head):
        return Text("")
    opaque = next((name for magic, name in _OPAQUE.items() if head.startswith(magic)), None)
    if opaque is not None:
        unscanned = f"is packed with {opaque}, which is not looked into: unpack it"
        return Text(_plain(part).content, unscanned=unscanned)  # it may only claim to be packed
    if head.startswith(GGUF_MAGIC):
        return Text(part.head(GGUF_HEAD).decode("latin-1"))
    return _plain(part)


def _plain(part: Part) -> Text:
    binary = b"\0" in part.head(8192)
    limit = BINARY_LIMIT if binary else TEXT_LIMIT
    data = part.head(limit + 1)
    unscanned = None
    if len(data) > limit:
        data = data[:limit]
        unscanned = f"is larger than {limit} bytes; only so much of it was searched"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        # A byte order mark may be a lie: what follows is searched as bytes, too.
        return Text(data.decode("utf-16", "replace") + "\n" + data.decode("latin-1"), True, unscanned)
    if binary and data.count(b"\0") > len(data) // 8:  # weights have few zero bytes, and are large
        data = _WIDE.sub(lambda found: found[0].replace(b"\0", b""), data)
    # One byte a character: everything that is searched for is ASCII, and this is four times as fast as UTF-8.
    text = data.decode("latin-1")
    if "\\u00" in text:
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return Text(text, not binary, unscanned)


def line_of(text: str, start: int) -> int:
    """The number of the line that holds character *start*, from 1."""
    return text.count("\n", 0, start) + 1


def as_written(value: str) -> str:
    """*value*, cut from a text that was read byte by byte, as people wrote it."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return value
