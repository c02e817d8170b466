"""The private book of admitted rows: hashes under a key, the same for a row however it was read."""

from __future__ import annotations

import hashlib
import math
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.evidence import admission_book
from finewarden.evidence.admission_book import AdmissionBook, AdmissionBookError, AdmittedFile, Head, keyed_row

KEY = "5c" * 32
ROWS = [{"text": f"row {number}"} for number in range(3)]


def book() -> AdmissionBook:
    hashes = frozenset(keyed_row(KEY, row) for row in ROWS)
    file = AdmittedFile(name="train.jsonl", sha256="0" * 64, rows=len(ROWS))
    head = Head(
        key=KEY,
        written_by="test",
        languages=("zh", "en"),
        limits={"PERSON": 0},
        files=(file,),
        columns=("text",),
        rows=len(ROWS),
        distinct=len(hashes),
    )
    return AdmissionBook(head, hashes)


def test_what_is_written_is_read_and_private(tmp_path: Path) -> None:
    """The hash is that of the file, rows are found by their content, and nobody else may read it."""
    path = tmp_path / "x.evidence" / "admission.jsonl"
    admission_book.write(path, book())
    again = admission_book.read(path)
    assert again == book()
    assert again.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert all(row in again for row in ROWS)
    assert {"text": "row 3"} not in again
    assert path.stat().st_mode & 0o077 == 0
    assert "row 1" not in path.read_text()


SAME: list[tuple[Any, Any]] = [
    (1, 1.0),
    (1, "1"),
    ("013800138000", 13800138000),
    ("2.50", 2.5),
    (None, ""),
    (None, math.nan),
    (None, {"a": None}),
    ("2024-05-17", datetime(2024, 5, 17)),
    ("2024-05-17", date(2024, 5, 17)),
    ("2024-05-17T12:22:00+02:00", datetime(2024, 5, 17, 10, 22)),
    ("2024-05-17T10:22:00Z", datetime(2024, 5, 17, 10, 22, tzinfo=UTC)),
    (True, "True"),
    (False, "false"),
    (None, "NA"),
    (None, "null"),
    ("1e5", 100000.0),
    (".5", 0.5),
    ("+8613800138000", 8613800138000),
    ("-inf", -math.inf),
    ("0.12345678901234567", 0.12345678901234566),
    ("6222021234567890123", 6222021234567890123),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_a_row_is_known_again_however_it_was_read(one: Any, other: Any) -> None:
    """What pandas and pyarrow make of a value is the value."""
    assert keyed_row(KEY, {"text": "a", "x": one}) == keyed_row(KEY, {"x": other, "text": "a"})


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=3), values, max_size=4))
def test_any_row_has_a_hash_that_order_and_filled_columns_do_not_change(row: dict[str, Any]) -> None:
    """Order of columns and columns without a value do not count; another text does."""
    mark = keyed_row(KEY, row)
    assert mark == keyed_row(KEY, dict(reversed(row.items())))
    assert mark == keyed_row(KEY, {**row, "a column that nobody filled": None})
    assert mark != keyed_row(KEY, {**row, "another": "text"})
    assert mark != keyed_row("00", row)


def test_a_long_number_is_known_to_its_last_digit() -> None:
    """Of a card no digit may change; a row without any value is nobody's, and admitted."""
    assert keyed_row(KEY, {"x": "6222021234567890123"}) != keyed_row(KEY, {"x": "6222021234567890124"})
    assert {"text": ""} in book()


def test_what_the_policy_asks_now_is_held_against_what_was_asked_then() -> None:
    """Recognizers that did not look, another source column, numbers that were kept; what was asked beyond is none."""
    head = book().head.model_copy(update={"source_column": "from", "numbers_kept": ("id",), "own": ("a:B",)})
    assert head.other_limits({"PERSON": 0}, ("zh",), own=("a:B",), numbers_kept=("id",), source_column="from") == ""
    told = head.other_limits({"PERSON": 0}, ("zh",), own=("c:D",), numbers_kept=(), source_column="source")
    assert [part in told for part in ("c:D did not look", "numbers of 1 columns", "from then, source now")] == [
        True
    ] * 3


@pytest.mark.parametrize("text", ["call 1.0", "1.0.0", "2024-05-17 was a day", "2024-13-40"])
def test_texts_that_are_no_values_stay_texts(text: str) -> None:
    """Only a whole number or point in time is read as one."""
    assert keyed_row(KEY, {"x": text}) != keyed_row(KEY, {"x": text.replace("0", "")})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: "", "is empty"),
        (lambda text: text.replace('"key"', '"kee"'), "key: Field required"),
        (lambda text: text.rsplit("\n", 2)[0] + "\n", "lists 2 of 3 rows"),
        (lambda text: text + "x\n", "is no hash"),
        (lambda text: text.replace('"version": 1', '"version": 2'), "version"),
    ],
)
def test_what_is_not_whole_is_refused(change: Any, said: str) -> None:
    """A book that was cut or edited is no admission; the error says what to do and not the key."""
    with pytest.raises(AdmissionBookError, match=said) as error:
        admission_book.parse(change(admission_book.dump(book())))
    assert "admit the data again" in str(error.value)
    assert KEY not in str(error.value)


def test_a_book_prints_neither_key_nor_hashes() -> None:
    """What a log would show of one looks nothing up."""
    assert KEY not in repr(book()) + repr(book().head)
    assert next(iter(book().rows)) not in repr(book())
