"""Arrow files, as `datasets` saves them (a stream) or in the file format, by record batches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from finewarden.personal_data.reading.arrow_rows import NO_PYARROW, rows_of
from finewarden.personal_data.reading.rows import Broken, Item

__all__ = ["groups", "read"]

_BATCH = 256
_WRONG = "is no Arrow file or a damaged one; save the data set again"


def groups(path: Path) -> list[tuple[int, int]] | Broken:
    """Rows and bytes of each record batch."""
    try:
        from pyarrow import ArrowException
    except ImportError:
        return Broken(0, NO_PYARROW)
    try:
        with _batches(path) as batches:
            return [(batch.num_rows, batch.nbytes) for batch in batches]
    except (ArrowException, OSError):
        return Broken(0, _WRONG)


def read(path: Path, *, start: int = 0, end: int | None = None, first: int = 1) -> Iterator[Item]:
    """The rows of batches *start* to *end* (excluded), numbered from *first* on."""
    try:
        from pyarrow import ArrowException
    except ImportError:
        yield Broken(0, NO_PYARROW)
        return
    number = first
    try:
        with _batches(path) as batches:
            for place, batch in enumerate(batches):
                if end is not None and place >= end:
                    return
                if place < start:
                    continue
                batch.validate(full=True)  # offsets of a hostile file point anywhere
                for row in range(0, batch.num_rows, _BATCH):
                    yield from rows_of(batch.slice(row, _BATCH), number + row)
                number += batch.num_rows
    except (ArrowException, OSError):
        yield Broken(0 if number == first else number, _WRONG)


@contextmanager
def _batches(path: Path) -> Iterator[Iterator[Any]]:
    import pyarrow

    with pyarrow.memory_map(str(path)) as source:
        try:
            batches = iter(pyarrow.ipc.open_stream(source))
        except pyarrow.ArrowInvalid:
            source.seek(0)
            file = pyarrow.ipc.open_file(source)
            batches = (file.get_batch(number) for number in range(file.num_record_batches))
        yield batches
