"""What a rule is: a pattern, and a judge that looks at each match and at the words beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["BY_CHECK", "BY_CONTEXT", "BY_SHAPE", "END", "WEAK", "Rule", "alone", "bare", "beside", "rule", "words"]

BY_CHECK, BY_CONTEXT, BY_SHAPE, WEAK = 1.0, 0.85, 0.6, 0.4
"""Scores: a check digit holds; words beside it say what it is; a shape that little else has; a shape of many things."""

END = r"(?![0-9A-Za-z])"
_WORD = re.compile(r"[^0-9A-Za-z+]+")


@dataclass(frozen=True, slots=True)
class Rule:
    """*pattern* finds candidates (the group `value` where it has one, else all of it); *score* judges one: 0 is none.

    A text without at least one of *anchors* (in lower case) can have no match, nor one without *digits* digits with at
    most three other characters between two of them, nor one in which *sign*, where there is one, is not found: a small
    pattern for hyperscan, which takes a second to compile some large ones.
    """

    entity: str
    name: str
    pattern: re.Pattern[str]
    score: Callable[[re.Match[str]], float]
    anchors: tuple[str, ...] = ()
    digits: int = 0
    sign: str = ""


def rule(
    entity: str,
    name: str,
    pattern: str,
    score: Callable[[re.Match[str]], float] | float,
    *,
    anchors: str = "",
    digits: int = 0,
    sign: str = "",
) -> Rule:
    """The rule of *pattern*, whose digits and letters are ASCII's; *anchors* are parted by spaces."""
    judge = score if callable(score) else lambda _, fixed=score: fixed
    return Rule(entity, name, re.compile(pattern, re.ASCII), judge, tuple(anchors.split()), digits, sign)


def alone(first: str) -> str:
    """A character of class *first* that no letter or digit touches from the left, nor a digit and a point.

    The class stands first because `re` then skips to such characters, ten times faster than a look-behind would.
    """
    return rf"{first}(?<![0-9A-Za-z]{first})(?<![0-9]\.{first})"


def words(text: str) -> re.Pattern[str]:
    """A pattern of any of the words that say what a value is, whatever their case."""
    return re.compile(text, re.IGNORECASE)


def beside(match: re.Match[str], context: re.Pattern[str], before: int = 24, after: int = 8) -> bool:
    """Whether *context* stands within *before* characters before the value or *after* characters after it."""
    group: int | str = "value" if "value" in match.re.groupindex else 0
    start, end = match.span(group)
    text = match.string
    if before and context.search(text, max(0, start - before), start):
        return True
    return bool(after) and context.search(text, end, end + after) is not None


def bare(value: str) -> str:
    """*value* without separators, in upper case."""
    return _WORD.sub("", value).upper()
