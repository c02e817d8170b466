"""Fingerprints: written, read, and where their clauses are."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.licensing.texts.fingerprint import Fingerprint, dump, parse
from finewarden.licensing.texts.new_fingerprint import fingerprint_of

TEXT = """A LICENSE
Version of May
1. Grant. You may use it for anything at all, as long as you like.
2. Notices. You must keep the notices that came along with it.
3. End. This ends when you break it.
"""


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=200))
def test_read_as_written(tokens: list[int]) -> None:
    """What was dumped is parsed to the same."""
    one = Fingerprint(
        "a-2", "a", (("title", 0),), tuple(tokens), ((0, 1),), ((0, "number"), (0, "title")), "policy", ("b",)
    )

    assert parse(json.loads(dump(one))) == one


def test_no_text_in_it() -> None:
    """A fingerprint holds no word of the text, and one line for each field, so that a change shows in a diff."""
    written = dump(fingerprint_of(TEXT, id="a", key="a"))

    assert not any(word in written for word in ("Grant", "notices", "anything"))
    assert written.count("\n") == len(json.loads(written)) + 2


@pytest.mark.parametrize(("change", "says"), [({"format": 2}, "format 2"), ({"words": 3}, "damaged")])
def test_another_format_or_damage(change: dict[str, int], says: str) -> None:
    """A fingerprint of another format, or of which a part is gone, is refused with what to do."""
    data = json.loads(dump(fingerprint_of(TEXT, id="a", key="a"))) | change

    with pytest.raises(ValueError, match=f"{says}.*make it anew"):
        parse(data)


def test_clause_of_a_word() -> None:
    """A word is in the clause that began last."""
    one = fingerprint_of(TEXT, id="a", key="a")
    at = [start for _, start in one.clauses]

    assert [label for label, _ in one.clauses] == ["title", "preamble", "1", "2", "3"]
    assert [one.clause_at(start) for start in at] == [0, 1, 2, 3, 4]
    assert [one.clause_at(start + 1) for start in at] == [0, 1, 2, 3, 4]
    assert [one.clause_end(number) for number in range(5)] == [*at[1:], len(one.tokens)]
