"""Names that models are published under, held to the prefix that the license of their base asks for."""

from __future__ import annotations

import pytest

from finewarden.licensing.library import record
from finewarden.licensing.wording.own_name import begins_with, proposed

FOLLOW = [
    ("llama3", "shenzhi-wang/Llama3-8B-Chinese-Chat"),
    ("llama3", "aaditya/Llama3-OpenBioLLM-70B"),
    ("llama3", "gradientai/Llama-3-8B-Instruct-Gradient-1048k"),
    ("llama3", "VAGOsolutions/Llama-3-SauerkrautLM-8b-Instruct"),
    ("llama3", "cognitivecomputations/llama-3-dolphin"),
    ("llama3", "Llama 3 8B Support"),
    ("llama3", "tokyotech-llm/Llama-3-Swallow-8B-v0.1"),
    ("llama3", "Llama_3_Support_客服"),
    ("llama3.1", "nvidia/Llama-3.1-Nemotron-70B-Instruct-HF"),
    ("llama3.1", "allenai/Llama-3.1-Tulu-3-8B"),
    ("llama3.1", "tokyotech-llm/Llama-3.1-Swallow-8B-Instruct-v0.3"),
    ("llama3.1", "acme/llama3.1-support"),
    ("llama3.1", "LlamaGuard-acme"),
    ("llama3.2", "bunnycore/Llama-3.2-3B-Pure-RP"),
    ("llama3.2", "Llama-O1-Support"),
    ("llama3.3", "nvidia/Llama-3_3-Nemotron-Super-49B-v1"),
    ("llama3.3", "Llama-3.3-Swallow-70B"),
    ("llama4", "Llama-4-Scout-Support"),
    ("exaone-1.1-nc", "EXAONE-Support-7.8B"),
    ("exaone-1.1-nc", "acme/exaone_3.5_客服"),
    ("glm-4", "acme/glm-4-9b-support"),
    ("glm-4", "GLM4-Support"),
]
BREAK = [
    ("llama3", "NousResearch/Hermes-2-Theta-Llama-3-8B"),
    ("llama3", "cognitivecomputations/dolphin-2.9-llama3-8b"),
    ("llama3", "Meta-Llama-3-8B-Support"),
    ("llama3", "Llama-Support-8B"),
    ("llama3", "Llama-30B-Support"),
    ("llama3.1", "NousResearch/Hermes-3-Llama-3.1-8B"),
    ("llama3.1", "deepseek-ai/DeepSeek-R1-Distill-Llama-8B"),
    ("llama3.1", "mlabonne/Daredevil-8B"),
    ("llama3.2", "sesame/csm-1b"),
    ("llama3.3", "Sao10K/L3.3-70B-Euryale-v2.3"),
    ("exaone-1.1-nc", "Support-7.8B"),
    ("glm-4", "glm-45-support"),
    ("glm-4", "chatglm-support"),
]


def _prefix(key: str) -> str:
    (prefix,) = {one.prefix for one in record(key).obligations if one.kind == "name_prefix"}
    assert prefix is not None
    return prefix


@pytest.mark.parametrize(("key", "name"), FOLLOW)
def test_follows(key: str, name: str) -> None:
    """However its words are joined, a name that begins as asked passes, and is proposed to nobody otherwise."""
    prefix = _prefix(key)

    assert begins_with(name, prefix) == "yes"
    assert proposed(name, prefix).lower().count("llama") <= 1


@pytest.mark.parametrize(("key", "name"), BREAK)
def test_breaks(key: str, name: str) -> None:
    """A name that begins otherwise does not pass, and the one that is proposed does."""
    prefix = _prefix(key)

    assert begins_with(name, prefix) != "yes"
    assert begins_with(proposed(name, prefix), prefix) == "yes"
