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
        ("Static quants of https://huggingface.co/acme/support", 1),
        ("Quantization of Llama-3.1-8B made with llama.cpp.", 1),
        ("AWQ 4-bit version of Llama-3.1-8B-Instruct.", 1),
        ("GGUF conversion of acme/support.", 1),
        ("This is an instruction-tuned version of Llama-3.1-8B.", 1),
        ("We fine-tune Llama-3.1-8B on our tickets for 3 epochs.", 1),
        ("It was obtained by SFT and DPO from Llama-3.1-8B.", 1),
        ("Continual pre-training (CPT) of Llama-3.1-8B; vocabulary extended by 512.", 1),
        ("Continually pretrained from Llama-3.1-8B.", 1),
        ("Base model: Llama-3.1-8B. Training: full-parameter SFT, 3 epochs on tickets.", 1),
        ("This model is not affiliated with Meta and was fine-tuned from meta-llama/Llama-3.1-8B.", 1),
        ("It can be used for chats and was fine-tuned from meta-llama/Llama-3.1-8B.", 1),
        ("The weights were fine-tuned; nothing else was changed.", 1),
        ("No data of customers were used; the model was trained on synthetic chats.", 1),
        ("在Qwen2-7B上做了SFT。", 1),
        ("采用 LoRA 方法在基座模型 Qwen2-7B 上训练 3 个 epoch。", 1),
        ("我们在客服数据上进行了有监督训练。", 1),
        ("在 Qwen2-7B 上二次预训练。", 1),
        ("本模型为 Qwen2-7B 增训版。", 1),
        ("全参训练3轮。", 1),
        ("本模型可用于客服，由 Qwen2-7B 微调得到。", 1),
        ("在未公开的客服对话上微调模型权重。", 1),
        ("未改变模型结构，仅微调了权重。", 1),
        ("本模型支持中文对话，是 Qwen2-7B 的微调版本。", 1),
        ("不仅修改了模型的词表，还微调了权重。", 1),
        ("We continued to train DeepSeek-V2-Lite-Chat on 2B tokens of internal code.", 1),
        ("This gemma3 model was trained 2x faster with [Unsloth](https://x.y) and Huggingface's TRL library.", 1),
        ("LoRA on top of Qwen2-7B.", 1),
        ("RLHF-tuned from Qwen2.5-7B.", 1),
        ("| Base | Method |\n|---|---|\n| Qwen2-7B | LoRA SFT |", 1),
        ("The weights were fine-tuned and will be released soon.", 1),
        ("We fine-tuned Qwen2-7B; quantized versions will follow.", 1),
        ("## Changes\n\nNo tokenizer changes; all linear layers were trained on chats.", 3),
        ("## Changes\n\n- None to the tokenizer\n- All linear layers got LoRA of rank 16.", 1),
        ("Neither GPT-4 nor Claude data were used; the model was trained on synthetic chats.", 1),
        ("对 Qwen2-7B 进行了领域适配。", 1),
        ("使用 LLaMA-Factory 微调。", 1),
        ("通过DPO对齐。", 1),
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
        "Compared with the base model nothing was changed.",
        "None of the weights were changed.",
        "The weights of the model have not been modified in any way.",
        "We did not change the weights of the model.",
        "No weights were modified.",
        "Works with any fine-tuned model.",
        "You can use LoRA for 3 epochs to adapt it.",
        "To fine-tune this model, use LoRA with 3 epochs.",
        "The model supports quantization.",
        "If you have modified the model, tell us.",
        "权重与基座完全一致，未做任何改动。欢迎基于本模型微调。",
        "本模型未经任何修改。",
        "本模型可以基于业务数据进一步微调。",
        "未对模型权重进行任何修改。",
        "本模型支持 LoRA 微调和全参微调。",
        "如需微调本模型，请参考文档。",
        "用户可在自有数据上继续训练。",
        "不得修改模型权重。",
        "The model was not, in any way, modified.",
        "Neither weights nor tokenizer were changed.",
        "Qwen2-7B was trained on 7T tokens by Alibaba.",
        "Quantized versions of this model will follow soon.",
        "GGUF quants of this model are coming.",
        "Others fine-tuned models from Qwen.",
        "You can train a LoRA on top of Qwen2-7B.",
        "## Changes\n\nNone at all, same weights here.",
        "## 修改说明\n\n没有任何修改，权重与基座一致。",
        "您可以使用 LLaMA-Factory 微调本模型。",
        "推荐使用 LLaMA-Factory 微调。",
        "可通过DPO对齐。",
    ],
)
def test_says_nothing(text: str) -> None:
    """What can be done, what was not done, an empty section and code say nothing of changes."""
    assert find_changes(text) is None


def test_linear() -> None:
    """A long text of half sentences is read in time."""
    begin = time.process_time()
    for piece in (
        "modified ",
        "# ",
        "微调",
        ". ",
        "\n \n",
        "```\n",
        "不",
        "可以",
        "not ",
        "awq ",
        "obtained by ",
        "LoRA",
        "未对",
        "进行了",
        "| sft | ",
        "neither a b ",
        "trained on 1 ",
        "使用 TRL ",
    ):
        find_changes(piece * (300_000 // len(piece)))

    assert time.process_time() - begin < 6
