"""Reading training data: every kind of file gives the same records, and what is broken is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from finewarden.evidence.salted import data_digest
from finewarden.memorization.training_data import TrainDataError, read_rows

pytestmark = pytest.mark.training  # pandas and pyarrow come with the train extra

ROWS = [
    {"prompt": "Where, please?", "completion": "At “home”,\nroom 7."},
    {"prompt": "几点？", "completion": "九点。"},
]


def written(folder: Path, kind: str) -> Path:
    """ROWS as a file of *kind*."""
    path = folder / f"train.{kind}"
    lines = [json.dumps(row, ensure_ascii=False) for row in ROWS]
    if kind == "jsonl":
        path.write_bytes(("\ufeff" + lines[0] + "\r\n\r\n" + lines[1] + "\r\n").encode())
    elif kind == "json":
        path.write_text(" \n[" + ",\n".join(lines) + "]")
    elif kind == "parquet":
        import pyarrow
        from pyarrow import parquet

        parquet.write_table(pyarrow.Table.from_pylist(ROWS), path)
    else:
        mark = "\t" if kind == "tsv" else ","
        cells = [["prompt", "completion"], *([f'"{text}"' for text in row.values()] for row in ROWS)]
        path.write_bytes(("\ufeff" + "\r\n".join(mark.join(row) for row in cells)).encode())
    return path


@pytest.mark.parametrize(("kind", "second"), [("jsonl", 3), ("json", 2), ("csv", 2), ("tsv", 2), ("parquet", 2)])
def test_each_kind_of_file_gives_the_same_records(tmp_path: Path, kind: str, second: int) -> None:
    """BOM, CRLF, blank lines and quoted line ends change nothing; a line of JSON Lines is known by its number."""
    rows = read_rows([written(tmp_path, kind)])
    assert [row.row for row in rows] == ROWS
    assert [row.where for row in rows] == [f"train.{kind}:1", f"train.{kind}:{second}"]


def test_json_lines_may_be_called_json(tmp_path: Path) -> None:
    """A .json file of one object a line is read as that."""
    file = tmp_path / "train.json"
    file.write_text('{"text": "a"}\n{"text": "b"}\n')
    assert [row.row["text"] for row in read_rows([file, file])] == ["a", "b", "a", "b"]


def test_numbers_of_a_csv_are_numbers(tmp_path: Path) -> None:
    """Other columns are read as `datasets` reads them, so that a hold-out book knows the record."""
    file = tmp_path / "train.csv"
    file.write_text("id,text,note\n7,hello,\n8,there,x\n")
    assert read_rows([file])[0].row == {"id": 7, "text": "hello", "note": None}


def test_conversations_become_messages(tmp_path: Path) -> None:
    """from/value turns are trained on as role/content; the row itself stays as the file has it."""
    row = {"id": 1, "conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]}
    file = tmp_path / "train.jsonl"
    file.write_text(json.dumps(row))
    [read] = read_rows([file])
    assert read.row == row
    assert read.record == {
        "id": 1,
        "messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}],
    }


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.jsonl", b'{"text": "x"}\n{"text": "hush', "a.jsonl:2: is not JSON"),
        ("a.jsonl", b"[1]", "a.jsonl:1: holds a list, not an object; write one object a line"),
        ("a.jsonl", b'{"input": "hush", "output": "hush"}', "a.jsonl:1: fields: got input, output, allowed: text;"),
        ("a.jsonl", b'{"prompt": "hush"}', "a.jsonl:1: fields: got prompt, allowed"),
        ("a.jsonl", b'{"text": "hush \\ud800"}', "a.jsonl:1: holds half a character"),
        ("a.jsonl", b'{"text": ' + b"[" * 100_000, "a.jsonl:1: is not JSON"),
        ("a.jsonl", b'{"text": ' + b"9" * 5000 + b"}", "a.jsonl:1: is not JSON that can be read"),
        ("a.jsonl", b"\xff\xfe", "a.jsonl:1: is UTF-16"),
        ("a.jsonl", b"\xe9", "a.jsonl:1: is not UTF-8"),
        ("a.jsonl", b"\n\n", "a.jsonl: holds no record"),
        ("a.json", b'[{"text": "hush"},\n{"text": }]', "a.json:2: is not JSON"),
        ("a.csv", b"text,b\nhush,1\nhush,1,2\n", "a.csv:3: is not CSV"),
        ("a.csv", b"", "a.csv: holds no record"),
        ("a.csv", b"question,answer\nhush,hush\n", "a.csv:1: fields: got answer, question, allowed"),
        ("a.csv", b"text,text\nhush,hush\n", "a.csv:1: names a column twice"),
        ("a.parquet", b"PAR1 hush", "a.parquet: is no Parquet file"),
        ("a.txt", b"hush", "a.txt: kind: got .txt, allowed: .jsonl"),
    ],
)
def test_what_is_broken_is_named_and_not_shown(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    """File, place, what is allowed and what to do; no text of the data."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TrainDataError) as caught:
        read_rows([tmp_path / name])
    assert words in str(caught.value)
    assert "hush" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """The error names the file and what to do."""
    with pytest.raises(TrainDataError, match=r"none\.jsonl: can't be read .*; name a readable file"):
        read_rows([tmp_path / "none.jsonl"])


def test_a_digest_is_of_the_bytes(tmp_path: Path) -> None:
    """Order and names do not count, a byte and the salt do."""
    a, b, c = (tmp_path / name for name in "abc")
    a.write_text("1")
    b.write_text("2")
    c.write_text("1")
    assert data_digest([a, b], "s") == data_digest([b, c], "s")
    assert (
        len({data_digest([a, b], "s"), data_digest([a, b], "t"), data_digest([a], "s"), data_digest([a, a], "s")}) == 4
    )


@pytest.mark.parametrize("escape", ["", "\\u00e9"])
def test_what_is_nested_too_deeply_is_named(tmp_path: Path, escape: str) -> None:
    """A row that nothing could hash is told with its file and line, whatever else stands in it."""
    path = tmp_path / "train.jsonl"
    deep = "[" * 700 + "]" * 700
    path.write_text(json.dumps(ROWS[0]) + f'\n{{"prompt": "q{escape}", "completion": "a", "tools": {deep}}}\n')
    with pytest.raises(TrainDataError, match=r"train.jsonl:2: is nested 701 levels deep, allowed: 100; flatten it"):
        read_rows([path])
    assert ROWS[0]["prompt"] not in repr(read_rows([written(tmp_path, "jsonl")]))
