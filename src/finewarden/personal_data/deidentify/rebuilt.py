"""A row with some of its strings changed, and everything else as it was."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Set
from typing import Any

__all__ = ["Changes", "rebuilt"]

Changes = Mapping[tuple[str | int, ...], tuple[str, str]]
"""By the place of a text (as `texts_of` names it): the text as it is, and as it shall be."""


def rebuilt(row: Mapping[str, Any], changes: Changes) -> Mapping[str, Any]:
    """*row* with *changes* made; itself when there are none. Containers on the way to a change are copied, keys keep
    their order, lists, tuples and sets their type; an array becomes a list, since texts that grow do not fit in it.
    Bytes that are text become UTF-8.
    """
    if not changes:
        return row
    made: Mapping[str, Any] = _rebuilt(row, (), changes)
    return made


def _rebuilt(value: Any, at: tuple[str | int, ...], changes: Changes) -> Any:
    if isinstance(value, str):
        before, after = changes.get(at, (value, value))
        return after if before == value else value
    if isinstance(value, Mapping):
        return {key: _rebuilt(item, (*at, str(key)), changes) for key, item in value.items()}
    if isinstance(value, list):
        return [_rebuilt(item, (*at, number), changes) for number, item in enumerate(value)]
    if isinstance(value, tuple):
        return tuple(_rebuilt(item, (*at, number), changes) for number, item in enumerate(value))
    if not any(place[: len(at)] == at for place in changes):
        return value
    return _unusual(value, at, changes)


def _unusual(value: Any, at: tuple[str | int, ...], changes: Changes) -> Any:
    """What `places.leaves_of` reads as a text or a list, changed."""
    if isinstance(value, bytes | bytearray | memoryview):
        data = changes[at][1].encode("utf-8", "surrogatepass")
        return bytearray(data) if isinstance(value, bytearray) else data
    if isinstance(value, Set):
        items = _rebuilt(sorted(value, key=repr), at, changes)
        return frozenset(items) if isinstance(value, frozenset) else set(items)
    if isinstance(value, deque):
        return deque(_rebuilt(list(value), at, changes), value.maxlen)
    return _rebuilt(value.tolist(), at, changes)
