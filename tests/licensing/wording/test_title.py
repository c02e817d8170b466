"""The name of a model in the headings of its card."""

from __future__ import annotations

import time

import pytest

from finewarden.licensing.wording.title import title_of


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
        ("# Introduction\n\n# Support-7B\n", ("Support-7B", 3)),
        ("# Introduction\n\n## Support-7B\n", None),
        ("# Overview of this release\n\n# Llama-x\n", ("Llama-x", 3)),
        ("# Built with Llama\n\n# Llama-x\n", ("Llama-x", 3)),
        ("## Training\n\n## Llama-x\n", None),
        ("# Table of Contents\n", None),
        ("# 🚀 How to use it\n", None),
        ("# About this model\n", None),
        ("# 简介\n\n# 训练过程\n", None),
        ("# Model Card: Llama-x\n", ("Llama-x", 1)),
        ("# Model card - Llama-x\n", ("Llama-x", 1)),
        ("# Llama-x Model Card\n", ("Llama-x", 1)),
        ("# 模型名称：Llama-x\n", ("Llama-x", 1)),
        ("# Base 7B\n", ("Base 7B", 1)),
        ("# Training-Bot 7B\n", ("Training-Bot 7B", 1)),
        ('<h1 align="center">\n  <img src="x.png" width="30">\n  Llama-x\n</h1>\n', ("Llama-x", 1)),
        ("<h1>Llama", None),
        ("# ![Logo](x.png)\n\n# Llama-x\n", ("Llama-x", 3)),
        ("# ![Logo](x.png) Llama-x\n", ("Llama-x", 1)),
        ("Llama-x\n=======\n", ("Llama-x", 1)),
        ("\nLlama-x\n-------\n", ("Llama-x", 2)),
        ("It is a model.\n---\n\n# Llama-x\n", ("Llama-x", 4)),
        ("| a |\n---\n", None),
        ("Support is a model.\n", None),
        ("# Llama-3.1-8B-Support: a support model.\n\n# Usage\n\n# Acme\n", ("Llama-3.1-8B-Support", 1)),
        ("# Llama-3.1-8B-Support is our best model!\n", ("Llama-3.1-8B-Support is our best model!", 1)),
        ("# Support is a model.\n\n# Llama-x\n", ("Llama-x", 3)),
        ("# Training: the details\n\n# Llama-x\n", ("Llama-x", 3)),
        ("# v1.0 released!\n\n# Llama-x\n", ("Llama-x", 3)),
        ("## 📢 Announcements\n\n# Llama-x\n", ("Llama-x", 3)),
        ("## Our team\n\n# Llama-x\n", ("Llama-x", 3)),
        ("## Llama-x\n\n# Usage\n", ("Llama-x", 1)),
        ("## Llama-3.1-8B-Support\n\n# Hyperparameter table\n", ("Llama-3.1-8B-Support", 1)),
        ("# Meet Llama-x\n", ("Llama-x", 1)),
        ("# 欢迎使用 Llama-x\n", ("Llama-x", 1)),
        ("# Fine-tuned Llama-x\n", ("Llama-x", 1)),
        ("# Fine-tuned on chats\n\n# Llama-x\n", ("Llama-x", 3)),
        ("# Meeting-Llama\n", ("Meeting-Llama", 1)),
    ],
)
def test_title(text: str, expected: tuple[str, int] | None) -> None:
    """The first heading is a name unless every card or section has it, or one of the first level follows it."""
    assert title_of(text) == expected


def test_linear() -> None:
    """A long text of half headings is read in time."""
    begin = time.process_time()
    for piece in ("<h1>", "# a\n", "a\n=\n\n", "# ![", "<h1>\n", "# <img ", "# a: ", "# a-1-1.\n"):
        title_of(piece * (300_000 // len(piece)))

    assert time.process_time() - begin < 6
