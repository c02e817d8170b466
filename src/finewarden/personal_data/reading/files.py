"""Any file, or a part of one, as rows."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from finewarden.personal_data.reading import arrow, csv_table, json_array, jsonl, parquet, plain_text
from finewarden.personal_data.reading.kinds import Kind
from finewarden.personal_data.reading.rows import Broken, Item

__all__ = ["opened", "read_file", "read_part", "read_stream"]


@contextmanager
def opened(path: Path, packed: bool) -> Iterator[BinaryIO]:
    """The bytes of *path*, unpacked where it is *packed* by gzip. Raises OSError."""
    with path.open("rb") as file:
        if packed:
            with gzip.GzipFile(fileobj=file) as unpacked:
                yield cast("BinaryIO", unpacked)
        else:
            yield file


def read_file(path: Path, kind: Kind, packed: bool = False) -> Iterator[Item]:
    """Every row of a file, or what is wrong in its place. Raises OSError for a file that can't be opened."""
    if kind == "parquet":
        yield from parquet.read(path)
    elif kind == "arrow":
        yield from arrow.read(path)
    else:
        if kind == "json":
            with opened(path, packed) as stream:
                kind = "jsonl" if _is_lines(stream) else "json"
        with opened(path, packed) as stream:
            yield from read_stream(stream, kind)


def read_stream(stream: BinaryIO, kind: Kind) -> Iterator[Item]:
    """Every row of what comes from *stream*. *kind* "json" is an array, or objects one after another."""
    try:
        if kind == "jsonl":
            yield from jsonl.read(stream)
        elif kind == "text":
            yield from plain_text.read(stream)
        elif kind == "json":
            yield from json_array.read(stream)
        elif kind in ("csv", "tsv"):
            mark = delimiter(kind)
            columns = csv_table.header(stream, mark)
            if isinstance(columns, Broken):
                yield columns
            else:
                yield from csv_table.read(stream, mark, columns)
        else:
            raise ValueError(f"{kind} can't be read from a stream")
    except gzip.BadGzipFile:
        yield Broken(0, "is no gzip file or a damaged one; pack it again")


def read_part(path: Path, kind: Kind, start: int, end: int, first: int) -> Iterator[Item]:
    """The rows of a part, numbered from *first* on: bytes *start* to *end* (excluded) at ends of rows, or row groups
    (parquet) or record batches (arrow) counted so. Raises OSError, and ValueError for "json", which has no parts.
    """
    if kind == "parquet":
        yield from parquet.read(path, start=start, end=end, first=first)
        return
    if kind == "arrow":
        yield from arrow.read(path, start=start, end=end, first=first)
        return
    with path.open("rb") as stream:
        if kind in ("csv", "tsv"):
            columns = csv_table.header(stream, delimiter(kind))
            if isinstance(columns, Broken):
                yield columns
                return
            stream.seek(start)
            yield from csv_table.read(stream, delimiter(kind), columns, first=first, size=end - start)
        elif kind in ("jsonl", "text"):
            stream.seek(start)
            yield from (jsonl if kind == "jsonl" else plain_text).read(stream, first=first, size=end - start)
        else:
            raise ValueError(f"{kind} has no parts")


def delimiter(kind: Kind) -> str:
    """What stands between the cells of a table of *kind*."""
    return "\t" if kind == "tsv" else ","


def _is_lines(stream: BinaryIO) -> bool:
    try:
        return json_array.is_lines(stream)
    except (EOFError, OSError):
        return False
