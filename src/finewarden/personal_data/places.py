"""The texts of one row and where they stand: any string of any column, per message."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["TextPlace", "texts_of"]

_DEEPEST = 100
# What a row says of itself and not of anybody: who speaks, how a message is built.
_STRUCTURE = frozenset({"role", "from", "type"})


@dataclass(frozen=True, slots=True)
class TextPlace:
    """*text* stands at *field* of its row, for instance ``("messages", 1, "content")``, said by *role*."""

    field: tuple[str | int, ...]
    role: str | None
    text: str = dataclasses.field(repr=False)

    @property
    def column(self) -> str:
        """The path without positions, as a report groups by it: ``messages.content``."""
        return ".".join(part for part in self.field if isinstance(part, str))


def texts_of(row: Mapping[str, Any]) -> Iterator[TextPlace]:
    """Every non-empty string of *row*, in order. Raises ValueError for a row nested deeper than 100 levels.

    Of a message (a mapping with `role`, or with `from` and `value`) the role is given, and is no text itself.
    """
    yield from _texts(row, (), None, 0)


def _texts(value: Any, at: tuple[str | int, ...], role: str | None, depth: int) -> Iterator[TextPlace]:
    if depth > _DEEPEST:
        raise ValueError(f"is nested deeper than {_DEEPEST} levels; flatten it")
    if isinstance(value, str):
        if value:
            yield TextPlace(at, role, value)
    elif isinstance(value, Mapping):
        speaker = value.get("role", value.get("from")) if depth else None
        message = isinstance(speaker, str) and ("content" in value or "value" in value)
        for key, item in value.items():
            if not (message and key in _STRUCTURE):
                yield from _texts(item, (*at, str(key)), speaker if message else role, depth + 1)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _texts(item, (*at, number), role, depth + 1)
