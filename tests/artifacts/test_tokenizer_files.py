"""Values that no tokenizer needs are told from those that one does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from finewarden.artifacts.tokenizer_files import odd_tokenizer_values
from tests.artifacts.conftest import Make


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({"vocab_file": ".env"}, "path"),
        ({"vocab_file": "../../etc/passwd"}, "path"),
        ({"tokenizer_file": "/home/anna/tokenizer.json"}, "path"),
        ({"vocab_file": "sub\\x.txt"}, "path"),
        ({"init": {"merges_path": "~/merges.txt"}}, "path"),
        ({"my_api_key": "abc"}, "secret"),
        ({"extra": [{"db_password": "x"}]}, "secret"),
        ({"hub_token": "x"}, "secret"),
        ({"token": "x"}, "secret"),
    ],
)
def test_values_that_no_tokenizer_needs_are_found(make: Make, content: Any, why: str) -> None:
    """A file name that leads out of the folder, and keys that a script passed along, are told apart."""
    assert [value.why for value in odd_tokenizer_values(make({"tokenizer_config.json": json.dumps(content)}))] == [why]


def test_ordinary_tokenizer_values_pass(make: Make) -> None:
    """Bare names, special tokens and ids are what a tokenizer needs."""
    content = {
        "vocab_file": "vocab.json",
        "merges_file": None,
        "eos_token": "</s>",
        "pad_token": "[PAD]",
        "mask_token": "x/y",
        "name_or_path": "org/model",
        "added_tokens_decoder": {"1": {"content": "/home"}},
        "secret": "",
    }
    assert list(odd_tokenizer_values(make({"tokenizer_config.json": json.dumps(content)}))) == []
