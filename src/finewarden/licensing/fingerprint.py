"""The fingerprint of a license text: hashes of its words in their order, and where its clauses begin."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Fingerprint"]


@dataclass(frozen=True)
class Fingerprint:
    """*id* names the text (one revision), *key* the record; *tokens* are the words' hashes, *clauses* (label, first
    token) in order."""

    id: str
    key: str
    clauses: tuple[tuple[str, int], ...]
    tokens: tuple[int, ...]
