"""A Parquet file de-identified, a row group at a time: schema, order, types and compression stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from finewarden.personal_data.reading.arrow_rows import NO_PYARROW
from finewarden.personal_data.reading.folders import InputFile
from finewarden.personal_data.reading.rows import InputError

__all__ = ["rewrite"]


def rewrite(
    file: InputFile, out: BinaryIO, each: Callable[[Iterable[Mapping[str, Any]]], Iterator[Mapping[str, Any] | None]]
) -> None:
    """*file* with its rows as *each* gives them, to *out*. Columns without strings are not so much as read as rows.

    Memory: one row group. Raises InputError.
    """
    try:
        from pyarrow import ArrowException
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
                    writer.write_table(_table(source.read_row_group(number), each))
    except (ArrowException, OSError, UnicodeDecodeError):
        raise InputError(f"{file.name}: is no Parquet file or a damaged one; write it again") from None


def _compression(source: Any) -> Any:
    """Of each column, as the first row group has it."""
    if not source.metadata.num_row_groups or not source.metadata.num_columns:
        return "snappy"
    group = source.metadata.row_group(0)
    columns = [group.column(number) for number in range(group.num_columns)]
    names = {column.path_in_schema: column.compression.replace("UNCOMPRESSED", "NONE") for column in columns}
    return next(iter(names.values())) if len(set(names.values())) == 1 else names


def _table(table: Any, each: Callable[[Iterable[Mapping[str, Any]]], Iterator[Mapping[str, Any] | None]]) -> Any:
    import pyarrow

    texts = [field for field in table.schema if _holds_strings(field.type)]
    if not texts:
        return table
    before = table.select([field.name for field in texts]).to_pylist()
    after = list(each(before))
    table = table.filter(pyarrow.array([row is not None for row in after], pyarrow.bool_()))
    kept = [(was, row) for was, row in zip(before, after, strict=True) if row is not None]
    for field in texts:
        if any(was is not row and was[field.name] != row[field.name] for was, row in kept):
            values = pyarrow.array([row[field.name] for _, row in kept], field.type)
            table = table.set_column(table.schema.get_field_index(field.name), field, values)
    return table


def _holds_strings(kind: Any) -> bool:
    from pyarrow import types

    if types.is_dictionary(kind):
        return _holds_strings(kind.value_type)
    if types.is_nested(kind):
        return any(_holds_strings(kind.field(number).type) for number in range(kind.num_fields))
    return bool(
        types.is_string(kind)
        or types.is_large_string(kind)
        or (hasattr(types, "is_string_view") and types.is_string_view(kind))
    )
