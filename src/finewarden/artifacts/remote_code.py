"""Code that comes with the model: named in a configuration for loaders to import, or lying there as a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from finewarden.artifacts.folder import Folder
from finewarden.artifacts.json_settings import json_settings
from finewarden.artifacts.names import printable
from finewarden.leftovers import leftover_kind

__all__ = ["CodeFile", "CodeReference", "code_files", "code_references"]

_CONFIGS = re.compile(r"(?:^|/)(?:[\w\-]*config|modules|adapter_config)\.json$")
_CODE = re.compile(
    r"\.(?:py|pyc|pyd|pyx|so(?:\.\d+)*|dll|dylib|exe|sh|bat|cmd|ps1|js|jar|wasm|cu|cubin|ptx)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class CodeReference:
    """A key of a configuration that makes a loader import *target*; `rel` is the configuration."""

    rel: str
    key: str
    target: str


@dataclass(frozen=True, slots=True)
class CodeFile:
    """A file that an interpreter or a loader executes."""

    rel: str


def code_references(folder: Folder) -> Iterator[CodeReference]:
    """`auto_map`, custom pipelines and generation, PEFT's `auto_mapping`, modules of sentence-transformers."""
    for rel, config in json_settings(folder, _CONFIGS):
        for key, target in _references(config):
            yield CodeReference(rel, printable(key), printable(target))


def code_files(folder: Folder) -> Iterator[CodeFile]:
    """Source, bytecode, libraries and scripts by their names. Not those of leftovers, which leave with their folder."""
    for file in folder.files:
        if _CODE.search(file.rel) and leftover_kind(file.rel) is None:
            yield CodeFile(file.rel)


def _references(config: Any) -> Iterator[tuple[str, str]]:
    if isinstance(config, list):  # modules.json of sentence-transformers
        for module in config:
            kind = module.get("type") if isinstance(module, dict) else None
            if isinstance(kind, str) and not kind.startswith("sentence_transformers."):
                yield "type", kind
        return
    pending = [config]
    while pending:
        part = pending.pop()
        if not isinstance(part, dict):
            continue
        for key, value in part.items():
            if key in ("auto_map", "custom_pipelines", "custom_generate") and value:
                yield key, _first_text(value)
            elif key == "auto_mapping" and isinstance(value, dict):
                library = value.get("parent_library")
                if isinstance(library, str) and not library.startswith("transformers.models."):
                    yield "auto_mapping.parent_library", library
            elif isinstance(value, dict):
                pending.append(value)


def _first_text(value: Any) -> str:
    while isinstance(value, dict | list) and value:
        value = next(iter(value.values())) if isinstance(value, dict) else value[0]
    return str(value)
