"""Which license each model is under: the same family changes it by size, by month and by who fine-tuned."""

from __future__ import annotations

import re

import pytest

from finewarden.licensing.library import Library

LIBRARY = Library.shipped()

MODELS = {
    "meta-llama/Llama-2-7b-chat-hf": "llama2",
    "codellama/CodeLlama-13b-Instruct-hf": "llama2",
    "meta-llama/CodeLlama-70b-hf": "llama2",
    "meta-llama/LlamaGuard-7b": "llama2",
    "meta-llama/Meta-Llama-3-8B-Instruct": "llama3",
    "META-LLAMA/meta-llama-3-70b": "llama3",
    "meta-llama/Meta-Llama-Guard-2-8B": "llama3",
    "meta-llama/Meta-Llama-3.1-8B": "llama3.1",
    "meta-llama/Llama-3.1-70B-Instruct": "llama3.1",
    "meta-llama/Llama-Guard-3-8B": "llama3.1",
    "meta-llama/Llama-3.2-1B": "llama3.2",
    "meta-llama/Llama-3.2-11B-Vision": "llama3.2",
    "meta-llama/Llama-Guard-3-1B": "llama3.2",
    "meta-llama/Llama-Guard-3-11B-Vision": "llama3.2",
    "meta-llama/Llama-3.3-70B-Instruct": "llama3.3",
    "meta-llama/Llama-4-Scout-17B-16E-Instruct": "llama4",
    "meta-llama/Llama-Guard-4-12B": "llama4",
    "meta-llama/Llama-Prompt-Guard-2-86M": "llama4",
    "allenai/Llama-3.1-Tulu-3-8B": "llama3.1",
    "nvidia/Llama-3.1-Nemotron-Nano-8B-v1": "llama3.1 nvidia-open-model-2025",
    "nvidia/Llama-3_3-Nemotron-Super-49B-v1": "llama3.3 nvidia-open-model-2025",
    "deepseek-ai/DeepSeek-R1-Distill-Llama-8B": "llama3.1",
    "deepseek-ai/DeepSeek-R1-Distill-Llama-70B": "llama3.3",
    "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B": "apache-2.0 mit",
    "deepseek-ai/DeepSeek-R1-0528-Qwen3-8B": "apache-2.0 mit",
    "deepseek-ai/DeepSeek-R1": "mit",
    "deepseek-ai/DeepSeek-R1-0528": "mit",
    "deepseek-ai/DeepSeek-V3": "deepseek-1.0",
    "deepseek-ai/DeepSeek-V3-Base": "deepseek-1.0",
    "deepseek-ai/DeepSeek-V3-0324": "mit",
    "deepseek-ai/DeepSeek-V3.1": "mit",
    "deepseek-ai/DeepSeek-V3.2-Exp": "mit",
    "deepseek-ai/DeepSeek-V4-Flash": "mit",
    "deepseek-ai/DeepSeek-V2-Lite-Chat": "deepseek-1.0",
    "deepseek-ai/DeepSeek-V2.5": "deepseek-1.0",
    "deepseek-ai/DeepSeek-Coder-V2-Lite-Instruct": "deepseek-1.0",
    "deepseek-ai/deepseek-coder-6.7b-instruct": "deepseek-1.0",
    "deepseek-ai/deepseek-llm-7b-base": "deepseek-1.0",
    "deepseek-ai/deepseek-math-7b-rl": "deepseek-1.0",
    "deepseek-ai/DeepSeek-Math-V2": "apache-2.0",
    "deepseek-ai/deepseek-vl2-tiny": "deepseek-1.0",
    "deepseek-ai/Janus-Pro-1B": "deepseek-1.0 mit",
    "Qwen/Qwen-7B-Chat": "tongyi-qianwen",
    "Qwen/Qwen-1_8B": "tongyi-qianwen-research",
    "Qwen/Qwen1.5-14B-Chat": "tongyi-qianwen",
    "Qwen/Qwen1.5-0.5B": "tongyi-qianwen-research",
    "Qwen/Qwen2-0.5B": "apache-2.0",
    "Qwen/Qwen2-7B": "apache-2.0",
    "Qwen/Qwen2-7B-Instruct": "apache-2.0",
    "Qwen/Qwen2-72B-Instruct": "tongyi-qianwen",
    "Qwen/Qwen2-Math-72B": "tongyi-qianwen",
    "Qwen/Qwen2.5-0.5B": "apache-2.0",
    "Qwen/Qwen2.5-3B": "qwen-research-2024",
    "Qwen/Qwen2.5-3B-Instruct": "qwen-research-2024",
    "Qwen/Qwen2.5-Coder-3B-Instruct": "qwen-research-2024",
    "Qwen/Qwen2.5-32B-Instruct": "apache-2.0",
    "Qwen/Qwen2.5-Coder-32B": "apache-2.0",
    "Qwen/Qwen2.5-72B": "qwen-2024",
    "Qwen/Qwen2.5-72B-Instruct-AWQ": "qwen-2024",
    "Qwen/Qwen2.5-VL-72B-Instruct": "qwen-2024",
    "Qwen/Qwen2.5-Math-7B-Instruct": "apache-2.0",
    "Qwen/Qwen2.5-Math-PRM-7B": "qwen-2024",
    "Qwen/CodeQwen1.5-7B": "tongyi-qianwen-research",
    "Qwen/CodeQwen1.5-7B-Chat": "tongyi-qianwen",
    "Qwen/Qwen3-8B": "apache-2.0",
    "Qwen/Qwen3Guard-Gen-8B": "apache-2.0",
    "Qwen/Qwen3.8-27B": "apache-2.0",
    "Qwen/Qwen3.8-2.4T-A95B": "",
    "google/gemma-2b": "gemma",
    "google/gemma-7b-it": "gemma",
    "google/gemma-1.1-7b-it": "gemma",
    "google/gemma-2-2b": "gemma",
    "google/gemma-2-9b-it": "gemma",
    "google/gemma-3-27b-it": "gemma",
    "google/gemma-3n-E4B-it": "gemma",
    "google/paligemma2-3b-pt-224": "gemma",
    "google/gemma-4-31B-it": "apache-2.0",
    "google/diffusiongemma-26B-A4B-it": "apache-2.0",
    "google/gemma-scope-2b-pt-res": "",
    "google/medgemma-4b-it": "health-ai-developer-foundations",
    "openai/gpt-oss-20b": "apache-2.0",
    "openai-community/gpt2": "",
    "mistralai/Mistral-7B-Instruct-v0.3": "apache-2.0",
    "mistralai/Mistral-Large-3-675B-Instruct-2512": "apache-2.0",
    "mistralai/Mistral-Large-Instruct-2411": "mistral-research",
    "mistralai/Ministral-3-8B-Reasoning-2512": "apache-2.0",
    "mistralai/Ministral-8B-Instruct-2410": "mistral-research",
    "mistralai/Codestral-22B-v0.1": "mistral-non-production",
    "01-ai/Yi-34B": "apache-2.0",
    "01-ai/Yi-1.5-9B": "apache-2.0",
    "internlm/internlm3-8b-instruct": "apache-2.0",
    "microsoft/Phi-3-mini-4k-instruct": "mit",
    "microsoft/phi-4": "mit",
    "zai-org/GLM-4.5-Air": "mit",
    "THUDM/GLM-4-9B-0414": "mit",
    "THUDM/glm-4-9b-chat": "glm-4",
    "THUDM/chatglm2-6b": "chatglm2",
    "zai-org/chatglm3-6b": "chatglm3",
    "moonshotai/Kimi-K2-Instruct": "kimi-modified-mit",
    "moonshotai/Kimi-K3": "",
    "moonshotai/Kimi-Dev-72B": "mit",
    "moonshotai/Kimi-VL-A3B-Instruct": "mit",
    "moonshotai/Kimi-Linear-48B-A3B-Instruct": "mit",
    "HuggingFaceH4/zephyr-7b-beta": "mit",
    "microsoft/Phi-mini-MoE-instruct": "mit",
    "EleutherAI/pythia-1.4b": "apache-2.0",
    "mosaicml/mpt-7b": "apache-2.0",
    "facebook/opt-1.3b": "opt-175b",
    "gradientai/Llama-3-Gradient-8B": "llama3",
    "MiniMaxAI/MiniMax-Text-01": "minimax-2025",
    "MiniMaxAI/MiniMax-M2": "minimax-m2",
    "MiniMaxAI/MiniMax-M2.5": "minimax-2025 minimax-m2.5",
    "MiniMaxAI/MiniMax-M2.7": "minimax-m2.7",
    "MiniMaxAI/MiniMax-M3": "minimax-m3",
    "tencent/Tencent-Hunyuan-Large": "hunyuan-2024",
    "tencent/Hunyuan-A13B-Instruct": "hunyuan-a13b",
    "tencent/Hunyuan-7B-Instruct": "hunyuan-community",
    "tencent/Hunyuan-0.5B-Pretrain": "hunyuan-community",
    "tencent/HunyuanVideo": "hunyuan-community",
    "baichuan-inc/Baichuan2-13B-Chat": "baichuan2",
    "tiiuae/falcon-7b": "apache-2.0",
    "tiiuae/falcon-180B": "falcon-180b",
    "tiiuae/falcon-11B": "falcon-2",
    "HuggingFaceTB/SmolLM2-1.7B": "apache-2.0",
    "allenai/OLMo-2-1124-7B": "apache-2.0",
    "ibm-granite/granite-3.3-8b-instruct": "apache-2.0",
}


