"""A value under asterisks, and how many values would look the same."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

__all__ = ["MASKED", "Masked", "mask"]

# How many letters and digits stay in sight at the beginning and at the end. Everything else is covered whole: the
# prefix of an e-mail address or the first character of a name is half of it.
_SHOWN = {"PHONE_NUMBER": (3, 4), "CN_BANK_CARD": (0, 4), "CREDIT_CARD": (0, 4)}
# Of fewer hidden characters than these, what is hidden is tried out by hand.
_LEAST_HIDDEN = 4
_CHECK_DIGIT = frozenset({"CN_BANK_CARD", "CREDIT_CARD"})

_APART = r"[ \-.]?"
MASKED = re.compile(
    rf"(?<![0-9])(?:[0-9](?:{_APART}[0-9]){{0,2}})?{_APART}"
    rf"\*(?:{_APART}\*){{3,40}}"
    rf"{_APART}(?:[0-9](?:{_APART}[0-9]){{0,3}})?(?![0-9])"
)
"""What `mask` writes, where something stays in sight."""


@dataclass(frozen=True, slots=True)
class Masked:
    """*text*, and of how many values it could be the mask, *candidates*; None where values have no fixed alphabet."""

    text: str
    candidates: int | None


def mask(entity: str, value: str) -> Masked:
    """*value* with an asterisk for every letter and digit that is not shown; separators and length stay.

    *candidates* is 10 to the number of hidden digits where only digits are hidden, a tenth of it for a card, whose last
    digit is computed from the others.
    """
    places = [at for at, char in enumerate(value) if char.isalnum()]
    head, tail = _SHOWN.get(entity, (0, 0))
    if len(places) - head - tail < _LEAST_HIDDEN:
        head = tail = 0
    hidden = places[head : len(places) - tail]
    covered = set(hidden)
    text = "".join("*" if at in covered else char for at, char in enumerate(value) if _stays(char))
    if not hidden or not all(value[at].isdecimal() for at in hidden):
        return Masked(text, None)
    return Masked(text, 10 ** (len(hidden) - (entity in _CHECK_DIGIT and tail > 0)))


def _stays(char: str) -> bool:
    """Whether *char* or an asterisk for it is written: invisible, combining marks and emoji do not."""
    return char.isalnum() or char.isascii() or unicodedata.category(char)[0] == "P"
