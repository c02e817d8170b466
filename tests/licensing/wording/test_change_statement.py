"""Whether a card says what was changed of the base model."""

from __future__ import annotations

import time

import pytest

from finewarden.licensing.wording.change_statement import find_changes


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("This model is a fine-tuned version of [google/gemma-2b](https://x.y).", 1),
        ("# Support\n\nThe weights were\nmodified by training on chats.\n", 3),
        ("We changed the weights of the model; the tokenizer is as it was.", 1),
        ("A 4-bit quantized checkpoint of google/gemma-2b.", 1),
        ("Merged from two models with mergekit.", 1),
        ("A LoRA adapter for google/gemma-2b, further trained on chats.", 1),
        ("# Support\n\n## Changes\n\nTrained on 4,000 support chats for two epochs.\n", 3),
        ("## 修改说明\n\n在客服对话上进行了监督训练。\n", 1),
        ("本模型由 Qwen2-72B 微调得到。", 1),
        ("我们对基座模型的权重进行了修改。", 1),
        ("本仓库为量化后的模型权重。", 1),
    ],
)
def test_says_it(text: str, line: int) -> None:
    """A sentence or a section with words in it says what was done, in English and in Chinese."""
    assert find_changes(text) == line


@pytest.mark.parametrize(
    "text",
    [
        "",
        "This model is based on google/gemma-2b under gemma.",
        "This model can be fine-tuned with TRL.",
        "The files of the model were not modified.",
        "The weights are unmodified.",
        "## Changes\n\n## License\n\nApache",
        "## Changes\n",
        "```\n# the model was fine-tuned from x/y\n```\n",
        "模型未修改。",
        "本模型可以微调。",
        "没有修改模型权重。",
    ],
)
def test_says_nothing(text: str) -> None:
    """What can be done, what was not done, an empty section and code say nothing of changes."""
    assert find_changes(text) is None


def test_linear() -> None:
    """A long text of half sentences is read in time."""
    begin = time.process_time()
    for piece in ("modified ", "# ", "微调", ". ", "\n \n", "```\n"):
        find_changes(piece * (300_000 // len(piece)))

    assert time.process_time() - begin < 6
