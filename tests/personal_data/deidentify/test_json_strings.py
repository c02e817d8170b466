"""Of JSON text, the strings that changed are written anew, and every other byte stays."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.personal_data.deidentify.json_elements import UnshapedError, elements
from finewarden.personal_data.deidentify.json_strings import with_strings

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
ROWS = st.dictionaries(st.text(), JSON, max_size=4)


def test_all_else_stays() -> None:
    """Spaces, numbers, escapes and key order stay as they were written."""
    raw = '{ "a" : 1.00e0,"b":["\\u6211 \\"x\\"", "he:y" ], "n":12345678901234567890123, "z" : null}'
    before = json.loads(raw)
    after = {**before, "b": ['我 "y"', "he:y"]}
    assert with_strings(raw, before, after) == raw.replace('\\"x\\"', '\\"y\\"')


@given(ROWS, st.booleans())
def test_unchanged_rows_are_the_same_text(row: dict[str, object], ascii_only: bool) -> None:
    """Nothing changed, nothing written; everything changed, everything there."""
    raw = json.dumps(row, ensure_ascii=ascii_only)
    before = json.loads(raw)
    assert with_strings(raw, before, before) == raw

    def more(value: object) -> object:
        if isinstance(value, str):
            return value + '\ud800"\n我'
        if isinstance(value, dict):
            return {key: more(item) for key, item in value.items()}
        return [more(item) for item in value] if isinstance(value, list) else value

    after = more(before)
    assert json.loads(with_strings(raw, before, after)) == after  # type: ignore[arg-type]


def test_rows_of_another_shape_are_refused() -> None:
    """Text that is not the row's is an error, not a guess."""
    with pytest.raises(ValueError, match="other strings"):
        with_strings('{"a": "x"}', {"a": "x", "b": "y"}, {"a": "z", "b": "y"})


@given(st.lists(ROWS, max_size=5), st.integers(1, 7), st.sampled_from([None, 2]), st.booleans())
def test_elements_put_together_are_the_file(rows: list[object], size: int, indent: int | None, array: bool) -> None:
    """However a file is cut into blocks, its elements and what stands between them are the file."""
    text = json.dumps(rows, indent=indent) if array else "\n".join(json.dumps(row, indent=indent) for row in rows)
    blocks = [text[at : at + size] for at in range(0, len(text), size)]
    found = list(elements(blocks))
    assert "".join(before + raw for before, raw in found) == text
    assert [json.loads(raw) for _, raw in found if raw] == rows


@pytest.mark.parametrize("text", ['[{"a": 1}', '[{"a": "x', '{"a": {', '["x"]', '[{"a":1}, "'])
def test_unclosed_text_is_an_error(text: str) -> None:
    """A file that ends in the middle is not passed off as whole."""
    with pytest.raises(UnshapedError):
        list(elements([text]))
