"""Configuration values that name a model or a file, and hold a path instead of an id."""

from __future__ import annotations

import re
from collections.abc import Iterator

from finewarden.artifacts.contents import Sighting
from finewarden.artifacts.folder import Folder
from finewarden.artifacts.json_settings import json_settings

__all__ = ["named_paths"]

_CONFIGS = re.compile(r"(?:^|/)(?:adapter_config|config|tokenizer_config|generation_config)\.json$")
_KEYS = ("base_model_name_or_path", "_name_or_path", "name_or_path")
_PATH = re.compile(r"(?:/|~|\.\.?[/\\]|[A-Za-z]:[/\\]|\\\\|file:)")


def named_paths(folder: Folder) -> Iterator[Sighting]:
    """Top-level keys that say which model this comes from, where the value is written as a path, wherever it leads."""
    for rel, config in json_settings(folder, _CONFIGS):
        for key in _KEYS:
            value = config.get(key) if isinstance(config, dict) else None
            if isinstance(value, str) and _PATH.match(value):
                yield Sighting(rel, f"{rel}:{key}", "local path", value)
