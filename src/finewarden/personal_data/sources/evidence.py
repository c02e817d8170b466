"""Whether a stored document is the one that was looked at: its SHA-256, and its text within bounds."""

from __future__ import annotations

import hashlib
from pathlib import Path

__all__ = ["MOST", "hash_problem", "stored_text"]

MOST = 8 * 1024 * 1024
"""Bytes of a stored robots.txt or of stored terms that are read; RFC 9309 asks a crawler for 500 KiB."""


def hash_problem(path: Path, sha256: str) -> str | None:
    """Why the file *path* is not the one of *sha256*; None when it is."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"can't be read ({error.strerror})"
    return None if found == sha256 else f"has SHA-256 {found[:12]}…, and the policy says {sha256[:12]}…"


def stored_text(path: Path) -> str:
    """The text of *path*, bytes that are not UTF-8 replaced. Raises ValueError where it is too long or unreadable."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST + 1)
    except OSError as error:
        raise ValueError(f"can't be read ({error.strerror})") from None
    if len(raw) > MOST:
        raise ValueError(f"is longer than {MOST // 1024 // 1024} MiB: store the document itself, nothing around it")
    return raw.decode("utf-8-sig", "replace")
