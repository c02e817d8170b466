"""Licenses that a release declares, and texts of licenses that lie in it: what it says of itself, and no proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from finewarden.artifacts.folder import Folder
from finewarden.artifacts.unreadable import UnreadableFile
from finewarden.licensing.base.claims import BaseClaim
from finewarden.licensing.base.weighed_claims import Weighed, declared
from finewarden.licensing.library import Library
from finewarden.licensing.license_files import license_files
from finewarden.licensing.texts.match import identify_text

__all__ = ["license_claims"]

_TEXT_LIMIT = 256 * 1024
_MOST_BYTES = 1024 * 1024  # of all license texts together; license.text tells of those that are not read


def license_claims(folder: Folder, front: Mapping[str, Any], library: Library) -> Iterator[Weighed]:
    """The card's license, and whose text each license file is."""
    value, name = front.get("license"), front.get("license_name")
    for said in value[:4] if isinstance(value, list) else [value]:
        if said == "other" and isinstance(name, str):
            yield from declared("README.md: license_name", name, library)
        elif isinstance(said, str):
            yield from declared("README.md: license", said, library)
    sizes = {file.rel: file.size for file in folder.files if "/" not in file.rel}
    budget = _MOST_BYTES
    for rel in license_files(sizes):
        if (budget := budget - sizes[rel]) < 0:
            return
        try:
            found = identify_text(folder.text(rel, limit=_TEXT_LIMIT))
        except UnreadableFile:
            continue
        if found.key is not None and found.key in library.records:
            record = library.records[found.key]
            yield Weighed(BaseClaim(rel, record.name, "license", "medium", (), frozenset({found.key})), "text")
