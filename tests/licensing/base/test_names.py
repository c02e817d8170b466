"""Which names are ids, which are paths, and when two ids mean one model."""

from __future__ import annotations

import pytest

from finewarden.licensing.base.names import Claim, base_claims, is_hub_id, is_local, same_base


@pytest.mark.parametrize(
    "value",
    [
        "/home/alice/base",
        "./base",
        "../base",
        "~/m",
        ".",
        "C:\\Users\\bob\\m",
        "C:/m",
        "\\\\host\\m",
        "a/b/c",
        "file:///m",
    ],
)
def test_paths(value: str) -> None:
    """Whatever is written as a path is local and no id."""
    assert is_local(value)
    assert not is_hub_id(value)


@pytest.mark.parametrize("value", ["gpt2", "meta-llama/Llama-3.1-8B", "01-ai/Yi-34B", "a/b_c.d"])
def test_ids(value: str) -> None:
    """A Hub id is not taken for a path."""
    assert is_hub_id(value)
    assert not is_local(value)


@pytest.mark.parametrize("value", ["https://huggingface.co/a/b", "a b", "a--b", "", "x" * 97])
def test_neither(value: str) -> None:
    """An address or a text with spaces is neither."""
    assert not is_hub_id(value)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("unsloth/llama-3-8b-bnb-4bit", "meta-llama/Meta-Llama-3-8B"),
        ("unsloth/Qwen2.5-7B-Instruct-unsloth-bnb-4bit", "Qwen/Qwen2.5-7B-Instruct"),
        ("bartowski/Phi-4-GGUF", "microsoft/phi-4"),
        ("TheBloke/Mistral-7B-v0.1-AWQ", "mistralai/Mistral-7B-v0.1"),
        ("a/M-Q4_K_M", "b/m"),
    ],
)
def test_same(one: str, other: str) -> None:
    """A repack is the model that it packs, whoever uploaded it."""
    assert same_base(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("meta-llama/Llama-3.1-8B", "Qwen/Qwen2.5-7B"),
        ("meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.1-70B"),
        ("meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.2-8B"),
        ("meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.1-8B-Instruct"),
    ],
)
def test_different(one: str, other: str) -> None:
    """Another family, size, generation or tuning is another model."""
    assert not same_base(one, other)


def test_claims() -> None:
    """Ids are claims with their place; paths, nulls, several bases and odd types are none."""
    adapter = {"base_model_name_or_path": "a/b"}
    assert base_claims({"base_model": ["c/d"]}, adapter, {"_name_or_path": "/home/x/m"}) == [
        Claim("README.md: base_model", "c/d"),
        Claim("adapter_config.json: base_model_name_or_path", "a/b"),
    ]
    assert base_claims({"base_model": ["a/b", "c/d"]}, [1], {"_name_or_path": 3}) == []
    assert base_claims({"base_model": None}, None, None) == []
