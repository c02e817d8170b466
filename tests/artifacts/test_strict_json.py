"""JSON that two readers could understand differently is refused, with a reason."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.artifacts.strict_json import parse_json
from finewarden.artifacts.unreadable import UnreadableFile

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(_VALUES)
def test_what_json_writes_is_read_back(value: object) -> None:
    """Anything the standard library writes is read as it was."""
    assert parse_json("x.json", json.dumps(value)) == value


def test_nan_is_read() -> None:
    """Trainer writes NaN for a loss that is none."""
    assert math.isnan(parse_json("trainer_state.json", '{"loss": NaN}')["loss"])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a": 1, "a": 2}', "twice"),
        ('{"x": {"a": 1, "a": 1}}', "twice"),
        ("[" * 100_000, "too deep"),
        ("[" * 101 + "]" * 101, "too deep"),
        ('{"a":' * 500 + "1" + "}" * 500, "too deep"),
        ('"\\ud800"', "surrogate"),
        ("{", "not JSON"),
        ("", "not JSON"),
        ("9" * 5000, "too long"),
        ("\ufeff{}", "not JSON"),
    ],
)
def test_what_is_ambiguous_or_broken_is_refused(text: str, reason: str) -> None:
    """Duplicate keys, deep nesting, half characters, endless numbers: each is refused by name."""
    with pytest.raises(UnreadableFile, match=reason) as caught:
        parse_json("x.json", text)
    assert caught.value.rel == "x.json"


@given(st.text(alphabet='{}[]",:0123456789-.eEtrufalsn \\ud8', max_size=200))
def test_any_text_is_a_value_or_a_reason(text: str) -> None:
    """No text brings anything but a value or UnreadableFile."""
    try:
        parse_json("x.json", text)
    except UnreadableFile as error:
        assert str(error).startswith("x.json ")
