"""What a release calls itself, and whether that begins as a license asks."""

from __future__ import annotations

import pytest

from finewarden.licensing.wording.own_name import begins_with, proposed


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
        ("Llama-3-8B-Support", "Llama 3", "yes"),
        ("acme/Llama-3-8B-Support", "Llama 3", "yes"),
        ("Llama-3-70B", "Llama 3", "yes"),
        ("llama3-8b-x", "Llama 3", "yes"),
        ("Llama 3 8B", "Llama 3", "yes"),
        ("Llama_3_8B", "Llama 3", "yes"),
        ("Llama-3.1-8B", "Llama 3", "yes"),
        ("Ｌｌａｍａ－３ 客服", "Llama 3", "yes"),
        ("Llamafile-x", "Llama", "yes"),
        ("Meta-Llama-3-8B-Support", "Llama 3", "inside"),
        ("MetaLlama3", "Llama 3", "no"),
        ("Llama-30B", "Llama 3", "no"),
        ("Llama-33-x", "Llama 3", "no"),
        ("Llama-Support-3", "Llama 3", "no"),
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
    ("name", "prefix", "expected"),
    [
        ("acme/support bot", "Llama", "Llama-support-bot"),
        ("Meta-Llama-3-8B-Support", "Llama 3", "Llama-3-8B-Support"),
        ("Llama-Support", "Llama 3", "Llama-3-Support"),
        ("DeepSeek-R1-Distill-Llama-8B", "Llama", "Llama-DeepSeek-R1-Distill-8B"),
        ("NousResearch/Hermes-3-Llama-3.1-8B", "Llama", "Llama-3.1-Hermes-3-8B"),
        ("客服助手", "Llama 3", "Llama-3-客服助手"),
        ("", "Llama", "Llama"),
    ],
)
def test_proposed(name: str, prefix: str, expected: str) -> None:
    """The name that is proposed begins as asked and says nothing twice."""
    assert proposed(name, prefix) == expected
    assert begins_with(expected, prefix) == "yes"
