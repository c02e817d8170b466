"""How a data set is cut into shards, each of which is scanned alone, by anyone, in any order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from finewarden.personal_data.reading import arrow, csv_table, json_array, parquet
from finewarden.personal_data.reading.files import delimiter, opened, read_file
from finewarden.personal_data.reading.folders import InputFile
from finewarden.personal_data.reading.kinds import Kind
from finewarden.personal_data.reading.rows import Broken

__all__ = ["Plan", "PlannedFile", "Shard", "count_rows", "plan", "sha256_of"]

TARGET = 4 * 2**20
_BLOCK = 2**20


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of a file: bytes *start* to *end* (excluded) at ends of rows, or so many row groups or record batches;
    the file whole where *end* is None. *first*: number of its first row or line. *sha256*: of the part's bytes, or
    of the file's where a part has none of its own. *size* and *modified* (ns) tell whether the file is still the same.

    *weight*: bytes, as a progress bar counts.
    """

    path: Path
    name: str
    kind: Kind
    packed: bool
    start: int
    end: int | None
    first: int
    sha256: str
    size: int
    modified: int
    weight: int


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One input as it is now, and the rows (lines, of files by lines) that were counted while it was cut."""

    name: str
    sha256: str
    bytes: int
    rows: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Shards in the order of their files; *broken*: files that can't be read at all, by name."""

    files: tuple[PlannedFile, ...]
    shards: tuple[Shard, ...]
    broken: tuple[tuple[str, Broken], ...]


@dataclass(frozen=True, slots=True)
class _Part:
    start: int
    end: int | None
    first: int
    sha256: str
    weight: int


def plan(files: Sequence[InputFile], target: int = TARGET) -> Plan:
    """*files* cut into shards of about *target* bytes. Reads each file once (tables twice), to hash it.

    JSON Lines and text are cut at line ends, tables where a record ends, Parquet between row groups, Arrow files
    between record batches. A JSON array and what is packed by gzip is one shard.
    """
    planned: list[PlannedFile] = []
    shards: list[Shard] = []
    broken: list[tuple[str, Broken]] = []
    for file in files:
        try:
            stat = file.path.stat()
            kind, digest, rows, parts = _cut(file, target)
        except OSError as error:
            broken.append((file.name, Broken(0, f"can't be read ({error.strerror or 'an error of the disk'})")))
            continue
        if isinstance(parts, Broken):
            broken.append((file.name, parts))
            continue
        planned.append(PlannedFile(file.name, digest, stat.st_size, rows))
        shards += (
            Shard(
                path=file.path,
                name=file.name,
                kind=kind,
                packed=file.packed,
                start=part.start,
                end=part.end,
                first=part.first,
                sha256=part.sha256,
                size=stat.st_size,
                modified=stat.st_mtime_ns,
                weight=part.weight,
            )
            for part in parts
        )
    return Plan(tuple(planned), tuple(shards), tuple(broken))


def sha256_of(path: Path) -> str:
    """The digest of a file's bytes. Raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def count_rows(files: Sequence[InputFile], planned: Plan) -> int:
    """About how many rows there are: blank and broken lines count; what was not counted when planned is read once."""
    known = {file.name: file.rows for file in planned.files}
    return sum(
        rows
        if (rows := known.get(file.name)) is not None
        else sum(1 for _ in read_file(file.path, file.kind, file.packed))
        for file in files
        if file.name in known
    )


def _cut(file: InputFile, target: int) -> tuple[Kind, str, int | None, list[_Part] | Broken]:
    kind = file.kind
    if kind == "json" and not file.packed:
        with opened(file.path, packed=False) as stream:
            kind = "jsonl" if json_array.is_lines(stream) else "json"
    if kind in ("jsonl", "text") and not file.packed:
        with file.path.open("rb") as stream:
            digest, rows, parts = _by_lines(stream, target)
        return kind, digest, rows, parts
    digest = sha256_of(file.path)
    if kind in ("parquet", "arrow"):
        groups = (parquet if kind == "parquet" else arrow).groups(file.path)
        if isinstance(groups, Broken):
            return kind, digest, None, groups
        return kind, digest, sum(rows for rows, _ in groups), list(_by_groups(groups, digest, target))
    if kind in ("csv", "tsv") and not file.packed:
        with file.path.open("rb") as stream:
            columns = csv_table.header(stream, delimiter(kind))
            if isinstance(columns, Broken):
                return kind, digest, None, columns
            cuts = list(csv_table.cuts(stream, delimiter(kind), target))
        return kind, digest, None, [_Part(a, b, first, digest, b - a) for a, b, first in cuts]
    size = file.path.stat().st_size
    return kind, digest, None, [_Part(0, None, 1, digest, size)] if size else []


def _by_groups(groups: Sequence[tuple[int, int]], digest: str, target: int) -> Iterator[_Part]:
    start, first, rows, weight = 0, 1, 0, 0
    for number, (more, size) in enumerate(groups):
        rows, weight = rows + more, weight + size
        if weight >= target or number == len(groups) - 1:
            yield _Part(start, number + 1, first, digest, weight)
            start, first, rows, weight = number + 1, first + rows, 0, 0


def _by_lines(stream: BinaryIO, target: int) -> tuple[str, int, list[_Part]]:
    """The digest of the whole, its number of lines, and parts of about *target* bytes that end with a line."""
    whole, own = hashlib.sha256(), hashlib.sha256()
    parts: list[_Part] = []
    start = at = 0
    first = number = 1
    while block := stream.read(_BLOCK):
        whole.update(block)
        taken = 0
        while taken < len(block):
            # The first line end behind the target, or all of the block where there is none.
            end = block.find(b"\n", max(taken, taken + target - (at - start) - 1)) + 1
            piece = memoryview(block)[taken : end or len(block)]
            own.update(piece)
            number += block.count(b"\n", taken, end or len(block))
            at += len(piece)
            taken += len(piece)
            if end:
                parts.append(_Part(start, at, first, own.hexdigest(), at - start))
                start, first, own = at, number, hashlib.sha256()
    if at > start:
        parts.append(_Part(start, at, first, own.hexdigest(), at - start))
        number += 1  # the last line has no end
    return whole.hexdigest(), number - 1, parts
