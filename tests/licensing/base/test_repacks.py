"""Names of repacks, of editions and of fine-tunes, and whose model each means."""

from __future__ import annotations

import pytest

from finewarden.licensing.base.repacks import origin_of
from finewarden.licensing.library import Library

SHIPPED = Library.shipped()


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("unsloth/llama-3-8b-bnb-4bit", "meta-llama/Meta-Llama-3-8B"),
        ("unsloth/llama-3-8b-Instruct", "meta-llama/Meta-Llama-3-8B-Instruct"),
        ("unsloth/Meta-Llama-3.1-8B-Instruct-unsloth-bnb-4bit", "meta-llama/Llama-3.1-8B-Instruct"),
        ("unsloth/Qwen2.5-7B-Instruct", "Qwen/Qwen2.5-7B-Instruct"),
        ("unsloth/gemma-2-9b-it-bnb-4bit", "google/gemma-2-9b-it"),
        ("unsloth/mistral-7b-instruct-v0.2-bnb-4bit", "mistralai/Mistral-7B-Instruct-v0.2"),
        ("unsloth/mistral-7b-bnb-4bit", "mistralai/Mistral-7B-v0.1"),
        ("unsloth/tinyllama-chat-bnb-4bit", "TinyLlama/TinyLlama-1.1B-Chat-v1.0"),
        ("unsloth/llama-2-7b-chat", "meta-llama/Llama-2-7b-chat-hf"),
        ("mlx-community/Meta-Llama-3.1-8B-Instruct-4bit", "meta-llama/Llama-3.1-8B-Instruct"),
        ("bartowski/Qwen2.5-72B-Instruct-GGUF", "Qwen/Qwen2.5-72B-Instruct"),
        ("TheBloke/Llama-2-7B-GPTQ", "meta-llama/Llama-2-7b-hf"),
        ("TheBloke/CodeLlama-34B-Instruct-GGUF", "codellama/CodeLlama-34b-Instruct-hf"),
        ("NousResearch/Meta-Llama-3-8B", "meta-llama/Meta-Llama-3-8B"),
        ("neuralmagic/Meta-Llama-3.1-8B-Instruct-FP8", "meta-llama/Llama-3.1-8B-Instruct"),
        ("RedHatAI/Llama-3.3-70B-Instruct-quantized.w4a16", "meta-llama/Llama-3.3-70B-Instruct"),
        ("hugging-quants/Meta-Llama-3.1-70B-Instruct-AWQ-INT4", "meta-llama/Llama-3.1-70B-Instruct"),
        ("lmstudio-community/DeepSeek-R1-0528-GGUF", "deepseek-ai/DeepSeek-R1-0528"),
        ("unsloth/DeepSeek-V3-0324", "deepseek-ai/DeepSeek-V3-0324"),
        ("unsloth/medgemma-4b-it", "google/medgemma-4b-it"),
        ("unsloth/granite-4.0-h-micro", "ibm-granite/granite-4.0-h-micro"),
        ("somebody/Llama-3p1-8B-Instruct", "meta-llama/Llama-3.1-8B-Instruct"),
        ("Llama-3.1-8B", "meta-llama/Llama-3.1-8B"),
    ],
)
def test_repacks(name: str, original: str) -> None:
    """A repack's name is taken apart to its original's, whoever packed it and however."""
    found = origin_of(name, SHIPPED)
    assert (found.relation, found.models) == ("repack", (original,))


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("NousResearch/Hermes-3-Llama-3.1-8B", "meta-llama/Llama-3.1-8B"),
        ("cognitivecomputations/dolphin-2.9.2-qwen2-7b", "Qwen/Qwen2-7B"),
        ("akjindal53244/Llama-3.1-Storm-8B", "meta-llama/Llama-3.1-8B"),
        ("acme/llama-3.1-8b-finance", "meta-llama/Llama-3.1-8B"),
        ("acme/qwen-72b-tuned", "Qwen/Qwen-72B"),
        ("bartowski/Qwen2.5-7B-Instruct-abliterated-GGUF", "Qwen/Qwen2.5-7B"),
    ],
)
def test_made_from(name: str, base: str) -> None:
    """A name that holds another's, and more, is something made from it."""
    found = origin_of(name, SHIPPED)
    assert found.relation == "made-from"
    assert base in found.models


@pytest.mark.parametrize(
    "name",
    [
        "meta-llama/Llama-3.1-8B-Instruct",
        "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
        "google/medgemma-4b-it",
        "Qwen/Qwen2.5-7B-Instruct-GPTQ-Int4",
        "openai/gpt-oss-20b",
    ],
)
def test_originals(name: str) -> None:
    """A maker's own name means itself."""
    found = origin_of(name, SHIPPED)
    assert (found.relation, found.models) == ("original", (name,))


@pytest.mark.parametrize(
    "name",
    [
        "acme/base-1b",
        "gpt2",
        "huggyllama/llama-7b",
        "openlm-research/open_llama_7b",
        "TheBloke/vicuna-7B-v1.3-GGUF",
        "acme/7b",
        "acme/-_-",
        "unsloth/",
        "a/" + "llama-3-" * 5000,
    ],
)
def test_unknown(name: str) -> None:
    """A name that is nobody's known means no other model: Llama 1 and OpenLLaMA are not Llama 2 or 3."""
    assert origin_of(name, SHIPPED).relation == "unknown"


def test_versions_are_not_mixed_up() -> None:
    """3, 3.1, 3.2 and 3.3, 2 and 2.5, 7 and 70 stay what they are."""
    seen = [
        origin_of(f"unsloth/{name}-bnb-4bit", SHIPPED).models[0]
        for name in (
            "Llama-3-8b",
            "Llama-3.1-8B",
            "Llama-3.2-3B",
            "Qwen2-7B",
            "Qwen2.5-7B",
            "llama-2-7b",
            "llama-2-70b",
        )
    ]
    assert seen == [
        "meta-llama/Meta-Llama-3-8B",
        "meta-llama/Llama-3.1-8B",
        "meta-llama/Llama-3.2-3B",
        "Qwen/Qwen2-7B",
        "Qwen/Qwen2.5-7B",
        "meta-llama/Llama-2-7b-hf",
        "meta-llama/Llama-2-70b-hf",
    ]
