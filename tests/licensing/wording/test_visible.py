"""What readers of a Markdown text see of it."""

from __future__ import annotations

import time

import pytest

from finewarden.licensing.wording.visible import visible, without_code

MARK = "Built with Llama"


@pytest.mark.parametrize(
    "text",
    [
        f"[//]: # ({MARK})",
        f'[comment]: <> "{MARK}"',
        f'<div style="display: none">\n{MARK}\n</div>',
        f"<p hidden>{MARK}</p>",
        f"<span style='color:red;visibility:hidden'>{MARK}</span>",
        f"<div hidden><div>a</div>{MARK}</div>",
        f"<template>{MARK}</template>",
        f"<div hidden>\n\n{MARK}",
    ],
)
def test_hidden(text: str) -> None:
    """Hidden elements and definitions that no link uses are not seen; lines stay as they are."""
    seen = visible(f"Before\n{text}")

    assert MARK not in seen
    assert seen.startswith("Before\n")
    assert (len(seen), seen.count("\n")) == (len(text) + 7, text.count("\n") + 1)


@pytest.mark.parametrize(
    "text",
    [
        MARK,
        f"![{MARK}](mark.png)",
        f'<img src="a.png" alt="{MARK}">',
        f"| **{MARK}** | b |\n|---|---|",
        f"> {MARK}",
        f'<p align="center" style="overflow:hidden"><b>{MARK}</b></p>',
        f'<div class="hidden-gem" aria-hidden="false">{MARK}</div>',
        f"<details><summary>More</summary>\n{MARK}\n</details>",
        f"<p hidden>a</p>\n{MARK}",
        f"<div hidden><div>a</div></div>{MARK}",
        f"<img hidden>{MARK}",
        f"```html\n<div hidden>\n```\n{MARK}",
        f"Write `<div hidden>`.\n\n{MARK}",
        f"[^1]: {MARK}",
        f"[mark]: https://x.y\n{MARK}",
    ],
)
def test_shown(text: str) -> None:
    """Badges, tables, quotes, HTML and what stands beside something hidden are seen."""
    assert MARK in visible(text)


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        (f"```\n{MARK}\n```\n", False),
        (f"~~~~ text\n```\n{MARK}\n~~~~\n", False),
        (f"> ```\n> {MARK}\n> ```\n", False),
        (f"```\n{MARK}\n", False),
        (f"Say `{MARK}`.", False),
        (f"``{MARK}``", False),
        (f"```\ncode\n```\n{MARK}\n", True),
        (f"It's `a` and {MARK} and `b`.", True),
        (f"A stray ` and {MARK}", True),
        (f"```inline``` {MARK}", True),
    ],
)
def test_code(text: str, stands: bool) -> None:
    """Code blocks and code spans are no words of the text, whatever stands around them is."""
    assert (MARK in without_code(text)) is stands
    assert len(without_code(text)) == len(text)


def test_linear() -> None:
    """A text of nothing but traps is read in time."""
    begin = time.process_time()
    for piece in ("<p hidden>", "<p hidden></p>", "`", "` ", "```\n", "[//]: # (", "<a ", "<div>"):
        visible(piece * (300_000 // len(piece)))

    assert time.process_time() - begin < 6
