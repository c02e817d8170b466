"""A folder that is no whole model is told, and why."""

from __future__ import annotations

import json

import pytest

from finewarden.artifacts.model_parts import configs_that_fail, missing_shards, what_is_missing
from tests.artifacts.conftest import Make


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ({}, "empty"),
        ({"README.md": "x"}, "no-model"),
        ({"checkpoint-3/config.json": "{}"}, "no-model"),
        ({"config.json": "{}"}, "no-weights"),
        ({"adapter_config.json": "{}", "model.safetensors": ""}, "no-weights"),
        ({"model.safetensors": ""}, "no-config"),
        ({"config.json": "{}", "model.safetensors": ""}, None),
        ({"adapter_config.json": "{}", "adapter_model.safetensors": ""}, None),
        ({"model-Q4_K_M.gguf": ""}, None),
    ],
)
def test_what_makes_a_folder_no_model_is_told(make: Make, files: dict[str, bytes | str], rule: str | None) -> None:
    """Empty, without a model, without weights, without a configuration: each case by its own name."""
    assert [missing.rule for missing in what_is_missing(make(files))] == ([rule] if rule else [])


def test_broken_configurations_and_missing_shards_are_told(make: Make) -> None:
    """A configuration that is no object and an index that names a file elsewhere are reasons."""
    index = {"weight_map": {"a": "model-1.safetensors", "b": "../x.safetensors", "c": "gone.safetensors"}}
    files = {
        "config.json": "[]",
        "tokenizer_config.json": '{"a": 1, "a": 2}',
        "model.safetensors.index.json": json.dumps(index),
        "model-1.safetensors": "",
    }
    folder = make(files)
    assert [error.rel for error in configs_that_fail(folder)] == ["config.json", "tokenizer_config.json"]
    assert ["../x.safetensors and 1 more" in error.reason for error in missing_shards(folder)] == [True]
