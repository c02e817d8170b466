"""Chinese passports: a letter or two and digits, of which only the words beside them tell that they are a passport."""

from __future__ import annotations

import re

from finewarden.personal_data.rules.rule import BY_CONTEXT, END, alone, beside, rule, words

__all__ = ["RULES"]

_CONTEXT = words(r"护照|護照|passport|证件号|旅行证")


def _score(match: re.Match[str]) -> float:
    return BY_CONTEXT if beside(match, _CONTEXT, 24, 12) else 0.0


# Ordinary (G, E, and E with a letter since 2017), diplomatic, service and public affairs (D, S, P), Hong Kong (H, K),
# Macau (MA); before 2000: 14 or 15 and seven digits.
_SHAPES = r"(?i:[EG] ?[0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|[DSP]E?[0-9]{7,8}|[HK][0-9]{8}|KJ[0-9]{7}|MA[0-9]{7}|1[45][0-9]{7})"

RULES = (
    rule(
        "CN_PASSPORT",
        "passport",
        rf"(?P<value>(?={_SHAPES}{END}){alone('[DEGHKMPSdeghkmps1]')}[A-Za-z]? ?[0-9]{{7,8}}){END}",
        _score,
        anchors="护照 護照 passport 证件号 旅行证",
        digits=7,
    ),
)
