"""US social security numbers with their hyphens; stock Presidio adds those without, by context, in English."""

from __future__ import annotations

from finewarden.personal_data.rules.rule import BY_SHAPE, alone, rule

__all__ = ["RULES"]

RULES = (
    # No area is 000, 666 or from 900 on, no group 00 and no serial 0000 (SSA, randomization of 2011).
    rule(
        "US_SSN",
        "us_ssn",
        rf"(?P<value>(?!000|666|9){alone('[0-8]')}[0-9]{{2}}-(?!00)[0-9]{{2}}-(?!0000)[0-9]{{4}})(?![0-9A-Za-z\-])",
        BY_SHAPE,
        digits=9,
    ),
)
