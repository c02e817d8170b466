"""Every kind of file gives its rows, and what is broken is told in its place with the rest still read."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finewarden.personal_data.reading import lines as line_reader
from finewarden.personal_data.reading.files import read_file
from finewarden.personal_data.reading.kinds import kind_of
from finewarden.personal_data.reading.rows import Broken, Row

DEEP = b'{"text": ' + b"[" * 100_000


def read(path: Path, content: bytes) -> list[tuple[int, object]]:
    """Number and row, or why there is none, of each item of a file of *content*."""
    path.write_bytes(content)
    found = kind_of(path)
    assert found is not None
    return [(each.number, dict(each.row) if isinstance(each, Row) else each.why) for each in read_file(path, *found)]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.jsonl", b'\xef\xbb\xbf{"a": 1}\r\n\r\n{"b": "\\ud800"}', [(1, {"a": 1}), (3, {"b": "\ud800"})]),
        ("a.ndjson", b'{"a": NaN}\n', None),
        ("a.jsonl", b"", []),
        ("a.jsonl", b"\n \n", []),
        ("a.jsonl", b'{"n": ' + b"9" * 4000 + b"}", [(1, {"n": int("9" * 4000)})]),
        ("a.json", b' [{"a": "x]\\"}"},\n{"b": [1, {"c": 2}]}]', [(1, {"a": 'x]"}'}), (2, {"b": [1, {"c": 2}]})]),
        ("a.json", b'{\n"a": {"b": 1}\n}\n{"a": 2}', [(1, {"a": {"b": 1}}), (2, {"a": 2})]),
        ("a.json", b'\xef\xbb\xbf\n{"a": 1}\n\n{"a": 2}', [(2, {"a": 1}), (4, {"a": 2})]),
        ("a.json", b"[]", []),
        (
            "a.csv",
            b'\xef\xbb\xbfp,c\r\n"a\r\nb",""\r\n\r\nx\r\n',
            [(1, {"p": "a\r\nb", "c": ""}), (2, {"p": "x", "c": None})],
        ),
        ("a.tsv", b"p\tc\na,b\t1\n", [(1, {"p": "a,b", "c": "1"})]),
        ("a.csv", b"p\n" + b"x" * 200_000 + b"\n", [(1, {"p": "x" * 200_000})]),
        ("a.txt", "好\n\nb\x00\r\n".encode(), [(1, {"text": "好"}), (3, {"text": "b\x00"})]),
        ("a.jsonl.gz", gzip.compress(b'{"a": 1}\n'), [(1, {"a": 1})]),
        ("a.json.gz", gzip.compress(b'[{"a": 1}]'), [(1, {"a": 1})]),
    ],
)
def test_rows(tmp_path: Path, name: str, content: bytes, expected: list[tuple[int, object]] | None) -> None:
    """A row is numbered by its line in a file of lines, else by its place; marks, line ends, blanks change nothing."""
    found = read(tmp_path / name, content)
    if expected is None:
        assert found[0][1]["a"] != found[0][1]["a"]  # type: ignore[index]
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.jsonl", b'{"a": "hush\n{"a": 1}', [(1, "is not JSON"), (2, {"a": 1})]),
        ("a.jsonl", b'{"a": "\xff hush"}\n{"a": 1}', [(1, "is not UTF-8 (byte 7)"), (2, {"a": 1})]),
        ("a.jsonl", b'{"a": "\x00"}\n{"a": 1}', [(1, "is not JSON"), (2, {"a": 1})]),
        ("a.jsonl", b'["hush"]\n"hush"\n{"a": 1}', [(1, "holds a list"), (2, "holds a str"), (3, {"a": 1})]),
        ("a.jsonl", b'{"a": "hush", "a": 2}\n{"a": 1}', [(1, "names a field twice"), (2, {"a": 1})]),
        ("a.jsonl", DEEP + b'\n{"a": 1}', [(1, "is not JSON that can be read (nested"), (2, {"a": 1})]),
        ("a.jsonl", b'{"a": ' + b"9" * 5000 + b"}", [(1, "is not JSON that can be read (a number")]),
        ("a.jsonl", '{"a": 1}\n'.encode("utf-16"), [(1, "is UTF-16; save it as UTF-8")]),
        ("a.json", '[{"a": 1}]'.encode("utf-16"), [(1, "is UTF-16")]),
        ("a.txt", "hush".encode("utf-16"), [(1, "is UTF-16")]),
        ("a.jsonl", '{"a": "hush"}'.encode("utf-16-le"), [(1, "looks like UTF-16; save it as UTF-8")]),
        ("a.txt", "hush hush\n".encode("utf-32-be"), [(1, "looks like UTF-16")]),
        ("a.csv", "a,b,c\nhush".encode("utf-16-be"), [(1, "looks like UTF-16")]),
        ("a.json", '[{"a": "hush"}]'.encode("utf-16-le"), [(1, "looks like UTF-16")]),
        ("a.txt", b"b\0 and many others", [(1, {"text": "b\0 and many others"})]),
        ("a.csv", "a\nhush".encode("utf-16"), [(1, "is UTF-16")]),
        (
            "a.json",
            b'[{"a": 1}, {"b": }, "hush", {"c": 3}]',
            [(1, {"a": 1}), (2, "is not JSON"), (3, "stands beside"), (3, {"c": 3})],
        ),
        ("a.json", b'[{"a": 1}, {"b": "hush', [(1, {"a": 1}), (2, "is not JSON (the file ends")]),
        ("a.json", b'[{"a": 1}, {"b": "\xff"}]', [(1, "is not UTF-8")]),
        ("a.json", b"[1, 2]", [(1, "stands beside a value that is no object")]),
        ("a.json", b"hush", [(1, "stands beside")]),
        ("a.csv", b"a,b\nhush,1,2\nx,y\n", [(1, "has 3 cells under 2 names"), (2, {"a": "x", "b": "y"})]),
        ("a.csv", b"a,b\nhush\xff,1\nx,y\n", [(1, "is not UTF-8"), (2, {"a": "x", "b": "y"})]),
        ("a.csv", b"a,a,a.1\n1,2,3\n", [(1, "names a column twice"), (1, {"a": "1", "a.1": "2", "a.1.1": "3"})]),
        ("a.jsonl.gz", b"hush", [(0, "is no gzip file")]),
        ("a.csv.gz", gzip.compress(b"a\n1\n" * 9)[:-9], None),
    ],
)
def test_what_is_broken_is_told_in_its_place(
    tmp_path: Path, name: str, content: bytes, expected: list[tuple[int, object]] | None
) -> None:
    """Broken JSON, broken UTF-8, wrong types, UTF-16: a number and why, nothing of the data, and the rest is read."""
    found = read(tmp_path / name, content)
    assert "hush" not in str([each for _, each in found if isinstance(each, str)])
    if expected is None:
        assert isinstance(found[-1][1], str)
        assert found[-1][1].startswith("is gzip that ends")
        return
    assert [number for number, _ in found] == [number for number, _ in expected]
    for (_, got), (_, wanted) in zip(found, expected, strict=True):
        assert got == wanted if isinstance(wanted, dict) else str(got).startswith(str(wanted))


def test_a_line_that_is_too_long_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a line over the limit nothing is kept, and the next is read."""
    monkeypatch.setattr(line_reader, "LONGEST", 2**20)
    content = b'{"a": "' + b"x" * 9 * 2**20 + b'"}\n{"a": 1}\n'
    tracemalloc.start()
    try:
        assert read(tmp_path / "a.jsonl", content)[1] == (2, {"a": 1})
        content = b""
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[1]
        assert isinstance(next(iter(read_file(tmp_path / "a.jsonl", "jsonl"))), Broken)
        assert tracemalloc.get_traced_memory()[1] - before < 5 * 2**20
    finally:
        tracemalloc.stop()


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=50)
@given(
    rows=st.lists(st.dictionaries(st.text(max_size=4), JSON_VALUES, max_size=3), max_size=5),
    indent=st.none() | st.just(1),
)
def test_an_array_is_read_as_a_parser_would_read_it_whole(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, object]], indent: int | None
) -> None:
    """Any strings, brackets and depths, cut anywhere: element by element gives what reading it at once gives."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("finewarden.personal_data.reading.json_array._BLOCK", 3)
        content = json.dumps(rows, ensure_ascii=False, indent=indent).encode()
        found = read(tmp_path_factory.mktemp("a") / "a.json", content)
    assert found == list(enumerate(rows, start=1))


def test_a_long_element_takes_linear_time(tmp_path: Path) -> None:
    """Ten megabytes of quotes and brackets in one element are looked through a few times, not once for each block."""
    row = {"a": '"[{\\' * 2_500_000}
    assert read(tmp_path / "a.json", b"[\n" + json.dumps(row).encode() + b"]") == [(1, row)]
