"""Where the files of a release name their base model: the policy, the adapter, the card, the record, the configuration,
what merges and trainers leave."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from finewarden import front_matter
from finewarden.artifacts.folder import Folder
from finewarden.artifacts.unreadable import UnreadableFile
from finewarden.evidence.model_card import MODEL_CARD
from finewarden.front_matter import FrontMatterError
from finewarden.licensing.base.claims import BaseClaim, Strength
from finewarden.licensing.base.names import is_hub_id, is_local
from finewarden.licensing.base.weighed_claims import Kind, Weighed, hinted, named
from finewarden.licensing.library import Library
from finewarden.policy import Policy

__all__ = ["name_claims"]

_MERGES = ("mergekit_config.yml", "mergekit_config.yaml")
_MOST = 16  # a merge of more is no merge
_CACHED = re.compile(r"(?:^|[/\\])models--([\w.-]+)--([\w.-]+?)(?:[/\\]|$)")


def name_claims(
    folder: Folder, front: Mapping[str, Any], adapter: Any, config: Any, policy: Policy | None, library: Library
) -> Iterator[Weighed]:
    """Each name of the base, the owner's word first. *front* is the card's front matter."""
    if policy is not None and policy.base_model:
        yield from _one(f"{policy.file or 'the policy'}: base_model", policy.base_model, "policy", "strong", library)
    base = _of(adapter, "base_model_name_or_path")
    yield from _one("adapter_config.json: base_model_name_or_path", base, "name", "strong", library)
    yield from _several("README.md: base_model", front.get("base_model"), "name", library)
    yield from _one("config.json: _name_or_path", _of(config, "_name_or_path"), "name", "strong", library)
    yield from _one(
        f"{MODEL_CARD}: base_model", _of(_json(folder, MODEL_CARD), "base_model"), "name", "medium", library
    )
    for rel in _MERGES:
        yield from _several(rel, _merged(folder, rel), "leftover", library)
    if isinstance(config, dict) and isinstance(config.get("unsloth_version"), str):
        yield Weighed(BaseClaim("config.json: unsloth_version", "trained with Unsloth", "leftover", "weak"), "mark")


def _several(where: str, value: Any, kind: Kind, library: Library) -> Iterator[Weighed]:
    if isinstance(value, str):
        yield from _one(where, value, kind, "medium", library)
    elif isinstance(value, list):
        for item in list(dict.fromkeys(item for item in value[:256] if isinstance(item, str)))[:_MOST]:
            yield from _one(where, item, kind, "medium", library)


def _one(where: str, value: Any, kind: Kind, strength: Strength, library: Library) -> Iterator[Weighed]:
    if not isinstance(value, str) or not 0 < len(value.strip()) <= 1000:
        return
    name = value.strip()
    cached = _CACHED.search(name)
    if cached is not None:
        yield from named(where, f"{cached[1]}/{cached[2]}", kind, "medium", library)
    elif is_hub_id(name) and "/" in name and not is_local(name):
        yield from named(where, name, kind, strength, library)
    else:
        yield from hinted(where, name, kind, library)


def _merged(folder: Folder, rel: str) -> list[str]:
    """The models that mergekit was told to merge."""
    if folder.get(rel) is None:
        return []
    try:
        config = front_matter.parse(folder.text(rel, limit=front_matter.LIMIT))
    except (UnreadableFile, FrontMatterError):
        return []
    found: list[str] = []
    pending: list[Any] = [config]
    while pending and len(found) < 256:
        value = pending.pop()
        if isinstance(value, dict):
            for key, item in value.items():
                if key in ("model", "base_model") and isinstance(item, str):
                    found.append(item.partition("+")[0])  # "model+adapter"
                elif isinstance(item, dict | list):
                    pending.append(item)
        elif isinstance(value, list):
            pending += value
    return sorted(found)


def _of(data: Any, key: str) -> Any:
    return data.get(key) if isinstance(data, dict) else None


def _json(folder: Folder, rel: str) -> Any:
    try:
        return folder.json(rel, limit=2**20) if folder.get(rel) else None
    except UnreadableFile:
        return None
