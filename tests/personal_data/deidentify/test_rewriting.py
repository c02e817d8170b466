"""What is not changed is written as it stands in the file, whatever the kind."""

from __future__ import annotations

import errno
import gzip
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from finewarden.personal_data.deidentify.rebuilt import rebuilt
from finewarden.personal_data.deidentify.records import Record, rewritten
from finewarden.personal_data.deidentify.rewriting import rewrite
from finewarden.personal_data.places import texts_of
from finewarden.personal_data.reading.folders import find_inputs
from finewarden.personal_data.reading.rows import Broken, InputError


def each(rows: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any] | None]:
    """`secret` becomes `<S>` in every text, and a row with `drop` goes. Reads two rows ahead, as batches do."""
    held = list(rows)
    for row in held:
        texts = list(texts_of(row))
        if any("drop" in place.text for place in texts):
            yield None
            continue
        changes = {p.field: (p.text, p.text.replace("secret", "<S>")) for p in texts if "secret" in p.text}
        yield rebuilt(row, changes)


def rewrote(path: Path, data: bytes) -> tuple[bytes, list[Broken]]:
    """*data* as a file of that name, rewritten, and what was left out."""
    path.write_bytes(data)
    out, left_out = io.BytesIO(), list[Broken]()
    rewrite(find_inputs([path]).files[0], out, each, left_out.append)
    return out.getvalue(), left_out


KEPT = {
    "a.jsonl": b'\xef\xbb\xbf{"a":  "x", "n": 1.0e0}\r\n\n  \n{"b": "\\u6211"}',
    "a.json": b'[\n  {"a": "x"} ,\n  {"b": ["y", {"c": null}]}\n]\n',
    "empty.json": b" [ ]\n",
    "b.json": b'{"a": 1}\n{"b": "}"}\n',
    "c.json": b'{\n "a": 1\n}\n\n{\n "b": "]"\n}',
    "a.csv": b'a,b\r\n"x, y",1\r\n"two\nlines",""\r\n\r\nshort\r\n',
    "a.tsv": b"a\tb\n1\tx\n",
    "a.txt": b"one\n\ntwo\r\nthree",
    "a.md": "# \u6211\n".encode(),
}


@pytest.mark.parametrize("name", KEPT)
def test_clean_files_stay_byte_for_byte(tmp_path: Path, name: str) -> None:
    """A file in which nothing is found is written as it is."""
    assert rewrote(tmp_path / name, KEPT[name]) == (KEPT[name], [])


