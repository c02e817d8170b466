"""A Parquet file de-identified, a row group at a time: schema, order, types and compression stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, BinaryIO

from finewarden.personal_data.reading.arrow_rows import NO_PYARROW
from finewarden.personal_data.reading.folders import InputFile
from finewarden.personal_data.reading.rows import InputError

__all__ = ["rewrite"]


Each = Callable[[Iterable[Mapping[str, Any]]], Iterator[Mapping[str, Any] | None]]


def rewrite(file: InputFile, out: BinaryIO, each: Each) -> None:
    """*file* with its rows as *each* gives them, to *out*. Columns without strings are not so much as read as rows.

    Memory: one row group. Raises InputError.
    """
    try:
        from pyarrow import ArrowException, ArrowNotImplementedError
        from pyarrow.parquet import ParquetFile, ParquetWriter
    except ImportError:
        raise InputError(f"{file.name}: {NO_PYARROW}") from None
    try:
        with ParquetFile(file.path) as source:
            schema = source.schema_arrow
            if len(set(schema.names)) < len(schema.names):
                raise InputError(f"{file.name}: names a column twice; keep one of each")
            with ParquetWriter(out, schema, compression=_compression(source)) as writer:
                for number in range(source.metadata.num_row_groups):
                    writer.write_table(_table(source.read_row_group(number), each, file.name))
    except ArrowNotImplementedError:
        kinds = ", ".join(dict.fromkeys(str(each.type)[:60] for each in schema))
        raise InputError(f"{file.name}: holds a type that pyarrow can't write ({kinds}); store it as strings") from None
    except (ArrowException, OSError, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # of the disk, and not of what stands in the file
        raise InputError(f"{file.name}: is no Parquet file or a damaged one; write it again") from None


def _compression(source: Any) -> Any:
    """Of each column, as the first row group has it."""
    if not source.metadata.num_row_groups or not source.metadata.num_columns:
        return "snappy"
    group = source.metadata.row_group(0)
    columns = [group.column(number) for number in range(group.num_columns)]
    names = {column.path_in_schema: column.compression.replace("UNCOMPRESSED", "NONE") for column in columns}
    return next(iter(names.values())) if len(set(names.values())) == 1 else names


def _table(table: Any, each: Each, name: str) -> Any:
    import pyarrow

    texts = [field for field in table.schema if _holds_strings(field.type)]
    if not texts:
        return table
    before = table.select([field.name for field in texts]).to_pylist()
    try:
        after = list(each(before))
    except (ValueError, TypeError) as error:
        raise InputError(f"{name}: a row {error}") from None
    table = _only(table, [row is not None for row in after])
    kept = [(was, row) for was, row in zip(before, after, strict=True) if row is not None]
    for field in texts:
        if any(was is not row and was[field.name] != row[field.name] for was, row in kept):
            values = pyarrow.array([row[field.name] for _, row in kept], field.type)
            table = table.set_column(table.schema.get_field_index(field.name), field, values)
    return table


def _only(table: Any, stays: Sequence[bool]) -> Any:
    """The rows of *table* that stay."""
    import pyarrow

    if all(stays):
        return table
    try:
        return table.filter(pyarrow.array(stays, pyarrow.bool_()))
    except pyarrow.ArrowNotImplementedError:  # of views, which can be cut all the same
        runs, at = [table.slice(0, 0)], 0
        for stay, run in groupby(stays):
            length = sum(1 for _ in run)
            if stay:
                runs.append(table.slice(at, length))
            at += length
        return pyarrow.concat_tables(runs)


def _holds_strings(kind: Any) -> bool:
    """Or bytes, which may be text."""
    from pyarrow import BaseExtensionType, types

    if isinstance(kind, BaseExtensionType):
        return _holds_strings(kind.storage_type)
    if types.is_dictionary(kind):
        return _holds_strings(kind.value_type)
    if types.is_nested(kind):
        return any(_holds_strings(kind.field(number).type) for number in range(kind.num_fields))
    tests = ("is_string", "is_large_string", "is_string_view", "is_binary", "is_large_binary", "is_binary_view")
    return any(getattr(types, test)(kind) for test in tests if hasattr(types, test))  # views are new in pyarrow 16
