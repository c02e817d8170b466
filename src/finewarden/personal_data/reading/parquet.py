"""Parquet, by row groups."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from finewarden.personal_data.reading.arrow_rows import NO_PYARROW, rows_of
from finewarden.personal_data.reading.rows import Broken, Item

__all__ = ["groups", "read"]

_BATCH = 256
_WRONG = "is no Parquet file or a damaged one; write it again, or convert it to .jsonl"


def groups(path: Path) -> list[tuple[int, int]] | Broken:
    """Rows and bytes (before compression) of each row group."""
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError:
        return Broken(0, NO_PYARROW)
    try:
        with ParquetFile(path) as file:
            found = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
            return [(group.num_rows, max(group.total_byte_size, 0)) for group in found]
    except (ArrowException, OSError):
        return Broken(0, _WRONG)


def read(path: Path, *, start: int = 0, end: int | None = None, first: int = 1) -> Iterator[Item]:
    """The rows of row groups *start* to *end* (excluded), numbered from *first* on."""
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError:
        yield Broken(0, NO_PYARROW)
        return
    number = first
    try:
        with ParquetFile(path) as file:
            chosen = list(range(start, file.metadata.num_row_groups if end is None else end))
            for batch in file.iter_batches(batch_size=_BATCH, row_groups=chosen, use_threads=False):
                yield from rows_of(batch, number)
                number += batch.num_rows
    except (ArrowException, OSError):
        yield Broken(0 if number == first else number, _WRONG)
