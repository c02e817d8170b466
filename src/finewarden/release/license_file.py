"""LICENSE, NOTICE and use policy: copied from the base model's folder or from a file that a person names.

No text is ever made up or fetched here: which license a release owes is for people (and the licensing rules) to say.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from finewarden.licensing.license_files import find_license, is_beside
from finewarden.release import own_folder
from finewarden.release.own_folder import FolderError

__all__ = ["copy_from_base", "copy_given", "license_sha256"]

_LIMIT = 2**20


def copy_from_base(base: Path, folder: Path) -> list[str]:
    """Copy what is not in *folder* yet; a file that is there stays as it is. Returns the names written.

    Raises FolderError when *base* is no folder or a file of it can't be read.
    """
    if not base.is_dir():
        raise FolderError(f"base_model_dir: got {str(base)!r}, which is no folder: name the base model's own folder")
    written = []
    for path in sorted(base.iterdir()):
        if not is_beside(path.name) or not path.is_file():
            continue
        target = folder / path.name
        if target.exists() or target.is_symlink():
            continue
        # A hub cache is made of links to its own blobs: the base's files are read through them.
        if own_folder.write_if_changed(target, _content(path)):
            written.append(path.name)
    return written


def copy_given(license_file: Path, folder: Path) -> list[str]:
    """Make *license_file* the `LICENSE` of *folder*. Raises FolderError when it can't be read or is empty."""
    return ["LICENSE"] if own_folder.write_if_changed(folder / "LICENSE", _content(license_file)) else []


def license_sha256(base: Path) -> str | None:
    """SHA-256 of the license file in *base*; None when it has none."""
    name = find_license(path.name for path in base.iterdir() if path.is_file()) if base.is_dir() else None
    return hashlib.sha256(_content(base / name)).hexdigest() if name else None


def _content(path: Path) -> bytes:
    try:
        found = own_folder.read_bytes(path.resolve(), limit=_LIMIT)
    except FolderError as error:
        raise FolderError(f"license text: {error}") from None
    if not found or not found.strip():
        raise FolderError(f"license text: {path.name} is missing or empty: name the file that holds the text")
    return found
