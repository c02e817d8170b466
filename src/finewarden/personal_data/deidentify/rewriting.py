"""One file de-identified into another of the same kind."""

from __future__ import annotations

import gzip
import io
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, BinaryIO, cast

from finewarden.personal_data.deidentify import csv_records, parquet_groups
from finewarden.personal_data.deidentify.json_elements import UnshapedError, elements
from finewarden.personal_data.deidentify.json_strings import with_strings
from finewarden.personal_data.deidentify.records import Record, rewritten
from finewarden.personal_data.places import texts_of
from finewarden.personal_data.reading import csv_table, json_array, jsonl
from finewarden.personal_data.reading.files import delimiter, opened
from finewarden.personal_data.reading.folders import InputFile
from finewarden.personal_data.reading.lines import decoded, lines, without_mark
from finewarden.personal_data.reading.rows import Broken, InputError, Item, Row

__all__ = ["LeftOut", "rewrite"]

Each = Callable[[Iterable[Mapping[str, Any]]], Iterator[Mapping[str, Any] | None]]
LeftOut = Callable[[Broken], None]
_BLOCK = 2**20


def rewrite(file: InputFile, out: BinaryIO, each: Each, left_out: LeftOut) -> None:
    """*file* with every row as *each* gives it (None: left out), in the same kind, to *out*.

    What was not changed is written byte for byte: whole lines, records and elements, and of a changed JSON row all but
    the strings that changed. What can't be read is not copied, since nobody looked at it: *left_out* is told.
    Raises InputError for a file of which nothing can be told.
    """
    if file.kind == "arrow":
        raise InputError(
            f"{file.name}: a folder that `datasets` saved is not written; in Python, give "
            "Deidentifier(...).columns to Dataset.map with batched=True"
        )
    if file.kind == "parquet":
        parquet_groups.rewrite(file, out, each)
        return
    try:
        if file.packed:
            with gzip.GzipFile(fileobj=out, mode="wb", mtime=0, filename="") as packed:
                _rewrite(file, cast("BinaryIO", packed), each, left_out)
        else:
            _rewrite(file, out, each, left_out)
    except (gzip.BadGzipFile, zlib.error, EOFError):
        raise InputError(f"{file.name}: is no gzip file or a damaged one; pack it again") from None


def _rewrite(file: InputFile, out: BinaryIO, each: Each, left_out: LeftOut) -> None:
    kind = file.kind
    if kind == "json":
        with opened(file.path, file.packed) as stream:
            kind = "jsonl" if json_array.is_lines(stream) else "json"
    with opened(file.path, file.packed) as stream:
        if kind == "json":
            _elements(file, stream, out, each, left_out)
        elif kind in ("csv", "tsv"):
            _table(file, stream, out, each, left_out)
        else:
            made = rewritten(
                _lines(stream, out, kind == "jsonl", left_out),
                each,
                with_strings if kind == "jsonl" else _line,
                left_out,
            )
            for one in made:
                if one.raw is not None:
                    out.write(one.raw.encode("utf-8"))


def _lines(stream: BinaryIO, out: BinaryIO, is_json: bool, left_out: LeftOut) -> Iterator[Record]:
    for line in lines(stream):
        if isinstance(line, Broken):
            left_out(line)
            continue
        number, content = line
        if number == 1:
            start = without_mark(content)
            if isinstance(start, Broken):
                left_out(start)
                return
            out.write(content[: len(content) - len(start)])
            content = start
        text = decoded(content, number)
        if isinstance(text, Broken):
            left_out(text)
        elif not text.strip():
            yield Record(text, None)
        elif is_json:
            found = _object(text, number)
            if isinstance(found, Broken):
                left_out(found)
            else:
                yield Record(text, found.row, number=number)
        else:
            yield Record(text, {"text": text.rstrip("\r\n")}, number=number)


def _object(raw: str, number: int) -> Item:
    """The object that *raw* is; one whose texts can't be named is broken, like one that can't be read."""
    found = jsonl.parsed(raw, number)
    if isinstance(found, Row):
        try:
            deque(texts_of(found.row), maxlen=0)
        except ValueError as error:
            return Broken(number, str(error))
    return found


def _line(raw: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    return str(after["text"]) + raw[len(before["text"]) :]


def _elements(file: InputFile, stream: BinaryIO, out: BinaryIO, each: Each, left_out: LeftOut) -> None:
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    opening, end = None, ""

    def records() -> Iterator[Record]:
        nonlocal opening, end
        for number, (before, raw) in enumerate(elements(iter(lambda: text.read(_BLOCK), "")), start=1):
            if before.strip(" \t\r\n,[]\ufeff"):
                left_out(Broken(number, "stands beside a value that is no object; write an array of objects"))
            if not raw:
                end = "".join(char for char in before if char in (" \t\r\n[]" if opening is None else " \t\r\n]"))
                return
            if opening is None:
                opening = "".join(char for char in before if char in " \t\r\n[\ufeff")
            found = _object(raw, number)
            if isinstance(found, Broken):
                left_out(found)
            else:
                yield Record(raw, found.row, "".join(char for char in before if char in " \t\r\n,"), number)

    written = False
    try:
        for one in rewritten(records(), each, with_strings, left_out):
            if one.raw is not None:
                # What stands before the first of all goes before the first that is written.
                out.write(((one.record.before if written else opening or "") + one.raw).encode("utf-8"))
                written = True
    except UnicodeDecodeError:
        raise InputError(f"{file.name}: is not UTF-8; save it as UTF-8") from None
    except UnshapedError as error:
        raise InputError(f"{file.name}: {error}") from None
    finally:
        text.detach()
    out.write((("" if written else opening or "") + end).encode("utf-8"))


def _table(file: InputFile, stream: BinaryIO, out: BinaryIO, each: Each, left_out: LeftOut) -> None:
    mark = delimiter(file.kind)
    columns = csv_table.header(stream, mark)
    if isinstance(columns, Broken):
        raise InputError(f"{file.name}: line 1 {columns.why}")
    end = stream.tell()
    stream.seek(0)
    out.write(stream.read(end))
    records = csv_records.records(stream, mark, columns.names, left_out)
    for one in rewritten(records, each, csv_records.changing(mark), left_out):
        if one.raw is not None:
            out.write(one.raw.encode("utf-8"))
