"""What every public record refuses to hold: tokens, and folders, hosts or users of the machine that trained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from finewarden.redaction import find_local_paths, find_secrets, mask

__all__ = ["refuse_private"]


def refuse_private(record: dict[str, Any]) -> None:
    """Raises ValueError when a text anywhere in *record* holds such a thing; names the place, never the value."""
    for where, text in _texts(record, ""):
        for found in (*find_secrets(text), *find_local_paths(text)):
            raise ValueError(f"{where} holds a {found.kind} ({mask(found.value)}): a public record must not")


def _texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Each string below *value*, keys too, with its place."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield where, key
            yield from _texts(item, f"{where}.{key}" if where else key)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _texts(item, f"{where}[{number}]")
