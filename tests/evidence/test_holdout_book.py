"""The private book of the hold-out: hashes under a key, whole or refused."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.evidence import holdout_book
from finewarden.evidence.holdout_book import Head, HeldOut, HoldoutBook, HoldoutBookError, keyed

KEY = "5c" * 32


def book(count: int = 3) -> HoldoutBook:
    head = Head(key=KEY, written_by="test", fraction=0.2, group_by=None, rows=count)
    entries = (
        HeldOut(record=keyed(KEY, {"text": str(at)}), group=keyed(KEY, at), held_out=at == 0) for at in range(count)
    )
    return HoldoutBook(head, tuple(entries))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """The hash is that of the file, and a record is found by its content."""
    path = tmp_path / "x.evidence" / "holdout.jsonl"
    holdout_book.write(path, book())
    again = holdout_book.read(path)
    assert again.head == book().head
    assert again.records == book().records
    assert again.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert again.by_record[keyed(KEY, {"text": "0"})].held_out


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=3), values, max_size=4))
def test_hash_is_hmac_of_canonical_json(row: dict[str, Any]) -> None:
    """Order of keys and columns without a value do not count; the key does."""
    assert keyed(KEY, row) == keyed(KEY, dict(reversed(row.items())))
    assert keyed(KEY, row) == keyed(KEY, {**row, "a column that nobody filled": None})
    assert keyed(KEY, row) != keyed("00", row)
    assert keyed(KEY, row) != keyed(KEY, {**row, "another": 1})


def test_hash_is_the_standard_one() -> None:
    """HMAC-SHA-256, first half: whoever has the key can check it elsewhere."""
    text = json.dumps({"a": "客户", "b": [1]}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    expected = hmac.new(bytes.fromhex(KEY), text.encode(), "sha256").hexdigest()[:32]
    assert keyed(KEY, {"b": [1], "a": "客户", "c": None}) == expected


def test_key_is_not_shown() -> None:
    """With the key records can be looked up."""
    for text in (repr(book()), str(book()), repr(book().head), str(book().head)):
        assert KEY not in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: [], "is empty"),
        (lambda lines: lines[:-1], "lists 2 of 3 records"),
        (lambda lines: [lines[0].replace("0.2", "1.2"), *lines[1:]], "holdout.jsonl:1: fraction"),
        (lambda lines: [lines[0], lines[1][:-4], *lines[2:]], "holdout.jsonl:2: line"),
    ],
)
def test_broken_book_is_refused(change: Any, words: str, tmp_path: Path) -> None:
    """The error names file, line and field, and what to do."""
    path = tmp_path / "holdout.jsonl"
    path.write_text("\n".join(change(holdout_book.dump(book()).splitlines())), encoding="utf-8")
    with pytest.raises(HoldoutBookError) as caught:
        holdout_book.read(path)
    assert words in str(caught.value)
    assert "hold_out" in str(caught.value)
    assert KEY not in str(caught.value)
