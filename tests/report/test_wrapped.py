"""Lines for English and Chinese: whole words, and no line that begins with a comma."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from finewarden.report.wrapped import wrapped


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, []),
        ("copy of the license", 8, ["copy of", "the", "license"]),
        ("模型及其衍生作品", 8, ["模型及其", "衍生作品"]),
        ("模型及其，衍生", 8, ["模型及", "其，衍生"]),
        ("展示“Built”标识", 8, ["展示", "“Built”", "标识"]),
        ("见 https://example.com/a-long-one 页", 12, ["见", "https://example.com/a-long-one", "页"]),
        ("用 Qwen 训练", 7, ["用 Qwen", "训练"]),
    ],
)
def test_lines(text: str, width: int, lines: list[str]) -> None:
    """Blanks and Chinese characters are where a line may end, marks stay with what they open or close."""
    assert wrapped(text, width) == lines


@given(st.text("ab 、，。“”（）模型x", max_size=60), st.integers(8, 40))
def test_nothing_is_lost(text: str, width: int) -> None:
    """No character is lost or added but blanks, and a line is too long only where it can't be broken."""
    lines = wrapped(text, width)

    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width or len(wrapped(line, 1)) == 1 for line in lines)
