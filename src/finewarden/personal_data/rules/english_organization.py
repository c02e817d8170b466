"""Employers and firms in English text, told by a legal form or by who works there."""

from __future__ import annotations

from finewarden.personal_data.rules.english_words import LETTER, NAME
from finewarden.personal_data.rules.rule import BY_CONTEXT, rule

__all__ = ["RULES"]

_FIRM = rf"(?:{NAME}|[0-9]{{1,4}}(?= {NAME}))(?: (?:{NAME}|[0-9]{{1,4}}|&|and|of|the)){{0,4}}"
_FORM = r",? (?:Inc|LLC|L\.L\.C|Ltd|Corp|Corporation|GmbH|PLC|plc|LLP|N\.V|B\.V|S\.A|AB|ASA|Oy)\b\.?"
_EMPLOYER = (
    r"(?:I|[Hh]e|[Ss]he|[Ww]e|[Tt]hey|[Ww]ho)(?: currently| now| also)? work(?:s|ed)? (?:for|at)"
    r"|(?:I'm|I am) (?:working|employed) (?:for|at|by)"
    r"|(?:CEO|CTO|CFO|[Ff]ounder|[Ee]mployee|[Mm]anager|[Dd]irector) (?:of|at)"
    r"|[Ee]mployer(?: is|:)|[Cc]ompany(?: name)?:"
)

RULES = (
    rule("ORGANIZATION", "legal form", rf"(?<![{LETTER}0-9]){_FIRM}{_FORM}", BY_CONTEXT, sign=_FORM),
    rule("ORGANIZATION", "employer", rf"\b(?:{_EMPLOYER}) (?:the )?(?P<value>{_FIRM})", BY_CONTEXT),
)
