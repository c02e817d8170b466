"""How old somebody is, in English."""

from __future__ import annotations

from finewarden.personal_data.rules.rule import BY_CONTEXT, rule

__all__ = ["RULES"]

_AGE = r"(?P<value>1[01][0-9]|[1-9]?[0-9])"
_TOLD = (
    r"[Aa]ged?:?|AGE:?|at the age of|age of|[Aa]ge is|I(?:'ll| will)? (?:just )?turn(?:ed)?|[Jj]ust turned"
    r"|I(?:'m| am)(?= [0-9]+ ?(?:[.,;!?\n]|$))"
)

RULES = (
    rule(
        "AGE",
        "years old",
        rf"\b{_AGE}(?:[ -]?y(?:ears?|r?s?\.?)[ -]old\b|[ -]?y/?o\b| years? of age\b)",
        BY_CONTEXT,
        anchors="old yo y/o age",
        digits=1,
    ),
    rule(
        "AGE",
        "age",
        rf"\b(?:{_TOLD}) {_AGE}\b(?![.:%/][0-9]| ?(?:%|percent|minutes|hours|days|seconds|ms))",
        BY_CONTEXT,
        anchors="age turn i'm am",
        digits=1,
    ),
)
