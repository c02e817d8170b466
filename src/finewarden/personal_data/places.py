"""The texts of one row and where they stand: any string of any column, per message."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections import deque
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from finewarden.personal_data.chat_roles import OTHER, is_role

__all__ = ["Leaf", "TextPlace", "leaves_of", "texts_of"]

_DEEPEST = 100
_SPEAKER = ("role", "from")
# What tables hold beside texts; nobody is known by it.
_SCALARS = (int, float, complex, Decimal, datetime.date, datetime.time, datetime.timedelta, UUID)
_BINARY = 0.1  # of characters that are no UTF-8: a picture has more, a text that was cut fewer
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,40}")

Path = tuple[str | int, ...]
Leaf = tuple[Path, str | None, Any]
"""The place of a value that holds no other, who says it (as `TextPlace.role`), the value; None for an empty list."""


@dataclass(frozen=True, slots=True)
class TextPlace:
    """*text* stands at *field* of its row, for instance ``("messages", 1, "content")``, said by *role*: one of a chat
    format, or "other".
    """

    field: Path
    role: str | None
    text: str = dataclasses.field(repr=False)

    @property
    def column(self) -> str:
        """The path without positions, as a report groups by it: ``messages.content``."""
        return ".".join(part for part in self.field if isinstance(part, str))


def texts_of(row: Mapping[str, Any]) -> Iterator[TextPlace]:
    """Every non-empty string of *row*, in order; bytes that are text are read as UTF-8. Raises as `leaves_of`.

    Of a message (a mapping with `role` or `from`, and `content` or `value`) the role is given; the word for it is a
    text only where it is none of a chat format: it may be anybody's name or address then.
    """
    for field, role, value in leaves_of(row):
        if value and isinstance(value, str):
            yield TextPlace(field, role, value)


def leaves_of(row: Mapping[str, Any]) -> Iterator[Leaf]:
    """Every value of *row* that holds no other, in order. Sets and arrays are read as lists, sets in a fixed order.

    Raises ValueError for a row nested deeper than 100 levels, TypeError for one that is no mapping or holds an object
    that has no texts to be read, a picture for instance.
    """
    if not isinstance(row, dict | Mapping):
        raise TypeError(f"a row is a {type(row).__name__}, not a mapping; give each row as {{column: value}}")
    yield from _leaves(row, (), None, 0)


def _leaves(value: Any, at: Path, role: str | None, depth: int) -> Iterator[Leaf]:
    if depth > _DEEPEST:
        raise ValueError(f"is nested deeper than {_DEEPEST} levels; flatten it")
    if value is None or isinstance(value, str):
        yield at, role, value
    elif isinstance(value, dict | Mapping):  # `Mapping` alone is asked slowly
        speaker = value.get("role", value.get("from")) if depth else None
        message = False
        if isinstance(speaker, str) and ("content" in value or "value" in value):
            message, role = True, speaker if is_role(speaker) else OTHER
        for key, item in value.items():
            if not (message and key in _SPEAKER and isinstance(item, str) and is_role(item)):
                yield from _leaves(item, (*at, str(key)), role, depth + 1)
        if not value:
            yield at, role, None
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _leaves(item, (*at, number), role, depth + 1)
        if not value:
            yield at, role, None
    elif isinstance(value, _SCALARS):
        yield at, role, value
    else:
        yield from _leaves(_plain(value, at), at, role, depth + 1)


def _plain(value: Any, at: Path) -> Any:
    """*value* as lists, texts and numbers. Raises TypeError."""
    if isinstance(value, bytes | bytearray | memoryview):
        return _decoded(bytes(value))
    if isinstance(value, Set):
        return sorted(value, key=repr)
    if isinstance(value, deque):
        return list(value)
    if callable(arrays := getattr(value, "tolist", None)):
        return arrays()
    names = [part for part in at if isinstance(part, str)]
    field = ".".join(names) if all(_NAME.fullmatch(name) for name in names) else "a field"  # a name may be somebody's
    raise TypeError(f"{field} holds a {type(value).__name__}, in which no text can be read; convert it or leave it out")


def _decoded(data: bytes) -> str | None:
    """The text of *data*; None for a picture, a sound and the like."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
        if text.count("\ufffd") > _BINARY * len(text):
            return None
    return text
