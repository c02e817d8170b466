"""The texts of one row and where they stand: any string of any column, per message."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from finewarden.personal_data.chat_roles import OTHER, is_role

__all__ = ["TextPlace", "texts_of"]

_DEEPEST = 100
_SPEAKER = ("role", "from")


@dataclass(frozen=True, slots=True)
class TextPlace:
    """*text* stands at *field* of its row, for instance ``("messages", 1, "content")``, said by *role*: one of a chat
    format, or "other".
    """

    field: tuple[str | int, ...]
    role: str | None
    text: str = dataclasses.field(repr=False)

    @property
    def column(self) -> str:
        """The path without positions, as a report groups by it: ``messages.content``."""
        return ".".join(part for part in self.field if isinstance(part, str))


def texts_of(row: Mapping[str, Any]) -> Iterator[TextPlace]:
    """Every non-empty string of *row*, in order. Raises ValueError for a row nested deeper than 100 levels.

    Of a message (a mapping with `role` or `from`, and `content` or `value`) the role is given; the word for it is a
    text only where it is none of a chat format: it may be anybody's name or address then.
    """
    yield from _texts(row, (), None, 0)


def _texts(value: Any, at: tuple[str | int, ...], role: str | None, depth: int) -> Iterator[TextPlace]:
    if depth > _DEEPEST:
        raise ValueError(f"is nested deeper than {_DEEPEST} levels; flatten it")
    if isinstance(value, str):
        if value:
            yield TextPlace(at, role, value)
    elif isinstance(value, dict | Mapping):  # `Mapping` alone is asked slowly
        speaker = value.get("role", value.get("from")) if depth else None
        message = isinstance(speaker, str) and ("content" in value or "value" in value)
        if message:
            role = speaker if is_role(speaker) else OTHER
        for key, item in value.items():
            if not (message and key in _SPEAKER and isinstance(item, str) and is_role(item)):
                yield from _texts(item, (*at, str(key)), role, depth + 1)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _texts(item, (*at, number), role, depth + 1)
