"""A base model named by a path is found."""

from __future__ import annotations

import json

import pytest

from finewarden.artifacts.named_paths import named_paths
from tests.artifacts.conftest import Make


@pytest.mark.parametrize(
    "value", ["/opt/models/llama", "./base", "../base", "~/base", "C:\\models\\x", "/home/anna/base"]
)
def test_a_base_model_that_is_a_path_is_found(make: Make, value: str) -> None:
    """A base model named by a path, wherever it leads, helps nobody who has the adapter only."""
    found = named_paths(make({"adapter_config.json": json.dumps({"base_model_name_or_path": value})}))
    assert [(sighting.where, sighting.value) for sighting in found] == [
        ("adapter_config.json:base_model_name_or_path", value)
    ]


def test_a_base_model_by_its_id_passes(make: Make) -> None:
    """A Hub id is no path."""
    assert list(named_paths(make({"adapter_config.json": '{"base_model_name_or_path": "Qwen/Qwen3-8B"}'}))) == []
