"""The elements of a JSON array, or objects one after another, as they stand in the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from finewarden.personal_data.reading.rows import LONGEST

__all__ = ["UnshapedError", "elements"]

# A quote that begins a string whose end has not been read yet is a token of its own, and ends what can be told.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["{}\[\]]', re.DOTALL)


class UnshapedError(ValueError):
    """Text that is neither an array of objects nor objects; says how to mend it, and nothing of what it holds."""


def elements(blocks: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What stands before each object, and its text; at last what stands behind all, with no text.

    Raises UnshapedError for what is neither an array of objects nor objects, or is not closed. Memory: one element.
    """
    text, at, before = "", 0, 0  # `before`: where what stands before the element at hand begins
    begun, depth, base = -1, 0, 0
    for block in blocks:
        keep = before
        text, at, before = text[keep:] + block, at - keep, 0
        begun = begun - keep if begun >= 0 else -1
        if len(text) > LONGEST:
            raise UnshapedError(f"has an element of more than {LONGEST // 2**20} MiB, or one never closed; split it")
        for token in _TOKEN.finditer(text, at):
            mark = token[0]
            if mark == '"':
                break
            at = token.end()
            if mark[0] == '"':
                if begun < 0:
                    raise UnshapedError("holds a string that stands in no object; write an array of objects")
            elif mark in "{[":
                if begun < 0 and (mark == "{" or base):
                    begun = token.start()
                elif begun < 0:
                    base = 1
                depth += 1
            else:
                depth -= 1
                if begun >= 0 and depth == base:
                    yield text[before:begun], text[begun:at]
                    before, begun = at, -1
    if begun >= 0 or depth > 0 or '"' in text[before:]:
        raise UnshapedError("is not JSON (the file ends before it is closed); write it again")
    yield text[before:], ""
