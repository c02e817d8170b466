"""Every pickle of a file, found by content whatever the file is called: raw, in archives, inside object arrays."""

from __future__ import annotations

import io
import pickletools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from finewarden.artifacts.npy_header import NPY_MAGIC, read_npy_header
from finewarden.artifacts.parts import Part, is_archive
from finewarden.artifacts.pickle_machine import Trace, trace
from finewarden.artifacts.unreadable import UnreadableFile

__all__ = ["PICKLE_LIMIT", "Pickle", "is_pickle_name", "pickles_of"]

PICKLE_LIMIT = 32 * 2**20
# torch's format before zip: magic number, protocol and system information, then the object and the storages' keys.
_MAX_PICKLES = 16
_LEGACY_PICKLES = 5
_NAMES = re.compile(r"\.(?:pkl|pickle|p|joblib|dill|sav|pt|pth|bin|ckpt|npy)$", re.IGNORECASE)
_PACKED = re.compile(r"(?:\.(?:gz|bz2|xz|lzma|z))?(?:[:!]content)$", re.IGNORECASE)
# PROTO is optional in every protocol: any opcode may come first.
_OPCODES = frozenset(ord(opcode.code) for opcode in pickletools.opcodes)
_IDENTIFIER = re.compile(r"[^\W\d][\w.]* [^\W\d][\w.]*\Z")


@dataclass(frozen=True)
class Pickle:
    """One pickle: where it lies and what loading it would do; `outside`: beyond what `allowed_globals` allows; `own`:
    classes of the script that trained.

    `tensors`: name ("" where it has none) and shape of each tensor that it rebuilds. `end`: the byte after it.
    """

    where: str
    imports: tuple[str, ...]
    outside: tuple[str, ...]
    own: tuple[str, ...]
    strings: tuple[str, ...]
    tensors: tuple[tuple[str, tuple[int, ...]], ...]
    broken: str | None
    end: int


def is_pickle_name(name: str) -> bool:
    """Whether loaders take a file of this name for a pickle (or a torch archive)."""
    return _NAMES.search(name) is not None


def pickles_of(part: Part) -> Iterator[Pickle]:
    """The pickles of *part* itself, not of its members. Raises UnreadableFile when it can't be read."""
    head = part.head(16)
    if head.startswith(NPY_MAGIC):
        header = read_npy_header(part)
        if header.has_objects:
            yield from _stream(part, part.head(PICKLE_LIMIT), header.data_start, named=True)
        return
    # joblib and pandas unpack by themselves: what is packed is loaded by the name of its file.
    named = is_pickle_name(_PACKED.sub("", part.where)) and not part.is_tensor_data
    if not head or head[0] not in _OPCODES or is_archive(head):
        return
    if named or _announces_itself(head) or _acts(part):
        yield from _stream(part, part.head(PICKLE_LIMIT), 0, named=named)


def _announces_itself(head: bytes) -> bool:
    return len(head) > 1 and head[0] == 0x80 and head[1] <= 5


def _acts(part: Part) -> bool:
    """Whether the first 64 KiB, read as a pickle, import something and call it: no text does that by chance."""
    found = trace(io.BytesIO(part.head(2**16)), max_opcodes=10_000)
    names = [name for name in found.imports if name != "?"]
    return found.calls > 0 and bool(found.imports or found.outside) and all(map(_IDENTIFIER.match, names))


def _stream(part: Part, data: bytes, start: int, *, named: bool) -> Iterator[Pickle]:
    """Pickles one after the other; bytes after a STOP that are none end it."""
    stream = io.BytesIO(data)
    stream.seek(start)
    for number in range(_MAX_PICKLES):
        before = stream.tell()
        found = trace(stream)
        if found.broken is not None and len(data) >= PICKLE_LIMIT:
            found.broken = f"is larger than {PICKLE_LIMIT} bytes"
        # What parses to nothing and names nothing is not a pickle but bytes that look like one: tensor data, text.
        inert = found.broken is not None and not found.imports and not found.outside
        # One that is too long to follow looks so by no chance, and could hide anything at its end.
        endless = found.endless or (named and number < _LEGACY_PICKLES and len(data) >= PICKLE_LIMIT)
        if inert and (number or not named) and not endless:
            return
        # Any opcode may start the next one, as any byte may start tensor data: that does not spell out an import.
        if (
            number == 0
            or endless
            or _announces_itself(data[before : before + 2])
            or any(map(_IDENTIFIER.match, found.imports))
        ):
            yield _pickle(part.where if number == 0 else f"{part.where}@{before}", found, stream.tell())
        if found.broken is not None or not _may_follow(data[stream.tell() : stream.tell() + 2]):
            return
    raise UnreadableFile(part.where, f"holds more than {_MAX_PICKLES} pickles in a row: save it as safetensors")


def _may_follow(head: bytes) -> bool:
    return bool(head) and head[0] in _OPCODES


def _pickle(where: str, found: Trace, end: int) -> Pickle:
    return Pickle(
        where=where,
        imports=tuple(sorted(found.imports)),
        outside=tuple(found.outside),
        own=tuple(sorted(found.own)),
        strings=tuple(found.strings),
        tensors=tuple(found.tensors),
        broken=found.broken,
        end=end,
    )
