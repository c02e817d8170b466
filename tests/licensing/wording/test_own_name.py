"""What a release calls itself, and whether that begins as a license asks."""

from __future__ import annotations

import pytest

from finewarden.licensing.wording.own_name import begins_with, title_of


@pytest.mark.parametrize(
    ("name", "prefix", "expected"),
    [
        ("Llama-3-Support", "Llama 3", "yes"),
        ("acme/Llama-3.1-Support-8B", "Llama", "yes"),
        ("Llama3 Support", "Llama 3", "yes"),
        ("llama_3_support", "Llama 3", "yes"),
        ("🦙 Llama 3 Support", "Llama 3", "yes"),
        ("LlamaGuard-acme", "Llama", "yes"),
        ("glm-4-acme", "glm-4", "yes"),
        ("EXAONE客服", "EXAONE", "yes"),
        ("Meta-Llama-3-Support", "Llama 3", "inside"),
        ("DeepSeek-R1-Distill-Llama-8B", "Llama", "inside"),
        ("MetaLlama3", "Llama 3", "no"),
        ("Llama-30B", "Llama 3", "no"),
        ("glm-45", "glm-4", "no"),
        ("Support", "Llama", "no"),
        ("llama-org/support", "Llama", "no"),
        ("客服助手", "Llama", "no"),
        ("", "Llama", "no"),
    ],
)
def test_begins_with(name: str, prefix: str, expected: str) -> None:
    """How words are joined, letter case and the owner make no difference; "Llama 30" is not "Llama 3"."""
    assert begins_with(name, prefix) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Llama-3-Support\n", ("Llama-3-Support", 1)),
        ("\n\n## **[Llama 3 Support](https://x.y/z)** ##\n", ("Llama 3 Support", 3)),
        ('<h1 align="center">Llama Support</h1>\n', ("Llama Support", 1)),
        ("```\n# a comment\n```\n# Support\n", ("Support", 4)),
        ("# Model Card for Support-7B\n", ("Support-7B", 1)),
        ("# 客服助手\n", ("客服助手", 1)),
        ("# 客服助手模型卡\n", ("客服助手", 1)),
        ("# Model Card\n", None),
        ("# Model Card for Model ID\n", None),
        ("# Uploaded finetuned  model\n", None),
        ("# 模型介绍\n", None),
        ("# Introduction\n\n# Support\n", None),
        ("Support is a model.\n", None),
    ],
)
def test_title(text: str, expected: tuple[str, int] | None) -> None:
    """The first heading is a name unless it is one that every card or section has."""
    assert title_of(text) == expected
