"""Front matter: read strictly, written with every line a person wrote left alone."""

from __future__ import annotations

import contextlib
import time
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from finewarden.front_matter import LIMIT, FrontMatterError, edit, join, parse, split

README = "---\nlicense: mit\n---\n# Title\n\ntext\n---\nnot a fence of ours\n"


def test_split_and_join() -> None:
    """Front matter ends at the first closing fence, and putting both parts together gives the file again."""
    front, body = split(README)
    assert front == "license: mit\n"
    assert body.startswith("# Title")
    assert join(front, body) == README


@pytest.mark.parametrize("text", ["", "# Title\n", "text\n---\nlicense: mit\n---\n", "----\n"])
def test_without(text: str) -> None:
    """A file that does not begin with a fence has no front matter and is all body."""
    assert split(text) == (None, text)


@pytest.mark.parametrize("start", ["\ufeff", "\n\n"])
def test_before_the_fence(start: str) -> None:
    """A byte order mark or empty lines before the fence do not hide the front matter, as on the Hub."""
    assert split(start + README)[0] == "license: mit\n"


def test_windows_newlines() -> None:
    """Carriage returns before newlines change nothing of what is read."""
    front, body = split("---\r\nlicense: mit\r\n---\r\ntext\r\n")
    assert parse(front or "") == {"license": "mit"}
    assert body == "text\r\n"


def test_never_closed() -> None:
    """A fence that is never closed is an error, not a file without metadata."""
    with pytest.raises(FrontMatterError, match="never closed"):
        split("---\nlicense: mit\n")


@pytest.mark.parametrize(
    ("front", "line", "says"),
    [
        ("a: 1\nlicense: mit\nlicense: gpl\n", 4, "'license' a second time"),
        ("a:\n  b: 1\n  b: 2\n", 4, "'b' a second time"),
        ("a: &x [1]\nb: *x\n", 3, "alias"),
        ("a: [\n", 3, "not YAML"),
        ("a: !!python/object/apply:os.system [id]\n", 2, "not YAML"),
        ("- a\n- b\n", 2, "key: value"),
        ("1: a\n", 2, "not text"),
        ("? [a]\n: b\n", 2, "not text"),
        ("a: " + "[" * 40 + "]" * 40 + "\n", 2, "nested"),
        ("a: \x00\n", 1, "not YAML"),
        ("x" * (LIMIT + 1), 1, "longer"),
    ],
)
def test_refused(front: str, line: int, says: str) -> None:
    """What two readers could understand differently is refused with the README's line."""
    with pytest.raises(FrontMatterError, match=says) as caught:
        parse(front)
    assert caught.value.line == line


def test_alias_bomb_is_cheap() -> None:
    """Nine levels of nine aliases each, a gigabyte when expanded, are refused at once."""
    lines = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]
    started = time.perf_counter()
    with pytest.raises(FrontMatterError, match="alias"):
        parse("\n".join(lines))
    assert time.perf_counter() - started < 1


def test_yaml_12() -> None:
    """`no` is Norwegian, not false, and a date stays the text that was written."""
    assert parse("language: no\ndate: 2026-01-02\nprivate: true\n") == {
        "language": "no",
        "date": "2026-01-02",
        "private": True,
    }


def test_edit_keeps_other_lines() -> None:
    """Lines of other keys, their comments, quotes and order stay to the letter."""
    front = '# metadata of our model\nlanguage:\n- no   # Bokmål\n"license": mit\ntags: [a,  b]\nlicence: license\n'
    made = edit(front, {"license": "apache-2.0", "licence": None, "base_model": "a/b"})
    assert made == (
        "# metadata of our model\nlanguage:\n- no   # Bokmål\nlicense: apache-2.0\ntags: [a,  b]\nbase_model: a/b\n"
    )


def test_edit_nothing() -> None:
    """Setting what is set already, or removing what is not there, changes no byte."""
    front = "license:    mit\n\n# c\n"
    assert edit(front, {"license": "mit", "gone": None}) == front


def test_edit_odd_layout() -> None:
    """A layout whose lines can't be swapped still ends with the right values."""
    made = edit("tags:\n# a comment inside the list\n- a\n- b\nlicense: mit\n", {"tags": ["c"]})
    assert parse(made) == {"tags": ["c"], "license": "mit"}
    assert parse(edit("{license: mit, tags: [a]}\n", {"license": "gpl"})) == {"license": "gpl", "tags": ["a"]}


_keys = st.sampled_from(["license", "tags", "base_model", "language", "model-index", "name: x", "#k"])
_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from(["no", "2026-01-01", "a: b", "#", "---", "'", "中文", ""])
)
_values = st.recursive(_scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=3))


@given(data=st.dictionaries(_keys, _values, max_size=5), changes=st.dictionaries(_keys, _values, max_size=4))
def test_edit_means_what_it_says(data: dict[str, Any], changes: dict[str, Any]) -> None:
    """Whatever the metadata, an edit sets the changed keys and no other, and a second one changes nothing."""
    front = yaml.safe_dump(data, allow_unicode=True, sort_keys=False) if data else ""
    before = parse(front)
    made = edit(front, changes)
    expected = {key: value for key, value in before.items() if key not in changes or changes[key] is not None}
    expected |= {key: value for key, value in changes.items() if value is not None}
    assert parse(made) == expected
    assert edit(made, changes) == made


@given(st.text(alphabet="ab:-[]{}&*!|>#\n \t\"'%@`,?\\0x~<", max_size=80))
def test_any_text(text: str) -> None:
    """Any text at all is either read or refused by our own error."""
    with contextlib.suppress(FrontMatterError):
        front, body = split(f"---\n{text}\n---\nbody\n")
        assert front is not None
        assert isinstance(parse(front), dict)
        assert isinstance(body, str)
