"""Presidio's patterns for URLs and e-mail addresses, tried only where they can match: same matches, in linear time.

Unanchored, a URL pattern tries up to 253 characters and a thousand endings from every letter on, and the one for e-mail
goes on to the end of any run of letters from every word in it, which on one long run takes time that grows with its
square.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

__all__ = ["narrowed", "short_of"]

# The shapes in which what follows holds, whatever the endings of URLs are.
_BASE = re.compile(
    re.escape(r"((www\d{0,3}[.])?[a-z0-9.\-]{1,253}[.](?:")
    + r"\(\?:[a-z]{2,}\)(?:\|\(\?:[a-z]{2,}\))*"
    + re.escape(r""")(?:/[^\s()<>\"']*)?)""")
)
_URL = re.compile(rf"\(\?i\)(?:\(\?:https\?://\))?{_BASE.pattern}")
_QUOTE = re.escape(r"""["\']""")
_QUOTED_URL = re.compile(rf"\(\?i\){_QUOTE}\((?:https\?://)?{_BASE.pattern}\){_QUOTE}")
_ENDS = r"[!#$%&'*+\-/=?^_`{|}~\w]"
_LOCAL = r"[!#$%&'*+\-/=?^_`{|}~\.\w]"
_DOMAIN = r"[@]\w+(?:-+\w+)*(?:\.\w+(?:-+\w+)*)+"
_EMAIL = rf"\b((({_ENDS})|({_ENDS}{_LOCAL}{{0,}}{_ENDS})){_DOMAIN})\b"

_RUN = r"""[^\s()<>"']+"""


def short_of(expression: str) -> str:
    """What stands in every match of a URL pattern, without the endings that take long to compile; else *expression*."""
    if _URL.fullmatch(expression) or _QUOTED_URL.fullmatch(expression):
        return r"(?i)[a-z0-9.\-][.][a-z]{2}"
    return expression


def narrowed(pattern: Any, flags: int) -> Any:
    """A Presidio `Pattern` that finds what *pattern*, compiled with *flags*, does; itself where nothing is gained."""
    import regex  # type: ignore[import-untyped,unused-ignore]

    if _URL.fullmatch(pattern.regex):
        compiled: Any = _InRuns(regex.compile(pattern.regex, flags), regex.compile(_RUN))
    elif pattern.regex == _EMAIL:
        compiled = _AtEachAt(
            regex.compile(pattern.regex, flags),
            regex.compile(_ENDS + _DOMAIN, flags),
            regex.compile(f"(?r){_LOCAL}*", flags),
            regex.compile(rf"\b{_ENDS}", flags),
        )
    else:
        return pattern
    faster = copy.copy(pattern)
    faster.compiled_regex, faster.compiled_with_flags = compiled, flags
    return faster


class _InRuns:
    """As much of a compiled URL pattern as Presidio uses.

    No character that parts two runs (white space, brackets, quotes) can be in a match, and without look-around a match
    in a run is a match in the text.
    """

    def __init__(self, compiled: Any, run: Any) -> None:
        self._compiled, self._run = compiled, run

    def finditer(self, text: str, timeout: float | None = None) -> Iterator[Any]:
        """As `regex.Pattern.finditer`; *timeout* holds for each run."""
        for run in self._run.finditer(text):
            start, end = run.span()
            # One character at least before the dot, two behind it.
            if text.find(".", start + 1, end - 2) >= 0:
                yield from self._compiled.finditer(text, start, end, timeout=timeout)


class _AtEachAt:
    """As much of the compiled pattern for e-mail as Presidio uses.

    A match has one "@", its first: so it begins in the letters before an "@" behind which a domain stands, and the
    first word there at which it can begin is where it does.
    """

    def __init__(self, compiled: Any, at_sign: Any, local: Any, first: Any) -> None:
        self._compiled, self._at_sign, self._local, self._first = compiled, at_sign, local, first

    def finditer(self, text: str, timeout: float | None = None) -> Iterator[Any]:
        """As `regex.Pattern.finditer`; *timeout* holds for each "@"."""
        done = 0
        at = text.find("@")
        while at >= 0:
            if at > done and self._at_sign.match(text, at - 1):
                first = self._first.search(text, self._local.match(text, done, at).start(), at)
                match = self._compiled.match(text, first.start(), timeout=timeout) if first else None
                if match is not None:
                    yield match
                    done = match.end()
            at = text.find("@", max(at + 1, done))
