"""How old somebody is, in English; not how old a thing is."""

from __future__ import annotations

import re

from finewarden.personal_data.rules.rule import BY_CONTEXT, rule

__all__ = ["RULES", "is_a_things"]

_AGE = r"(?P<value>1[01][0-9]|[1-9]?[0-9])"
_TOLD = (
    r"[Aa]ged?:?|AGE:?|at the age of|age of|[Aa]ge is|I(?:'ll| will)? (?:just )?turn(?:ed)?|[Jj]ust turned"
    r"|I(?:'m| am)(?= [0-9]+ ?(?:[.,;!?\n]|$))"
)
_THING = (
    r"(?:accounts?|adapters?|android|apps?|appliances?|batter(?:y|ies)|bikes?|boilers?|buildings?|cables?|cameras?|cars?|cases?|"
    r"chargers?|compan(?:y|ies)|computers?|consoles?|contracts?|desktops?|devices?|dishwashers?|drives?|files?|firms?|fridges?|"
    r"furnaces?|guitars?|hardware|headphones?|homes?|houses?|ipads?|iphones?|kindles?|kernels?|laptops?|libraries|library|"
    r"machines?|macbooks?|macs?|mattress(?:es)?|models?|modems?|monitors?|movies?|ovens?|pcs?|phones?|posts?|printers?|"
    r"products?|programs?|projects?|quer(?:y|ies)|roofs?|routers?|servers?|shoes|software|sofas?|speakers?|stor(?:y|ies)|"
    r"systems?|tablets?|threads?|tickets?|tires?|toasters?|trees?|trucks?|tvs?|units?|vacuums?|vans?|vehicles?|versions?|"
    r"washers?|watch(?:es)?|websites?|whisk(?:e?y|ies)|wines?|cats?|dogs?|pupp(?:y|ies)|kittens?|horses?)"
)
_A_THING_IS = re.compile(
    rf"\b(?:{_THING}(?:\s(?:is|was|are|were)|'s)?|(?:it|that|this|which)(?:\s(?:is|was)|'s))"
    r"(?:\s(?:now|about|over|only|almost|already|nearly|just|like|around)){0,2}\s\Z",
    re.IGNORECASE,
)
_OLD_THING = re.compile(
    rf"(?:[ -]?y(?:ears?|rs?\.?)[ -]old|[ -]?y/?o)[ -](?:[A-Za-z]{{2,15}} ){{0,2}}?{_THING}\b", re.IGNORECASE
)
_LATE = re.compile(r"[,;]?[^.!?\n]{0,24}?\b(?:days?|hours?|minutes?|weeks?|months?|miles|percent|late|behind)\b")


def is_a_things(text: str, start: int, end: int) -> bool:
    """Whether the age at *start* to *end* is a thing's ("my printer is 3 years old", "a 10-year-old laptop") or no age
    at all ("I'm 30, maybe 31 days late").
    """
    if _A_THING_IS.search(text[max(0, start - 40) : start]) or _OLD_THING.match(text, end, end + 60):
        return True
    said = re.search(r"\bI(?:'m| am) \Z", text[max(0, start - 6) : start]) is not None
    return said and text[end : end + 1] in (",", ";") and _LATE.match(text, end, end + 40) is not None


def _score(match: re.Match[str]) -> float:
    return 0.0 if is_a_things(match.string, *match.span("value")) else BY_CONTEXT


RULES = (
    rule(
        "AGE",
        "years old",
        rf"\b{_AGE}(?:[ -]?y(?:ears?|r?s?\.?)[ -]old\b|[ -]?y/?o\b| years? of age\b)",
        _score,
        anchors="old yo y/o age",
        digits=1,
    ),
    rule(
        "AGE",
        "age",
        rf"\b(?:{_TOLD}) {_AGE}\b(?![.:%/][0-9]| ?(?:%|percent|minutes|hours|days|seconds|ms))",
        _score,
        anchors="age turn i'm am",
        digits=1,
    ),
)
