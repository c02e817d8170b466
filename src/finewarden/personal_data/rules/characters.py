"""A text as the rules read it, and the way back: every span is given in characters of the text as it came.

Full-width and other digits are read as ASCII digits, dashes as hyphens, wide spaces as spaces; characters of no width,
direction marks and combining marks are passed over; so is the middle of a run of letters and digits longer than any
value, which keeps a row of ten million digits from being looked at by every rule.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

__all__ = ["Plain", "plain"]

_LONGEST = 600  # letters and digits in a row; no value has more, save tokens, of which both ends are enough
_STEP = _LONGEST // 2
_FEW = 16

_ONE: dict[int, str] = {0xFF01 + i: chr(0x21 + i) for i in range(94)}
_ONE |= {zero + i: str(i) for zero in (0x0660, 0x06F0, 0x0966, *range(0x1D7CE, 0x1D800, 10)) for i in range(10)}
_ONE |= {0x2460 + i: str(i + 1) for i in range(9)} | {0x2776 + i: str(i + 1) for i in range(9)} | {0x24EA: "0"}
_ONE |= dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0xFE58, 0xFE63), "-")
_ONE |= dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ") | {0xFE6B: "@"}
# One class for each plane: with characters of both `re` compares them one by one, twenty times slower.
_NOT_PLAIN = re.compile(f"[{''.join(re.escape(chr(code)) for code in sorted(_ONE) if code <= 0xFFFF)}]")
_MATHEMATICAL = re.compile(r"[\U0001d7ce-\U0001d7ff]")

_NO_WIDTH = (
    r"\x00\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff"
)
_COMBINING = r"\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_UNSEEN = re.compile(rf"[{_NO_WIDTH}{_COMBINING}]")
_OTHER_LENGTH = re.compile(
    rf"(?P<gone>[{_NO_WIDTH}{_COMBINING}]+)|(?P<at>%40)"
    rf"|[0-9A-Za-z](?<![0-9A-Za-z][0-9A-Za-z])[0-9A-Za-z]{{{_STEP - 1}}}(?P<middle>[0-9A-Za-z]+)"
    rf"(?=[0-9A-Za-z]{{{_STEP}}})"
)
# JSON inside JSON: the letter of an escaped control character or bracket belongs to no value.
_ESCAPED = re.compile(r"\\(?:[nrtbf]|u00(?:[01][0-9a-fA-F]|2[0267]|3[c-eC-E])|x[01][0-9a-fA-F])")


@dataclass(frozen=True, slots=True)
class Plain:
    """*text* as the rules read it. *starts* and *ahead*: from the plain character ``starts[i]`` on, the place in the
    original is ``ahead[i]`` characters further; both are empty where no place differs.
    """

    text: str = field(repr=False)
    starts: tuple[int, ...] = field(default=(), repr=False)
    ahead: tuple[int, ...] = field(default=(), repr=False)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Characters *start* to *end* (excluded, at least one) of `text`, in the original."""
        if not self.starts:
            return start, end
        return self._at(start), self._at(end - 1) + 1

    def _at(self, place: int) -> int:
        which = bisect_right(self.starts, place)
        return place + self.ahead[which - 1] if which else place


def plain(text: str) -> Plain:
    """*text* as the rules read it."""
    seen = text if text.isascii() else _each_one(text)
    if "\\" in seen:
        seen = _ESCAPED.sub(lambda match: " " * len(match[0]), seen)
    unseen = (not text.isascii() or "\0" in text) and _UNSEEN.search(seen) is not None
    if not (unseen or "%40" in seen or _has_long_run(seen)):
        return Plain(seen)
    parts: list[str] = []
    starts: list[int] = []
    ahead: list[int] = []
    done = length = 0
    for match in _OTHER_LENGTH.finditer(seen):
        group = match.lastgroup or "gone"
        start, end = match.span(group)
        parts.append(seen[done:start])
        length += start - done
        if group == "at":
            parts.append("@")
            length += 1
        done = end
        starts.append(length)
        ahead.append(end - length)
    parts.append(seen[done:])
    return Plain("".join(parts), tuple(starts), tuple(ahead))


def _each_one(text: str) -> str:
    """*text* with other digits, widths, dashes and spaces as ASCII's; few are quicker replaced one by one."""
    others = {*_NOT_PLAIN.findall(text), *_MATHEMATICAL.findall(text)}
    if len(others) > _FEW:
        return text.translate(_ONE)
    for char in others:
        text = text.replace(char, _ONE[ord(char)])
    return text


def _has_long_run(text: str) -> bool:
    """Whether more than `_LONGEST` letters and digits stand in a row: one such run fills a whole step."""
    return len(text) > _LONGEST and any(text[at : at + _STEP].isalnum() for at in range(0, len(text), _STEP))
