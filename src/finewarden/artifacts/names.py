"""File names that a terminal, a log or a reader would be deceived by."""

from __future__ import annotations

import unicodedata

__all__ = ["escaped", "is_odd", "printable"]

# Control, format (direction overrides, zero width), lone surrogate (not UTF-8 on disk), line and paragraph separators.
_DECEIVING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def is_odd(name: str) -> bool:
    """Whether *name* holds a character that is invisible, reorders text, breaks lines, or is no valid UTF-8.

    A backslash counts: it is a folder separator on Windows.
    """
    return any(_deceives(char) for char in name)


def escaped(name: str) -> str:
    """*name* as it may be printed: odd characters as escapes. One to one, so it may stand as a key too."""
    return "".join(_escape(char) if _deceives(char) else char for char in name) if is_odd(name) else name


def printable(text: str, limit: int = 120) -> str:
    """*text* from a hostile file as a report may show it: escaped, and cut at *limit* characters."""
    return escaped(text[:limit]) + ("…" if len(text) > limit else "")


def _deceives(char: str) -> bool:
    if "0" <= char <= "9" or "A" <= char <= "Z" or "a" <= char <= "z":
        return False
    return char == "\\" or unicodedata.category(char) in _DECEIVING


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
