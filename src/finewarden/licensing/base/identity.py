"""Which base model a folder is made of, told offline from its own files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from finewarden import front_matter
from finewarden.artifacts.folder import Folder
from finewarden.artifacts.unreadable import UnreadableFile
from finewarden.front_matter import FrontMatterError
from finewarden.licensing.base.architectures import match
from finewarden.licensing.base.claims import BaseIdentity
from finewarden.licensing.base.decision import decide
from finewarden.licensing.base.dimensions import Dimensions, from_config
from finewarden.licensing.base.gguf_claims import gguf_claims
from finewarden.licensing.base.license_claims import license_claims
from finewarden.licensing.base.name_claims import name_claims
from finewarden.licensing.base.tensor_shapes import adapter_dimensions, weight_dimensions
from finewarden.licensing.base.tokenizer_marks import tokenizer_claims
from finewarden.licensing.base.weighed_claims import Kind, Weighed, measured
from finewarden.licensing.library import Library
from finewarden.licensing.terms import library_of
from finewarden.policy import Policy

__all__ = ["identify_base"]

_JSON_LIMIT = 2 * 2**20
_README_LIMIT = 2**20
# Of a card whose front matter is no YAML, the lines that any reader would take to mean this.
_LINE = re.compile(
    r"^(base_model|license|license_name):[ \t]*[\"']?([^\s\"'#\[\]{}]{1,200})[\"']?[ \t]*$", re.MULTILINE
)


def identify_base(
    model_dir: Folder | Path | str, *, policy: Policy | None = None, library: Library | None = None
) -> BaseIdentity:
    """Every claim that *model_dir* makes about its base, what they establish together, and which can't both hold.

    *policy* is the owner's word on the base; *library* the records that models are matched with (default: shipped,
    with the policy's own). Nothing is downloaded, loaded or run. Raises UnreadableFile when the folder can't be listed.
    """
    folder = model_dir if isinstance(model_dir, Folder) else Folder.open(Path(model_dir))
    if library is None:
        library = Library.shipped() if policy is None else library_of(policy)
    front = _front_matter(folder)
    adapter, config = _json(folder, "adapter_config.json"), _json(folder, "config.json")
    weighed = [
        *name_claims(folder, front, adapter, config, policy, library),
        *_dimensions(folder, adapter, config, library),
        *gguf_claims(folder, library),
        *tokenizer_claims(folder, library),
        *license_claims(folder, front, library),
    ]
    return decide(weighed, library)


def _dimensions(folder: Folder, adapter: Any, config: Any, library: Library) -> Iterator[Weighed]:
    stated, built = from_config(config), weight_dimensions(folder)
    found: list[tuple[str, Kind, Dimensions | None]] = [
        ("config.json", "architecture", stated),
        ("model.safetensors", "shapes", built),
        ("adapter_model.safetensors", "shapes", adapter_dimensions(folder, adapter)),
    ]
    for where, kind, seen in found:
        fitting = match(seen) if seen is not None else None
        if seen is not None and fitting is not None:
            yield measured(where, seen, fitting, kind, library)


def _front_matter(folder: Folder) -> Mapping[str, Any]:
    """That of README.md; what can be told of one that is broken, which `release.front_matter` tells."""
    try:
        text = folder.text("README.md", limit=_README_LIMIT) if folder.get("README.md") else ""
    except UnreadableFile:
        return {}
    try:
        front, _ = front_matter.split(text)
        return front_matter.parse(front or "")
    except FrontMatterError:
        found: dict[str, str] = {}
        for key, value in _LINE.findall(text[: front_matter.LIMIT]):
            found.setdefault(key, value)
        return found


def _json(folder: Folder, rel: str) -> Any:
    """*rel*, or None: a file that can't be read is told by the artifact audits."""
    try:
        return folder.json(rel, limit=_JSON_LIMIT) if folder.get(rel) else None
    except UnreadableFile:
        return None
