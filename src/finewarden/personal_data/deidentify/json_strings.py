"""JSON text with some of its strings changed, and every other byte as it was: numbers, spaces, escapes, key order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["with_strings"]

# In valid JSON every quote begins or ends a string; one that a colon follows is a key.
_STRING = re.compile(r'("[^"\\]*+(?:\\.[^"\\]*+)*+")([ \t\r\n]*+:)?', re.DOTALL)


def with_strings(raw: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """*raw*, which is *before* as JSON, with the strings that *after* has in their place. Both have the same shape.

    Raises ValueError where *raw* does not have the strings of *before*.
    """
    pairs = zip(_strings(before), _strings(after), strict=True)
    parts, done = [], 0
    for match in _STRING.finditer(raw):
        if match[2] is not None:
            continue
        pair = next(pairs, None)
        if pair is None:
            raise ValueError("has other strings than were read; write it again with one object a line")
        if pair[0] != pair[1]:
            parts += [raw[done : match.start(1)], _literal(pair[1], match[1])]
            done = match.end(1)
    if next(pairs, None) is not None:
        raise ValueError("has other strings than were read; write it again with one object a line")
    return "".join((*parts, raw[done:]))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _literal(text: str, was: str) -> str:
    """*text* as a JSON string, escaped as *was* is; a lone surrogate can't be written otherwise."""
    escaped = (was.isascii() and "\\u" in was) or any("\ud800" <= char <= "\udfff" for char in text)
    return json.dumps(text, ensure_ascii=escaped)
