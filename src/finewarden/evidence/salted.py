"""Keyed hashes: equal contents can be told, and without the salt none can be looked up."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from pathlib import Path

__all__ = ["data_digest", "salted"]


def salted(salt: str, content: bytes) -> str:
    """HMAC-SHA-256 of *content* under *salt*, hexadecimal."""
    return hmac.new(salt.encode(), content, hashlib.sha256).hexdigest()


def data_digest(paths: Sequence[Path], salt: str) -> str:
    """One keyed hash over the bytes of all *paths*, whatever their names and their order.

    Raises OSError for a file that can't be read.
    """
    each = []
    for path in paths:
        running = hmac.new(salt.encode(), digestmod=hashlib.sha256)
        with path.open("rb") as file:
            while block := file.read(2**20):
                running.update(block)
        each.append(running.hexdigest())
    return salted(salt, "\n".join(sorted(each)).encode())
