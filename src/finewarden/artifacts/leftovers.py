"""What training left in a folder, counted by kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from finewarden.artifacts.folder import Folder
from finewarden.leftovers import KINDS, leftover_kind

__all__ = ["Leftover", "find_leftovers"]


@dataclass(frozen=True, slots=True)
class Leftover:
    """Files of one kind: how many, their bytes, and the first few names."""

    kind: str
    count: int
    size: int
    examples: tuple[str, ...]


def find_leftovers(folder: Folder) -> Iterator[Leftover]:
    """The kinds of leftovers in *folder*, each once, in the order in which they are listed above."""
    found: dict[str, list[tuple[str, int]]] = {}
    for file in folder.files:
        kind = leftover_kind(file.rel)
        if kind is not None:
            found.setdefault(kind, []).append((file.rel, file.size))
    for kind in KINDS:
        if files := found.get(kind):
            yield Leftover(kind, len(files), sum(size for _, size in files), tuple(rel for rel, _ in files[:3]))
