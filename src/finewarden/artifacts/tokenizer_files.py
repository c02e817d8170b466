"""Values of the tokenizer's configuration that no tokenizer needs: paths, and whatever a script passed along.

`from_pretrained` stores every keyword that it does not know. A file name that is a path made loaders read, and
`push_to_hub` publish, files outside the folder (huggingface/transformers#46279).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from finewarden.artifacts.folder import Folder
from finewarden.artifacts.json_settings import json_settings
from finewarden.artifacts.names import printable

__all__ = ["TokenizerValue", "odd_tokenizer_values"]

_FILES = re.compile(
    r"(?:^|/)(?:tokenizer_config|special_tokens_map|(?:pre)?processor_config|video_preprocessor_config)\.json$"
)
_FILE_KEYS = re.compile(r"(?:^|_)(?:file|files|path|paths|dir|directory|folder)$")
_SECRET_KEYS = re.compile(
    r"(?i)(?:api_?key|secret|passw(?:or)?d|credential|(?:^|_)(?:auth|hub|access|hf|bearer)_?token$|^token$)"
)
# Written by transformers itself; a Hub id, not a file.
_IDS = frozenset({"name_or_path", "_name_or_path"})


@dataclass(frozen=True, slots=True)
class TokenizerValue:
    """A value that does not belong there. `why`: "path" or "secret"; `value` is never to be printed in clear."""

    rel: str
    key: str
    value: str
    why: str


def odd_tokenizer_values(folder: Folder) -> Iterator[TokenizerValue]:
    """File names that are paths, and keys that are called secret, in the tokenizer's and the processor's files."""
    for rel, config in json_settings(folder, _FILES):
        for key, value in _strings(config):
            last = key.rpartition(".")[2]
            if _SECRET_KEYS.search(last) and value.strip():
                yield TokenizerValue(rel, printable(key), value, "secret")
            elif _FILE_KEYS.search(last) and last not in _IDS and not _is_bare_name(value):
                yield TokenizerValue(rel, printable(key), value, "path")


def _is_bare_name(value: str) -> bool:
    """A file name in the folder itself. A hidden one is none that a tokenizer writes (`.env`)."""
    return not re.search(r"[/\\\0]", value) and not value.startswith((".", "~"))


def _strings(config: Any) -> Iterator[tuple[str, str]]:
    pending = [("", config)]
    while pending:
        key, value = pending.pop()
        if isinstance(value, dict):
            pending += [(f"{key}.{name}" if key else name, item) for name, item in value.items()]
        elif isinstance(value, list):
            pending += [(key, item) for item in value]
        elif isinstance(value, str):
            yield key, value
