"""For a pattern, a looser one that hyperscan can read: it matches wherever the pattern does, and elsewhere too.

Presidio's patterns are read by the package `regex`, on text; hyperscan reads PCRE, here on bytes, in which one byte
stands for every character beyond ASCII. What the two draw differently (where a word ends beside "²" or a combining
mark, which digits there are) is left open: `\\b` and every look-around hold anywhere, and `\\w`, `\\d` and `\\s` hold
of any character beyond ASCII.
"""

from __future__ import annotations

import re
import warnings

__all__ = ["as_bytes", "loosened"]

_FLAGS = re.IGNORECASE | re.MULTILINE | re.DOTALL
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
# Beyond ASCII, and letters of ASCII when case is ignored.
_FOLDED = "\u0130\u0131\u017f\u212a"
# A longer repetition takes hyperscan seconds to compile.
_LONGEST_REPETITION = 32

_CLASS = re.compile(r"\[(\^?)(\]?(?:\\.|[^\]\\])*)\]", re.DOTALL)
_REPETITION = re.compile(r"\{([0-9]*)(,?)([0-9]*)\}")
_LOOK_AROUND = re.compile(r"\(\?<?[=!]")
_GROUP = re.compile(r"\((?:\?(?:P<\w+>|[aimsu-]*[:)]|>))?")
# Characters by number or by name may lie beyond ASCII; a group referred to by number may have been in a look-around.
_UNREAD_ESCAPE = re.compile(r"\\[xuUN0-9]")
_REFERENCE = re.compile(r"\\[1-9]|\(\?P=|\(\?\(")


def as_bytes(text: str) -> bytes | None:
    """*text* with a byte for each character, for what `loosened` gives; None where no pattern can be ruled out."""
    if text.isascii():
        return text.encode()
    if any(each in text for each in _FOLDED):
        return None
    return _NOT_ASCII.sub("\xff", text).encode("latin-1")


def loosened(expression: str, flags: int) -> bytes | None:
    """The looser pattern; None for one that says something the two engines may not read alike.

    *flags* as given to `regex.compile`. Only what Python's own `re` reads without a warning is considered: the rest
    (sets of sets, fuzzy counts, named lists, recursion) is `regex`'s own.
    """
    if not expression.isascii() or flags & ~int(_FLAGS) or not _reads_plainly(expression, flags):
        return None
    parts: list[str] = []
    at, depth = 0, 0
    hidden: int | None = None  # the depth at which the look-around that is being passed over ends
    while at < len(expression):
        part, length = _next(expression, at)
        if part is None:
            return None
        if expression[at] == "(":
            depth += expression[at + length - 1] != ")"
            if hidden is None and _LOOK_AROUND.match(expression, at):
                hidden, part = depth, "(?:)"
                if _REFERENCE.search(expression):
                    return None
                parts.append(part)
        elif expression[at] == ")":
            if hidden == depth:
                hidden, part = None, ""
            depth -= 1
        if hidden is None:
            parts.append(part)
        at += length
    return "".join(parts).encode()


def _reads_plainly(expression: str, flags: int) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            compiled = re.compile(expression, flags)
    except (re.error, Warning, OverflowError, RecursionError):
        return False
    return not compiled.flags & ~int(_FLAGS | re.UNICODE)


def _next(expression: str, at: int) -> tuple[str | None, int]:
    """The looser form of the element of *expression* that begins *at*, None if it is not known, and its length."""
    first = expression[at]
    if first == "\\":
        return _escape(expression[at : at + 2]), 2
    if first == "[":
        return _class(expression, at)
    if first == "{":
        return _repetition(expression, at)
    if first == "(":
        match = _LOOK_AROUND.match(expression, at) or _GROUP.match(expression, at)
        if match is None or (match[0] == "(" and expression.startswith("(?", at)):
            return None, 1
        return match[0], len(match[0])
    return first, 1


def _escape(escape: str) -> str | None:
    if escape[1:] in ("b", "B"):
        return "(?:)"
    if escape[1:] in ("w", "d", "s"):
        return rf"[\xff{escape}]"
    if re.fullmatch(r"\\[1-9]", escape):
        return escape
    return None if _UNREAD_ESCAPE.match(escape) else escape


def _class(expression: str, at: int) -> tuple[str | None, int]:
    match = _CLASS.match(expression, at)
    if match is None or _UNREAD_ESCAPE.search(match[2]):
        return None, 1
    negated, content = bool(match[1]), match[2]
    if negated and re.search(r"\\[WDS]", content):
        return None, 1
    if negated or not re.search(r"\\[wds]", content):
        return match[0], len(match[0])
    return (None if content.startswith("]") else rf"[\xff{content}]"), len(match[0])


def _repetition(expression: str, at: int) -> tuple[str | None, int]:
    match = _REPETITION.match(expression, at)
    if match is None:  # what `regex` reads as the errors it may make
        return None, 1
    least, most = match[1] or "0", match[3] or "0"
    if max(int(least), int(most)) <= _LONGEST_REPETITION:
        return match[0], len(match[0])
    return f"{{{min(int(least), _LONGEST_REPETITION)},}}", len(match[0])
