"""JSON Lines: one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from finewarden.personal_data.reading.lines import decoded, lines, without_mark
from finewarden.personal_data.reading.rows import Broken, Item, Row

__all__ = ["parsed", "read"]


def read(stream: BinaryIO, *, first: int = 1, size: int | None = None) -> Iterator[Item]:
    """The rows of the next *size* bytes, numbered by lines from *first* on; blank lines are passed over."""
    for line in lines(stream, first=first, size=size):
        if isinstance(line, Broken):
            yield line
            continue
        number, content = line
        if number == 1:
            start = without_mark(content)
            if isinstance(start, Broken):
                yield start
                return
            content = start
        if content.strip():
            text = decoded(content, number)
            yield text if isinstance(text, Broken) else parsed(text, number)


def parsed(text: str, number: int) -> Item:
    """The object that *text* is.

    By the standard library alone: faster parsers differ in NaN, large numbers and lone surrogates, and parsing is no
    tenth of a scan. A name that stands twice in one object is refused: readers differ in which of the two they keep.
    """
    try:
        value = _DECODER.decode(text)
    except _TwiceError:
        return Broken(number, "names a field twice in one object; keep one of each")
    except json.JSONDecodeError as error:
        return Broken(number, f"is not JSON ({error.msg}); write one object a line")
    except (ValueError, RecursionError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else "a number with too many digits"
        return Broken(number, f"is not JSON that can be read ({why}); mend it")
    if not isinstance(value, dict):
        return Broken(number, f"holds a {type(value).__name__}, not an object; write one object a line")
    return Row(number, value)


class _TwiceError(ValueError):
    pass


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _TwiceError
    return made


_DECODER = json.JSONDecoder(object_pairs_hook=_once)
