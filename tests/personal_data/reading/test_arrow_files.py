"""Parquet and Arrow files, by row groups and record batches."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from finewarden.personal_data.reading import arrow, parquet
from finewarden.personal_data.reading.rows import Broken, Row

pytestmark = pytest.mark.pii

ROWS = [{"text": f"row {number}", "messages": [{"role": "user", "content": "好"}], "n": number} for number in range(10)]


def write(path: Path, rows: list[dict[str, Any]] = ROWS) -> None:
    """*rows* in groups of four."""
    import pyarrow
    from pyarrow import parquet as writer

    table = pyarrow.Table.from_pylist(rows)
    if path.suffix == ".parquet":
        writer.write_table(table, path, row_group_size=4)
        return
    new = pyarrow.ipc.new_stream if path.stem == "stream" else pyarrow.ipc.new_file
    with path.open("wb") as file, new(file, table.schema) as out:
        out.write_table(table, max_chunksize=4)


@pytest.mark.parametrize("name", ["a.parquet", "stream.arrow", "file.arrow"])
def test_groups_together_are_the_file(tmp_path: Path, name: str) -> None:
    """Each group is read alone, with the numbers that its rows have in the file."""
    path = tmp_path / name
    write(path)
    module = parquet if name.endswith("parquet") else arrow
    groups = module.groups(path)
    assert not isinstance(groups, Broken)
    assert [rows for rows, _ in groups] == [4, 4, 2]
    parts = [
        each for at, first in ((0, 1), (1, 5), (2, 9)) for each in module.read(path, start=at, end=at + 1, first=first)
    ]
    assert parts == [Row(number, row) for number, row in enumerate(ROWS, start=1)] == list(module.read(path))


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow"])
def test_a_damaged_file_is_told(tmp_path: Path, name: str) -> None:
    """What is none of the kind, or was cut off, is one broken place, and no error."""
    path = tmp_path / name
    module = parquet if name.endswith("parquet") else arrow
    path.write_bytes(b"PAR1 hush")
    assert isinstance(module.groups(path), Broken)
    [found] = module.read(path)
    assert isinstance(found, Broken)
    assert "hush" not in found.why


def test_values_that_python_has_no_word_for(tmp_path: Path) -> None:
    """Text that is no UTF-8 breaks its row alone; columns of one name are all read; nanoseconds do no harm."""
    import pyarrow
    from pyarrow import parquet as writer

    raw = pyarrow.array([b"good", b"\xff"]).view(pyarrow.string())
    when = pyarrow.array([1, 1_000_000_001], pyarrow.timestamp("ns"))
    table = pyarrow.table([raw, pyarrow.array(["x", "y"]), when], names=["a", "a", "when"])
    writer.write_table(table, tmp_path / "a.parquet")
    first, second = parquet.read(tmp_path / "a.parquet")
    assert isinstance(first, Row)
    assert [first.row["a"], first.row["a.1"]] == ["good", "x"]
    assert isinstance(first.row["when"], str | datetime)
    assert second == Broken(2, "is not UTF-8; write it as UTF-8")
