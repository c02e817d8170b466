"""Shards together are the file: nothing twice, nothing left out, every number right."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.personal_data.reading.files import read_file, read_part
from finewarden.personal_data.reading.folders import find_inputs
from finewarden.personal_data.shards.plan import Plan, count_rows, plan

LINES = st.lists(st.sampled_from(['{"a": 1}', "", "{bad", '{"long": "' + "x" * 30 + '"}', "\ufeff", "\r"]), max_size=12)
CELLS = st.text(alphabet='a,"\n\r é', max_size=40)


def planned(path: Path, target: int) -> Plan:
    """The plan of one file."""
    return plan(find_inputs([path]).files, target)


@given(text=LINES.map("\n".join), target=st.integers(1, 60))
def test_parts_of_lines_are_the_file(tmp_path_factory: pytest.TempPathFactory, text: str, target: int) -> None:
    """Wherever JSON Lines are cut, parts have the rows, the broken lines and the numbers of the whole."""
    path = tmp_path_factory.mktemp("a") / "a.jsonl"
    path.write_bytes(content := text.encode())
    found = planned(path, target)
    parts = [each for s in found.shards for each in read_part(path, s.kind, s.start, s.end or 0, s.first)]
    assert parts == list(read_file(path, "jsonl"))
    assert [s.sha256 for s in found.shards] == [
        hashlib.sha256(content[s.start : s.end]).hexdigest() for s in found.shards
    ]
    assert found.files[0].sha256 == hashlib.sha256(content).hexdigest()


@given(text=CELLS.map(lambda cells: "p,q\n" + cells), target=st.integers(1, 20))
def test_parts_of_a_table_are_the_file(tmp_path_factory: pytest.TempPathFactory, text: str, target: int) -> None:
    """A table is cut where a record ends, however its quotes stand and whatever lines its cells have."""
    path = tmp_path_factory.mktemp("a") / "a.csv"
    path.write_bytes(text.encode())
    shards = planned(path, target).shards
    parts = [each for s in shards for each in read_part(path, s.kind, s.start, s.end or 0, s.first)]
    assert parts == list(read_file(path, "csv"))


def test_rows_are_counted_without_a_scan(tmp_path: Path) -> None:
    """What a sample's share is computed from: lines, or records where lines say nothing."""
    (tmp_path / "a.jsonl").write_text('{"a": 1}\n\n{"a": 2}')
    (tmp_path / "b.csv").write_text('a\n"1\n2"\n3\n')
    (tmp_path / "c.json").write_text('[{"a": 1}, {"a": 2}]')
    files = find_inputs([tmp_path]).files
    assert count_rows(files, plan(files)) == 3 + 2 + 2


def test_a_file_that_cannot_be_read_is_told_and_others_are_planned(tmp_path: Path) -> None:
    """A header in UTF-16 or a damaged file breaks no plan; an empty file has no shard."""
    (tmp_path / "a.csv").write_bytes("a\nb".encode("utf-16"))
    (tmp_path / "b.jsonl").touch()
    (tmp_path / "c.jsonl").write_text("{}")
    found = plan(find_inputs([tmp_path]).files)
    assert [name for name, _ in found.broken] == [f"{tmp_path.name}/a.csv"]
    assert [file.name.rpartition("/")[2] for file in found.files] == ["b.jsonl", "c.jsonl"]
    assert [shard.name.rpartition("/")[2] for shard in found.shards] == ["c.jsonl"]
