"""The sentence that says what a release is based on: made, found, and not seen where it is not said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.release.statement import Statement, find, make

_name = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,8}([.\-][A-Za-z0-9]{1,6}){0,3}", fullmatch=True)


@given(owner=_name, model=_name, license_=st.sampled_from(["llama3.1", "apache-2.0", "Llama 3.1 Community License"]))
def test_found_as_made(owner: str, model: str, license_: str) -> None:
    """What `make` writes, `find` reads back, whatever dots and dashes the names hold."""
    base = f"{owner}/{model}"
    assert find(f"# T\n\n{make(base, license_)}\n\nMore. Text.\n") == Statement(base, license_, 3)


@pytest.mark.parametrize(
    ("text", "base", "license_"),
    [
        ("This model is based on Qwen/Qwen2-7B under apache-2.0", "Qwen/Qwen2-7B", "apache-2.0"),
        ("This **adapter** is based on", None, None),
        ("This adapter is based on `a/b-1.5` under the `llama3.1` license. More.", "a/b-1.5", "the llama3.1 license"),
        ("this model is based\non [Llama](https://x)\nunder MIT.\n\nunder GPL.", "Llama", "MIT"),
        ("This model is based on **a/b** under **gemma**.", "a/b", "gemma"),
        ("本模型基于 [Qwen/Qwen2-7B](https://x)，遵循 Apache 2.0 许可。", "Qwen/Qwen2-7B", "Apache 2.0"),
        ("本模型是基于Qwen/Qwen2-7B，并采用 apache-2.0 协议发布。", "Qwen/Qwen2-7B", "apache-2.0"),
        ("This model is based on a/b.", None, None),
        ("This model was inspired by a/b under MIT.", None, None),
        ("<!-- This model is based on a/b under MIT. -->", None, None),
        ("", None, None),
    ],
)
def test_find(text: str, base: str | None, license_: str | None) -> None:
    """Line breaks, links, emphasis and Chinese do not hide the sentence; a comment or half a sentence is none."""
    found = find(text)
    assert (found.base if found else None, found.license if found else None) == (base, license_)


def test_slow_text() -> None:
    """A megabyte of beginnings of the sentence is searched in no time."""
    assert find("This model is based on a " * 40_000) is None


def test_comments_in_no_time() -> None:
    """A megabyte of comments that are opened and never closed, and one of spaces, are searched in no time."""
    assert find("<!--" * 250_000) is None
    assert find(" " * 1_000_000 + "\n" * 1000) is None


def test_line_after_paragraphs() -> None:
    """The line is that of the file, however many paragraphs and comments stand before."""
    found = find("# T\n\n<!--\na\n-->\n\n \nx\n\ny This model is based on a/b under MIT.\n")
    assert found == Statement("a/b", "MIT", 10)


def test_several_bases() -> None:
    """The sentence of a merge names all its bases, and is found again."""
    found = find(make("meta-llama/Llama-3.1-8B", "llama3.1-and-gemma", "google/gemma-2-9b-it"))
    assert found is not None
    assert found.base == "meta-llama/Llama-3.1-8B and google/gemma-2-9b-it"
    assert found.license == "llama3.1-and-gemma"
