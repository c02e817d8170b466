"""Unified social credit codes of Chinese organisations and sole traders (GB 32100)."""

from __future__ import annotations

import re

from finewarden.personal_data.rules.checks import uscc_holds
from finewarden.personal_data.rules.resident_id import PROVINCES, is_resident_id
from finewarden.personal_data.rules.rule import BY_CHECK, BY_SHAPE, END, alone, beside, rule, words

__all__ = ["RULES"]

_CONTEXT = words(r"信用代码|信用代碼|税号|稅號|纳税人|组织机构|营业执照|工商注册|uscc|credit code|tax")
_CENTRAL = "10"  # registered with the central government: division 100000


def _score(match: re.Match[str]) -> float:
    code = match["value"].replace(" ", "").upper()
    if code[2:4] not in PROVINCES and code[2:4] != _CENTRAL:
        return 0.0
    if not uscc_holds(code) or is_resident_id(code):
        return 0.0
    # Of eighteen digits alone one in thirty passes the check.
    return BY_CHECK if not code.isdigit() or beside(match, _CONTEXT) else BY_SHAPE


_C = "[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]"

RULES = (
    rule(
        "CN_USCC",
        "uscc",
        rf"(?P<value>{alone('[1-9ANYany]')}[1-9] ?[0-9]{{6}} ?{_C}{{9}} ?{_C}){END}",
        _score,
        digits=6,
    ),
)
