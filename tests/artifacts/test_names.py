"""Names that deceive are told apart and printed harmlessly."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.artifacts.names import escaped, is_odd, printable


@pytest.mark.parametrize("name", ["model.safetensors", "模型-v2.json", "naïve.txt", "a b.txt", "🤗.md", "[x](y).txt"])
def test_ordinary_names_of_any_script_stay(name: str) -> None:
    """Letters of any language, spaces and pictures are ordinary."""
    assert not is_odd(name)
    assert escaped(name) == name


@pytest.mark.parametrize(
    "name", ["a\nb", "a\x1b[31mb", "gpj\u202etxt.exe", "a\u200bb", "a\\b", "a\udcffb", "a\u2028b", "\x7f"]
)
def test_deceiving_names_are_odd(name: str) -> None:
    """Line breaks, control codes, direction overrides, invisible characters, backslashes and invalid bytes are odd."""
    assert is_odd(name)
    assert not is_odd(escaped(name).replace("\\", ""))


@given(st.text())
def test_an_escaped_name_can_be_printed(name: str) -> None:
    """Nothing that moves a cursor, reorders text or fails to encode is left."""
    shown = escaped(name)
    shown.encode("utf-8")
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.text(), st.text())
def test_two_names_never_escape_to_one(one: str, other: str) -> None:
    """Escaping is one to one: a file can't hide behind another's name."""
    assert (escaped(one) == escaped(other)) == (one == other)


def test_a_long_text_is_cut() -> None:
    """A name of thousands of characters does not fill a report."""
    assert printable("a\n" + "x" * 5000, 10) == "a\\n" + "x" * 8 + "…"
