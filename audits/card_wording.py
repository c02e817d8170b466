"""Sentences of a card that say what a license or a law may not bear out: that commercial use is fine, that data is
anonymous."""

from __future__ import annotations

import re
from dataclasses import dataclass

from finewarden.audits.prose import prose, sentences

__all__ = ["Said", "anonymity", "commercial_use", "prices"]

_COMMERCIAL = re.compile(
    r"(?<!non)(?<!non[- ])\bcommercial(?:ly)?\s+(?:use|usage|purposes?|applications?|deployment|products?|projects?)\s+"
    r"(?:(?:is|are|was|were|fully|also|explicitly|freely)\s+){0,3}"
    r"(?:ok(?:ay)?|allowed|permitted|free|fine|welcome|supported|granted|encouraged)\b"
    r"|\b(?:free|licensed|cleared|available|allowed|permitted|approved|ready|suitable|usable|used|ok(?:ay)?)\s+"
    r"(?:for|in)\s+(?:(?:any|both|all|research|academic|personal|private|non-?commercial|and|or|/)\s+){0,4}"
    r"commercial\s+(?:use|usage|purposes?|applications?|deployment|products?|projects?)\b"
    r"|\bcommercial(?:ly)?[- ](?:friendly|permissive|usable)\b|\b(?:can|may)\s+be\s+used\s+commercially\b"
    r"|(?:可|可以|允许|支持|能够|能)(?:免费|直接|自由|完全|放心)?(?:商用|商业使用|商业化|用于商业|用在商业)|免费商用"
    r"|(?:允许|支持)商业(?:用途|应用)|商用(?:免费|友好)|商业友好",
    re.IGNORECASE,
)
# Whoever says it with a condition, about another thing or not at all, claims nothing. A person reads a sentence whole.
_CONDITIONAL = re.compile(
    r"\b(?:not?|never|nor|only|unless|except|if|whether|when|prohibit\w*|forbid\w*|disallow\w*|requir\w+|request\w*"
    r"|contact|need\w*|must|subject to|depend\w*|should|consult|separate|agreement|provided|base model)\b|n['’ ]t\b"
    r"|不|禁止|未|无|非|需|须|申请|如|若|是否|除|仅|只|另行|基座|底座|原模型",
    re.IGNORECASE,
)
_ANONYMOUS = re.compile(
    r"\banonymi[sz](?:ed|ation)\b|\b(?:fully|completely|entirely|truly|wholly)[ -]anonymous\b"
    r"|\b(?:is|are|was|were|been|made)\s+(?:all\s+|fully\s+)?anonymous\b|匿名化|匿名处理|(?:已|均|全部|完全)匿名",
    re.IGNORECASE,
)
# What stands before it and takes it back, or asks the reader for it.
_DENIED = re.compile(
    r"\b(?:not?|never|nor|cannot|can|could|may|might|should|would|must|please|if|unless|rather than|instead of|far from"
    r"|un|non|pseudonymi[sz]ed (?:or|and))\b|n['’ ]t\b|不|未|没|无|非|应|请|如果|若|建议|可以|需",
    re.IGNORECASE,
)
# Of people who took part or of papers under review: nothing is said of the data.
_OTHER_ANONYMITY = re.compile(r"\b(?:authors?|reviewers?|submission|review|leaderboard|arena|models?)\b", re.IGNORECASE)
_PRICE = re.compile(
    r"(?:[$€£¥￥]\s?\d|\b\d[\d,.]*\s?(?:USD|EUR|GBP|CNY|RMB|元))[\d,.]*\s*(?:/|per\b|a\b|每)\s*"
    r"(?:month|year|user|seat|licen[sc]e|request|call|device|月|年|用户|席位|次)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence: its line and the words that say it."""

    line: int
    words: str


def commercial_use(text: str) -> list[Said]:
    """Sentences of *text* that allow commercial use without a condition."""
    return [
        Said(line, found.group())
        for line, sentence in sentences(text)
        if (found := _COMMERCIAL.search(sentence)) and not _CONDITIONAL.search(sentence)
    ]


def anonymity(text: str) -> list[Said]:
    """Sentences of *text* that call data anonymous and don't take it back."""
    found = []
    for line, sentence in sentences(text):
        for claim in _ANONYMOUS.finditer(sentence):
            before = sentence[: claim.start()]
            if _DENIED.search(before) is None and _OTHER_ANONYMITY.search(sentence) is None:
                found.append(Said(line, claim.group()))
                break
    return found


def prices(text: str) -> list[Said]:
    """Lines of *text* that name what a user, a seat or a month costs."""
    lines = enumerate(prose(text).splitlines(), start=1)
    return [Said(number, found.group()) for number, line in lines if (found := _PRICE.search(line))]
