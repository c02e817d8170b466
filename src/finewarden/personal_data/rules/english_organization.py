"""Employers and firms in English text, told by a legal form or by who works there."""

from __future__ import annotations

from finewarden.personal_data.rules.english_words import LETTER, NAME
from finewarden.personal_data.rules.rule import BY_CONTEXT, rule

__all__ = ["RULES"]

_PART = rf"(?:{NAME}|[0-9]{{1,4}}|&|and|of|the)"
_FIRM = rf"(?:{NAME}|[0-9]{{1,4}}(?= {NAME}))(?: {_PART}){{0,4}}"

RULES = (
    rule(
        "ORGANIZATION",
        "legal form",
        rf"(?<![{LETTER}0-9]){_FIRM},? (?:Inc|LLC|L\.L\.C|Ltd|Corp|Corporation|GmbH|PLC|plc|LLP|N\.V|B\.V|S\.A|AB|ASA|Oy)\b\.?",
        BY_CONTEXT,
        anchors="inc llc l.l.c ltd corp gmbh plc llp n.v b.v s.a ab asa oy",
    ),
    rule(
        "ORGANIZATION",
        "employer",
        rf"\b(?:(?:I|[Hh]e|[Ss]he|[Ww]e|[Tt]hey|[Ww]ho)(?: currently| now| also)? work(?:s|ed)? (?:for|at)|(?:I'm|I am) (?:working|employed) (?:for|at|by)|"
        rf"(?:CEO|CTO|CFO|[Ff]ounder|[Ee]mployee|[Mm]anager|[Dd]irector) (?:of|at)|[Ee]mployer(?: is|:)|[Cc]ompany(?: name)?:) (?:the )?"
        rf"(?P<value>{_FIRM})",
        BY_CONTEXT,
        anchors="work employed ceo cto cfo founder employee manager director employer company",
    ),
)
