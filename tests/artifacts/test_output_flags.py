"""Flags and keys that a published model must not carry are found."""

from __future__ import annotations

import json
from typing import Any

import pytest

from finewarden.artifacts.output_flags import output_flags, watermark_keys
from tests.artifacts.conftest import Make


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ({"output_hidden_states": True}, "output_hidden_states"),
        ({"output_hidden_states": 3}, "output_hidden_states"),
        ({"output_hidden_states": [1, 2]}, "output_hidden_states"),
        ({"text_config": {"output_attentions": True}}, "text_config.output_attentions"),
        ({"output_scores": True}, "output_scores"),
        ({"return_dict_in_generate": True}, "return_dict_in_generate"),
    ],
)
def test_flags_that_are_on_are_found(make: Make, content: Any, key: str) -> None:
    """True, a number and a list of layers are on, in sub-configurations too."""
    assert [flag.key for flag in output_flags(make({"config.json": json.dumps(content)}))] == [key]


def test_flags_that_are_off_pass(make: Make) -> None:
    """False, none and empty lists are off; router logits belong to the training of experts."""
    content = {
        "output_hidden_states": False,
        "output_attentions": None,
        "output_scores": [],
        "output_router_logits": True,
    }
    assert list(output_flags(make({"config.json": json.dumps(content)}))) == []


def test_watermark_keys_are_found(make: Make) -> None:
    """A watermark's keys are found in generation_config.json; a bias alone is none."""
    content = {"watermarking_config": {"bias": 2.5, "hashing_key": 42, "keys": [1, 2]}}
    assert [key.key for key in watermark_keys(make({"generation_config.json": json.dumps(content)}))] == [
        "watermarking_config.hashing_key",
        "watermarking_config.keys",
    ]
    assert list(watermark_keys(make({"generation_config.json": '{"watermarking_config": {"bias": 1}}'}))) == []
