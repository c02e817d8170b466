"""LICENSE, NOTICE and use policy: copied from the base model's folder or from a file that a person names.

No text is ever made up or fetched here: what the folder still lacks is named, with where its text is.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from finewarden.licensing.license_files import find_license, is_beside
from finewarden.release import own_folder
from finewarden.release.draft import Draft
from finewarden.release.own_folder import FolderError

__all__ = ["LICENSE", "copy_from_base", "copy_given", "license_sha256"]

LICENSE = "LICENSE"
_LIMIT = 2**20


def copy_from_base(base: Path, draft: Draft) -> None:
    """Copy what is not in the draft yet; a file that is there stays as it is.

    Raises FolderError when *base* is no folder or a file of it can't be read.
    """
    if not base.is_dir():
        raise FolderError(f"base_model_dir: got {str(base)!r}, which is no folder: name the base model's own folder")
    for path in sorted(base.iterdir()):
        if is_beside(path.name) and path.is_file() and not _is_there(draft, path.name):
            # A hub cache is made of links to its own blobs: the base's files are read through them.
            draft.put(path.name, _content(path))


def copy_given(license_file: Path, draft: Draft) -> None:
    """Make *license_file* the `LICENSE` of the draft. Raises FolderError when it can't be read or is empty."""
    draft.put(LICENSE, _content(license_file))


def license_sha256(base: Path) -> str | None:
    """SHA-256 of the license file in *base*; None when it has none."""
    names = [path.name for path in base.iterdir() if path.is_file()] if base.is_dir() else []
    name = find_license(names)
    return hashlib.sha256(_content(base / name)).hexdigest() if name else None


def _is_there(draft: Draft, name: str) -> bool:
    path = draft.folder / name
    return name in draft.names() or path.exists() or path.is_symlink()


def _content(path: Path) -> bytes:
    try:
        found = own_folder.read_bytes(path.resolve(), limit=_LIMIT)
    except FolderError as error:
        raise FolderError(f"license text: {error}") from None
    if not found or not found.strip():
        raise FolderError(f"license text: {path.name} is missing or empty: name the file that holds the text")
    return found
