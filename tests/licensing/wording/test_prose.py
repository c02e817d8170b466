"""A sentence that a license asks for is found however it is set, and in no other words."""

from __future__ import annotations

import time

import pytest

from finewarden.licensing.wording.prose import Prose

NOTICE = (
    "Llama 3.1 is licensed under the Llama 3.1 Community License, Copyright © Meta Platforms, Inc. All Rights Reserved."
)
GEMMA = "Gemma is provided under and subject to the Gemma Terms of Use found at ai.google.dev/gemma/terms"
FALCON = "{release_name} is built using Falcon LLM technology from the Technology Innovation Institute"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (NOTICE, NOTICE),
        (NOTICE.rstrip("."), NOTICE),
        (NOTICE.replace("©", "(c)"), NOTICE),
        (NOTICE.upper(), NOTICE),
        (NOTICE.replace("License, ", "License,\r\n  "), NOTICE),
        ("> " + NOTICE.replace("Meta", "\n> Meta"), NOTICE),
        ("# " + NOTICE.replace("Meta", "\n# Meta"), NOTICE),
        (f"“{NOTICE}”", NOTICE),
        (f"First.\n\n* {NOTICE}\n* More.", NOTICE),
        (
            "Gemma is provided under and subject to the Gemma Terms of Use found at https://ai.google.dev/gemma/terms.",
            GEMMA,
        ),
        (
            "Gemma is provided under and subject to the Gemma Terms of Use found at <https://ai.google.dev/gemma/terms>",
            GEMMA,
        ),
        ("本模型基于 Llama。Built with Llama。", "Built with Llama"),
        ("**[Built with Llama](https://www.llama.com)**", "Built with Llama"),
        ("<p>Built&nbsp;with&#160;Llama</p>", "Built with Llama"),
        ("![Built with Llama](assets/mark.png)", "Built with Llama"),
        ('<p align="center"><img src="a.png" alt="Built with Llama"></p>', "Built with Llama"),
        ("Built with Llama 3.1", "Built with Llama"),
        ("Acme-1 is built using Falcon LLM technology\nfrom the Technology Innovation Institute.", FALCON),
    ],
)
def test_found_however_it_is_set(text: str, sentence: str) -> None:
    """Line wraps, quotes, emphasis, links, © or (c), case, https:// and the last stop make no difference."""
    assert Prose(text).line_of(sentence) is not None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (NOTICE.replace("3.1", "3.2"), NOTICE),
        (NOTICE.replace("All Rights", "Some Rights"), NOTICE),
        ("Built with Meta Llama 3", "Built with Llama"),
        ("Built with Meta Llama 3.1", "Built with Meta Llama 3"),
        ("Built with Llamas", "Built with Llama"),
        ("Rebuilt with Llama", "Built with Llama"),
        ("Built with our Llama", "Built with Llama"),
        ("", "Built with Llama"),
    ],
)
def test_no_other_words(text: str, sentence: str) -> None:
    """Another version, another word or a longer one is another sentence."""
    assert Prose(text).line_of(sentence) is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("This model is not Built with Llama.", "Built with Llama"),
        ("Do not write 'Built with Llama'.", "Built with Llama"),
        ("Don't show “Built with Llama”", "Built with Llama"),
        ("本模型并非 Built with Llama。", "Built with Llama"),
        ("请勿标注“Built with Llama”。", "Built with Llama"),
        (f"It is not true that {NOTICE}", NOTICE),
        ("A competitor, Foo 2, is Built with Llama.", "Built with Llama"),
        ("Built with Llama? No: we built it ourselves.", "Built with Llama"),
        (f"It is not the case that\n{NOTICE}", NOTICE),
    ],
)
def test_taken_back(text: str, sentence: str) -> None:
    """A sentence that is said not to hold does not stand there."""
    assert Prose(text).line_of(sentence) is None


@pytest.mark.parametrize(
    "text",
    [
        "This model is not affiliated with Meta. Built with Llama.",
        "Not for medical use\n\nBuilt with Llama",
        "| Not for commercial use | Built with Llama |",
        "Built with Llama; do not use for medical advice.",
        "Not a Meta product, Built with Llama",
        "# Acme's support assistant\n\nBuilt with Llama",
        "不得用于非法用途。Built with Llama",
        "Do not forget: Built with Llama",
        "请勿删除：Built with Llama",
        "不是 Meta 官方产品，Built with Llama",
        "It beats every competitor. Acme is Built with Llama",
        "Unlike another model, ours is Built with Llama",
        "Which base? Built with Llama",
        "Do not remove: it is not Built with Meta.\n\nBuilt with Llama",
    ],
)
def test_not_of_something_else(text: str) -> None:
    """A "not" that speaks of something else takes nothing back."""
    assert Prose(text).line_of("Built with Llama") is not None


def test_line_and_case() -> None:
    """The line is the one on which it begins; letter case counts where it is asked for."""
    prose = Prose("# Title\n\nOur bot, built with\nllama.\n\nBuilt with\nLlama\n")

    assert prose.line_of("Built with Llama") == 3
    assert prose.line_of("Built with Llama", exact_case=True) == 6


@pytest.mark.parametrize(
    "piece", ["[", "](", "<a ", "![x](", "\n> ", "&copy;", "Built with Llam ", "(c", "not that Built with Llama "]
)
def test_linear(piece: str) -> None:
    """A text of nothing but traps is read in time."""
    text = piece * (500_000 // len(piece))
    begin = time.process_time()
    Prose(text).line_of("Built with Llama")

    assert time.process_time() - begin < 3
