"""What a GGUF file's metadata say: names and licenses that a converter copied from the card, and dimensions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from finewarden.artifacts.folder import Folder
from finewarden.artifacts.gguf_metadata import GGUF_MAGIC, ListLength, gguf_values
from finewarden.artifacts.unreadable import UnreadableFile
from finewarden.licensing.base.architectures import match
from finewarden.licensing.base.dimensions import Dimensions
from finewarden.licensing.base.weighed_claims import Weighed, declared, hinted, measured, named, of_type
from finewarden.licensing.library import Library

__all__ = ["gguf_claims"]

_HEAD = 2**20  # names and dimensions come before the vocabulary
_FILES = 4  # the first shard, or a few quantisations of one model
_VALUES = {
    "embedding_length": "hidden",
    "block_count": "layers",
    "attention.head_count": "heads",
    "attention.head_count_kv": "kv_heads",
    "feed_forward_length": "intermediate",
    "expert_feed_forward_length": "moe",
    "vocab_size": "vocab",
}
_BASE = re.compile(r"general\.base_model\.\d{1,3}\.(repo_url|name|organization)$")
# llama.cpp's names of architectures that one maker's models alone have, as this table's; "llama" is everyone's.
_TYPES = {
    **{name: frozenset({name}) for name in ("gemma", "gemma2", "gemma3", "gemma3n", "gemma4", "phi3", "starcoder2")},
    **{
        name: frozenset({name})
        for name in ("qwen", "qwen2", "qwen3", "olmo2", "exaone", "exaone4", "internlm2", "granite")
    },
    "qwen2moe": frozenset({"qwen2_moe"}),
    "qwen3moe": frozenset({"qwen3_moe"}),
    "deepseek2": frozenset({"deepseek_v2", "deepseek_v3", "deepseek_v32"}),
    "command-r": frozenset({"cohere"}),
    "cohere2": frozenset({"cohere2"}),
    "gpt-oss": frozenset({"gpt_oss"}),
    "llama4": frozenset({"llama4"}),
}


def gguf_claims(folder: Folder, library: Library) -> Iterator[Weighed]:
    """The claims of the first few GGUF files at the top of *folder*."""
    files = [file.rel for file in folder.files if file.rel.lower().endswith(".gguf") and "/" not in file.rel]
    for rel in files[:_FILES]:
        values = _values(folder, rel)
        yield from _names(rel, values, library)
        license_, name = values.get("general.license"), values.get("general.license.name")
        if isinstance(license_, str):
            said = name if license_ == "other" and isinstance(name, str) else license_
            yield from declared(f"{rel}: general.license", said, library)
        yield from _dimensions(rel, values, library)


def _values(folder: Folder, rel: str) -> dict[str, str | int | float]:
    found: dict[str, str | int | float] = {}
    try:
        if folder.head(rel, 4) != GGUF_MAGIC:
            return found
        for key, value in gguf_values(folder, rel, head=_HEAD):
            found[key] = value
            if key == "tokenizer.ggml.tokens":
                break
    except UnreadableFile:  # cut at _HEAD, or told by the artifact audits
        pass
    return found


def _names(rel: str, values: dict[str, str | int | float], library: Library) -> Iterator[Weighed]:
    for key, value in values.items():
        if not isinstance(value, str) or not 0 < len(value) <= 300:
            continue
        found = _BASE.match(key)
        if found is not None and found[1] == "repo_url":
            hub = re.fullmatch(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/([\w.-]+/[\w.-]+)/?", value)
            if hub is not None:
                yield from named(f"{rel}: {key}", hub[1], "gguf", "medium", library)
        elif key == "general.name" or (found is not None and found[1] == "name"):
            yield from hinted(f"{rel}: {key}", value.replace(" ", "-"), "gguf", library)


def _dimensions(rel: str, values: dict[str, str | int | float], library: Library) -> Iterator[Weighed]:
    kind = values.get("general.architecture")
    if not isinstance(kind, str) or len(kind) > 60:
        return
    found: dict[str, Any] = {
        field: value
        for key, field in _VALUES.items()
        if type(value := values.get(f"{kind}.{key}")) is int and 0 < value < 2**31
    }
    tokens = values.get("tokenizer.ggml.tokens")
    if "vocab" not in found and isinstance(tokens, ListLength) and 0 < tokens < 2**31:
        found["vocab"] = int(tokens)
    types = _TYPES.get(kind, frozenset())
    seen = replace(Dimensions(**found), model_type=next(iter(types)) if len(types) == 1 else None)
    fitting = match(seen)
    if fitting is not None:
        yield measured(f"{rel}: {kind}.*", seen, fitting, "gguf", library)
    elif types:
        yield from of_type(f"{rel}: general.architecture", kind, types, "gguf", library)