@pytest.mark.parametrize(("model", "keys"), MODELS.items(), ids=list(MODELS))
def test_license_of_model(model: str, keys: str) -> None:
    """Each model has the license it was released under; two where its makers named two, none where none is known."""
    assert sorted(record.key for record, _ in LIBRARY.of_model(model)) == keys.split()


@pytest.mark.parametrize(
    "model",
    ["meta-llama/Llama-3.2-11B-Vision", "meta-llama/Llama-Guard-3-11B-Vision", "meta-llama/Llama-4-Scout-17B-16E"],
)
def test_multimodal(model: str) -> None:
    """A model that sees is known as one: the EU clause of Llama is about these alone."""
    ((_, pattern),) = LIBRARY.of_model(model)

    assert pattern.multimodal
    assert not any(one.multimodal for _, one in LIBRARY.of_model("meta-llama/Llama-3.2-1B"))


@pytest.mark.parametrize(
    ("license", "student", "may"),
    [
        ("llama2", "meta-llama/Llama-2-7b-hf", True),
        ("llama2", "meta-llama/Meta-Llama-3-8B", False),
        ("llama2", "lmsys/vicuna-7b-v1.5", True),
        ("llama2", "Phind/Phind-CodeLlama-34B-v2", True),
        ("llama2", "acme/acme-llama2-7b", True),
        ("llama3", "meta-llama/Meta-Llama-3-8B", True),
        ("llama3", "NousResearch/Hermes-3-Llama-3.1-8B", True),
        ("llama3", "deepseek-ai/DeepSeek-R1-Distill-Llama-8B", True),
        ("llama3", "meta-llama/Llama-2-7b-hf", False),
        ("llama3", "meta-llama/Llama-4-Scout-17B-16E", False),
        ("llama3", "mistralai/Mistral-7B-v0.3", False),
        ("tongyi-qianwen", "Qwen/Qwen2-7B", True),
        ("tongyi-qianwen", "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", True),
        ("tongyi-qianwen", "Qwen/QwQ-32B", True),
        ("tongyi-qianwen", "acme/acme-qwen2-tuned", True),
        ("tongyi-qianwen", "google/gemma-2-9b", False),
        ("hunyuan-2024", "tencent/Hunyuan-A13B-Instruct", True),
        ("hunyuan-2024", "Qwen/Qwen3-8B", False),
    ],
)
def test_who_may_learn_from_outputs(license: str, student: str, may: bool) -> None:  # noqa: A002 - the field's own name
    """Where outputs may improve no other model, the family itself is excepted, in the duty and in the summary alike."""
    record = LIBRARY.record(license)
    (duty,) = [one for one in record.obligations if one.kind == "no_train_other_llm"]

    assert bool(re.match(duty.exception, student, re.IGNORECASE)) is may
    assert record.outputs.may_train_others is False
    assert record.outputs.exception == duty.exception
