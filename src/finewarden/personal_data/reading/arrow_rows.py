"""Rows of Arrow batches, as Python has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from finewarden.personal_data.reading.rows import Broken, Item, Row

__all__ = ["NO_PYARROW", "rows_of"]

NO_PYARROW = "can't be read without pyarrow; pip install 'finewarden[pii]'"


def rows_of(batch: Any, number: int) -> Iterator[Item]:
    """The rows of a `pyarrow.RecordBatch`, numbered from *number* on. One that can't be converted is told."""
    names = batch.schema.names
    if len(set(names)) < len(names):  # of columns of one name, only the last would be seen
        batch = batch.rename_columns(
            [name if names.index(name) == at else f"{name}.{at}" for at, name in enumerate(names)]
        )
    try:
        rows = batch.to_pylist()
    except Exception:  # one value is enough: text that is no UTF-8, a time that Python can't hold
        for place in range(batch.num_rows):
            yield _row(batch.slice(place, 1), number + place)
        return
    for place, row in enumerate(rows):
        yield Row(number + place, row)


def _row(batch: Any, number: int) -> Item:
    row: dict[str, Any] = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            row[name] = column[0].as_py()
        except UnicodeDecodeError:
            return Broken(number, "is not UTF-8; write it as UTF-8")
        except Exception as error:
            try:
                row[name] = column.cast("string")[0].as_py()
            except Exception:
                return Broken(
                    number, f"holds a value of type {column.type} that can't be read ({type(error).__name__})"
                )
    return Row(number, row)
