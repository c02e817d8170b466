"""Phone numbers in English text that no numbering plan tells, but the words beside them do."""

from __future__ import annotations

import re

from finewarden.personal_data.rules.english_words import LETTER
from finewarden.personal_data.rules.rule import BY_CONTEXT, rule

__all__ = ["RULES"]

_VALUE = r"(?P<value>(?:\+|\(|00)?[0-9][0-9()./ \-]{5,20}[0-9](?: ?(?:x|ext\.?) ?[0-9]{1,5})?)(?![0-9A-Za-z])"
_TOLD = (
    r"(?:tele)?phone(?: (?:number|no\.?))?|mobile(?: (?:number|no\.?))?|cell(?:phone)?|tel\.?|fax|desk|office|whatsapp"
    r"|(?:call|text|phone|ring|reach)(?: (?:me|us|him|her|them|someone))?(?: back)?(?: (?:at|on))?"
)


def _score(match: re.Match[str]) -> float:
    return BY_CONTEXT if 7 <= sum(each.isdigit() for each in match["value"]) <= 15 else 0.0


RULES = (
    rule(
        "PHONE_NUMBER",
        "number that is called a phone's",
        rf"(?<![{LETTER}])(?i:{_TOLD})(?: (?:is|at|on))?:?[ \t\n]{{1,3}}{_VALUE}",
        _score,
        anchors="phone mobile cell tel fax desk office whatsapp call text ring reach",
        digits=1,
    ),
    rule(
        "PHONE_NUMBER",
        "number before what it is for",
        # One look over the run of digits first: in a row of nothing else every place begins one.
        rf"(?<![{LETTER}0-9.\-])(?=[+(]?[0-9][0-9()./ \-]{{6,28}}+[OoFfMmCcHhWxe]){_VALUE}"
        r"(?=[ ]?-?[ ]?\(?(?:[Oo]ffice|[Ff]ax|[Mm]obile|[Cc]ell|[Hh]ome|Work)\b)",
        _score,
        anchors="office fax mobile cell home work",
        digits=1,
        sign=r"[0-9][- (]{0,6}(?:x|ext|[Oo]ffice|[Ff]ax|[Mm]obile|[Cc]ell|[Hh]ome|Work)",
    ),
)
