"""Lines of a given width, for text that is English, Chinese or both: no word is cut, no line begins with a comma."""

from __future__ import annotations

import re

from rich.cells import cell_len

__all__ = ["wrapped"]

_WIDE = "\u2014\u2018\u2019\u201c\u201d\u2026\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
_PART = re.compile(rf"\s+|[{_WIDE}]|[^\s{_WIDE}]+")
_OPENS = frozenset("\u2018\u201c\u3008\u300a\u300c\u300e\u3010\uff08")
_CLOSES = frozenset("\u2019\u201d\u2026\u3001\u3002\u3009\u300b\u300d\u300f\u3011\uff01\uff09\uff0c\uff1a\uff1b\uff1f")


def wrapped(text: str, width: int) -> list[str]:
    """*text* in lines of at most *width* cells. What is longer and has no place to break, such as an address, is left
    whole on a line of its own."""
    lines: list[str] = []
    line = ""
    for unit, gap in _units(text):
        joined = f"{line} {unit}" if line and gap else line + unit
        if line and cell_len(joined) > width:
            lines.append(line)
            line = unit
        else:
            line = joined
    return [*lines, line] if line else lines


def _units(text: str) -> list[tuple[str, bool]]:
    """What may not be broken, and whether a blank stands before it: words, and Chinese characters one by one, each with
    the marks that open or close it."""
    units: list[tuple[str, bool]] = []
    gap = False
    for part in _PART.findall(text):
        if part.isspace():
            gap = True
            continue
        previous = units[-1][0] if units else ""
        if units and not gap and (part in _CLOSES or previous[-1] in _OPENS):
            units[-1] = (previous + part, units[-1][1])
        else:
            units.append((part, gap))
        gap = False
    return units
