"""An edit keeps how the lines of a file end."""

from __future__ import annotations

import pytest

from finewarden import front_matter
from finewarden.release.line_ends import kept


@pytest.mark.parametrize(
    "text", ["", "a\n", "a\r\nb\r\n", "\ufeffa\nb", "\ufeffa\r\nb", "a\nb\r\n", "a\rb\n", "\ufeff"]
)
def test_no_edit_no_change(text: str) -> None:
    """What is not edited stays to the letter."""
    assert kept(text, lambda same: same or "") == text


def test_new_lines_end_as_the_others() -> None:
    """Lines that an edit adds end as those of the file do; a mixed file's own lines stay as they are."""

    def more(text: str | None) -> str:
        return f"{text or ''}new\n"

    assert kept("a\r\n", more) == "a\r\nnew\r\n"
    assert kept("\ufeffa\n", more) == "\ufeffa\nnew\n"
    assert kept("a\r\nb\n", more) == "a\r\nb\nnew\n"
    assert kept(None, more) == "new\n"


def test_fences_of_a_mixed_file() -> None:
    """The fences of a front matter are written with the line end that is asked for."""
    assert front_matter.join("a: 1\r\n", "b\n", end="\r\n") == "---\r\na: 1\r\n---\r\nb\n"
