"""Flags that make a published model hand out its inner states, and keys that make its watermark forgeable.

transformers writes `output_hidden_states` and its like to `config.json` when they were set while training, and reads
them back: everyone who loads the model then gets hidden states with every forward.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from finewarden.artifacts.folder import Folder
from finewarden.artifacts.json_settings import json_settings
from finewarden.artifacts.names import printable

__all__ = ["SetFlag", "output_flags", "watermark_keys"]

_CONFIGS = re.compile(r"(?:^|/)(?:config|generation_config)\.json$")
# Not output_router_logits: TRL sets it for the load-balancing loss of mixture-of-experts models.
_FLAGS = frozenset(
    {"output_hidden_states", "output_attentions", "output_scores", "output_logits", "return_dict_in_generate"}
)
_KEYS = frozenset({"hashing_key", "keys", "secret_key", "seed_key"})


@dataclass(frozen=True, slots=True)
class SetFlag:
    """A configuration's key (dotted) and its value as JSON spells it; a watermark key's value is never printed."""

    rel: str
    key: str
    value: str


def output_flags(folder: Folder) -> Iterator[SetFlag]:
    """Flags that are on: true, a number or a list of layers (all of them count), in sub-configurations too."""
    for rel, key, value in _entries(folder):
        if key.rpartition(".")[2] in _FLAGS and value not in (None, False, [], 0):
            yield SetFlag(rel, printable(key), printable(str(value)))


def watermark_keys(folder: Folder) -> Iterator[SetFlag]:
    """Keys below `watermarking_config`."""
    for rel, key, value in _entries(folder):
        parts = key.split(".")
        if "watermarking_config" in parts[:-1] and parts[-1] in _KEYS and value not in (None, []):
            yield SetFlag(rel, printable(key), str(value))


def _entries(folder: Folder) -> Iterator[tuple[str, str, Any]]:
    for rel, config in json_settings(folder, _CONFIGS):
        pending = [("", config)]
        while pending:
            prefix, part = pending.pop()
            if not isinstance(part, dict):
                continue
            for name, value in part.items():
                key = f"{prefix}.{name}" if prefix else name
                if isinstance(value, dict):
                    pending.append((key, value))
                else:
                    yield rel, key, value
