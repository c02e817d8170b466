"""International bank account numbers (ISO 13616)."""

from __future__ import annotations

import re

from finewarden.personal_data.rules.checks import iban_holds
from finewarden.personal_data.rules.rule import BY_CHECK, END, alone, bare, rule

__all__ = ["RULES"]


def _score(match: re.Match[str]) -> float:
    return BY_CHECK if iban_holds(bare(match["value"])) else 0.0


RULES = (
    rule(
        "IBAN_CODE",
        "iban",
        rf"(?P<value>{alone('[A-Z]')}[A-Z][0-9]{{2}}(?:[ \-]?[A-Z0-9]{{4}}){{2,7}}(?:[ \-]?[A-Z0-9]{{1,3}})?){END}",
        _score,
        digits=2,
    ),
)