CHANGED = {
    "a.jsonl": (
        b'{"m":[ {"role":"user", "content":"a secret"} ],"n":1.50}\r\n{"a":"drop"}\n'
        b'{"a":"\\u6211 secret","secret":0}\n',
        b'{"m":[ {"role":"user", "content":"a <S>"} ],"n":1.50}\r\n{"a":"\\u6211 <S>","secret":0}\n',
    ),
    "a.json": (
        b'[\n {"a": "drop"},\n {"a": "secret"},\n {"a": "drop"},\n {"a": "z"}\n]',
        b'[\n {"a": "<S>"},\n {"a": "z"}\n]',
    ),
    "none.json": (b'[{"a": "drop"}]\n', b"[]\n"),
    "a.csv": (b'a,b\n"x, y",secret\nplain,"as it is"\ndrop,\n', b'a,b\n"x, y",<S>\nplain,"as it is"\n'),
    "quoted.csv": (b'"a","b"\r\n"secret","1"\r\n', b'"a","b"\r\n"<S>","1"\r\n'),
    "a.tsv": (b"a\tb\nsecret\t1\n", b"a\tb\n<S>\t1\n"),
    "a.txt": (b"secret one\r\ndrop\ntwo", b"<S> one\r\ntwo"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGED)
def test_only_what_changes_is_written_anew(tmp_path: Path, name: str) -> None:
    """Of a row that changes all but its changed strings stays, and rows around it whole; a dropped one goes."""
    before, after = CHANGED[name]
    assert rewrote(tmp_path / name, before) == (after, [])


def test_records_that_can_not_be_written_are_left_out() -> None:
    """A record whose text is not what was read is left out and told, and those around it are written."""

    def changed(raw: str, *_: object) -> str:
        if raw == "2":
            raise ValueError("has other strings than were read")
        return raw

    records = [Record(str(number), {"a": "secret"}, number=number) for number in (1, 2, 3)]
    left_out: list[Broken] = []
    made = [one.raw for one in rewritten(records, each, changed, left_out.append)]
    assert (made, left_out) == (["1", None, "3"], [Broken(2, "has other strings than were read")])


def test_packed_files_stay_packed(tmp_path: Path) -> None:
    """What was compressed by gzip is compressed again, and equal runs write equal files."""
    made, _ = rewrote(tmp_path / "a.csv.gz", gzip.compress(b"a\nsecret\nx\n"))
    assert gzip.decompress(made) == b"a\n<S>\nx\n"
    assert made == rewrote(tmp_path / "a.csv.gz", gzip.compress(b"a\nsecret\nx\n"))[0]


@pytest.mark.parametrize(
    ("name", "data", "after", "rows"),
    [
        (
            "a.jsonl",
            b'{"a":"x"}\n{"a":\n[1]\n{"a":1,"a":2}\n\xff\n{"b":"y"}\n',
            b'{"a":"x"}\n{"b":"y"}\n',
            [2, 3, 4, 5],
        ),
        ("a.json", b'[{"a": 1}, {"a": 1 1}, {"b": 2}]', b'[{"a": 1}, {"b": 2}]', [2]),
        ("a.json", b'[{"a": 1}, 13800138000]', b'[{"a": 1} ]', [2]),
        ("a.csv", b"a,b\n1,2\n1,2,3\n4,5\n", b"a,b\n1,2\n4,5\n", [2]),
        ("a.jsonl", b'{"a":' + b"[" * 101 + b"]" * 101 + b'}\n{"b":"y"}\n', b'{"b":"y"}\n', [1]),
        ("a.json", b'[{"b": 1}, {"a":' + b"[" * 101 + b"]" * 101 + b"}]", b'[{"b": 1}]', [2]),
    ],
)
def test_what_can_not_be_read_is_left_out(
    tmp_path: Path, name: str, data: bytes, after: bytes, rows: list[int]
) -> None:
    """What nobody could look at is not copied, and its place is told."""
    made, left_out = rewrote(tmp_path / name, data)
    assert (made, [each.number for each in left_out]) == (after, rows)


def test_rows_of_ten_megabytes(tmp_path: Path) -> None:
    """A long row with many changes takes time in proportion to its length."""
    text = "secret text " * 800_000
    made, _ = rewrote(tmp_path / "a.jsonl", json.dumps({"a": text}).encode())
    assert json.loads(made)["a"] == text.replace("secret", "<S>")


@pytest.mark.parametrize(("name", "data"), [("a.json", b'[{"a": 1}'), ("a.json", b"\xff[]"), ("a.csv.gz", b"no gzip")])
def test_hopeless_files_are_told(tmp_path: Path, name: str, data: bytes) -> None:
    """A file of which nothing can be told is an error that names it."""
    with pytest.raises(InputError, match=name):
        rewrote(tmp_path / name, data)


@pytest.mark.pii
def test_parquet_keeps_schema_and_groups(tmp_path: Path) -> None:
    """Types, order, metadata, compression and row groups stay; strings change wherever they stand."""
    import pyarrow as pa
    from pyarrow import parquet

    schema = pa.schema(
        [
            pa.field("n", pa.int64()),
            pa.field("m", pa.list_(pa.struct([("role", pa.string()), ("content", pa.large_string())]))),
            pa.field("d", pa.dictionary(pa.int32(), pa.string())),
            pa.field("t", pa.timestamp("ns")),
            pa.field("s", pa.string()),
        ],
        metadata={"k": "v"},
    )
    rows: list[dict[str, Any]] = [
        {"n": 1, "m": [{"role": "user", "content": "a secret"}], "d": "x", "t": 1, "s": None},
        {"n": 2, "m": [], "d": "secret", "t": None, "s": "drop"},
        {"n": None, "m": None, "d": "secret", "t": 3, "s": "y"},
    ]
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.Table.from_pylist(rows, schema), path, row_group_size=2, compression="zstd")
    data, _ = rewrote(path, path.read_bytes())
    made = parquet.ParquetFile(io.BytesIO(data))
    assert made.schema_arrow.equals(parquet.ParquetFile(path).schema_arrow, check_metadata=True)
    assert [made.metadata.row_group(n).num_rows for n in range(made.metadata.num_row_groups)] == [1, 1]
    assert made.metadata.row_group(0).column(0).compression == "ZSTD"
    kept = made.read().drop_columns(["t"]).to_pylist()
    assert kept == [
        {"n": 1, "m": [{"role": "user", "content": "a <S>"}], "d": "x", "s": None},
        {"n": None, "m": None, "d": "<S>", "s": "y"},
    ]


@pytest.mark.pii
def test_parquet_of_views_and_extensions(tmp_path: Path) -> None:
    """Strings that stand elsewhere (views, as polars and DuckDB write them) and under a type of their own change too,
    and rows with them can be dropped.
    """
    import pyarrow as pa
    from pyarrow import parquet

    kinds = {"v": pa.string_view(), "l": pa.list_(pa.string_view()), "b": pa.binary_view(), "j": pa.json_()}
    rows = [
        {"v": "a secret", "l": ["secret"], "b": b"a secret", "j": '{"a": "secret"}'},
        {"v": "drop", "l": [], "b": b"y", "j": None},
        {"v": None, "l": ["z"], "b": None, "j": '"z"'},
    ]
    columns = {name: pa.array([row[name] for row in rows], kind) for name, kind in kinds.items()}
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table(columns), path)
    made = parquet.ParquetFile(io.BytesIO(rewrote(path, path.read_bytes())[0]))
    assert made.schema_arrow.equals(parquet.ParquetFile(path).schema_arrow)
    changed = {"v": "a <S>", "l": ["<S>"], "b": b"a <S>", "j": '{"a": "<S>"}'}
    assert made.read().to_pylist() == [changed, rows[2]]


@pytest.mark.pii
def test_a_full_disk_is_no_damaged_file(tmp_path: Path) -> None:
    """What the disk says while a Parquet file is written is not said of the file that is read."""
    import pyarrow as pa
    from pyarrow import parquet

    class Full(io.BytesIO):
        def write(self, *_: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"a": ["x"]}), path)
    with pytest.raises(OSError, match="No space left"):
        rewrite(find_inputs([path]).files[0], Full(), each, [].append)
