"""Permits for Hong Kong, Macau and Taiwan, known by the words beside them."""

from __future__ import annotations

import re

from finewarden.personal_data.rules.rule import BY_CONTEXT, END, alone, beside, rule, words

__all__ = ["RULES"]

_CONTEXT = words(
    r"通行证|通行證|回乡证|回鄉證|回乡卡|台胞证|臺胞證|台胞證|港澳居民|台湾居民|home ?return|travel permit"
    r"|exit[\- ]entry"
)
_TAIWAN = words(r"台胞证|臺胞證|台胞證|台湾居民|来往大陆|mtp|travel permit")
_ANCHORS = "通行证 通行證 回乡 回鄉 台胞 臺胞 港澳居民 台湾居民 return permit exit"


def _lettered(match: re.Match[str]) -> float:
    return BY_CONTEXT if beside(match, _CONTEXT, 28, 12) else 0.0


def _digits(match: re.Match[str]) -> float:
    return BY_CONTEXT if beside(match, _TAIWAN, 20, 0) else 0.0


RULES = (
    # To Hong Kong and Macau C (once W), to Taiwan L (once T), for those who live there H and M.
    rule(
        "CN_TRAVEL_PERMIT",
        "permit",
        rf"(?P<value>{alone('[CWLTHMcwlthm]')}(?:[A-HJ-NP-Za-hj-np-z][0-9]{{7}}|[0-9]{{8}}(?:[0-9]{{2}})?)){END}",
        _lettered,
        anchors=_ANCHORS,
        digits=7,
    ),
    rule(
        "CN_TRAVEL_PERMIT",
        "taiwan_permit",
        rf"(?P<value>{alone('[0-9]')}[0-9]{{7}}(?:[0-9]{{2}})?(?:\([A-Z]\))?){END}",
        _digits,
        anchors="台胞 臺胞 台湾居民 来往大陆 mtp permit",
        digits=8,
    ),
)
