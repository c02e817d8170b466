"""Chinese resident IDs (GB 11643): 18 characters with a check character, and the 15 digits issued until 1999."""

from __future__ import annotations

import re

from finewarden.personal_data.rules.checks import is_date, resident_id_holds
from finewarden.personal_data.rules.rule import BY_CHECK, BY_CONTEXT, END, alone, bare, beside, rule, words

__all__ = ["PROVINCES", "RULES", "is_resident_id"]

PROVINCES = frozenset(
    f"{number}"
    for part in (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66))
    for number in part
)
"""GB/T 2260: the first two digits of every division of the mainland."""

_RESIDENCE_PERMIT = frozenset({"81", "82", "83"})
_CONTEXT = words(
    r"身份证|身份證|公民身份|证件号|证件号码|证号|ID ?card|identity|resident id|national id|sfz|id ?(?:no|number)"
)
_GAP = r"[ \-]?"


def is_resident_id(digits: str) -> bool:
    """Whether 18 characters are a resident ID or a permanent residence card (which begins with 9)."""
    province = digits[1:3] if digits[:1] == "9" else digits[:2]
    return (province in PROVINCES or digits[:2] in _RESIDENCE_PERMIT) and resident_id_holds(digits)


def _eighteen(match: re.Match[str]) -> float:
    digits = bare(match["value"])
    return BY_CHECK if digits[:2] not in _RESIDENCE_PERMIT and is_resident_id(digits) else 0.0


def _permit(match: re.Match[str]) -> float:
    digits = bare(match["value"])
    return BY_CHECK if digits[:2] in _RESIDENCE_PERMIT and is_resident_id(digits) else 0.0


def _fifteen(match: re.Match[str]) -> float:
    digits = bare(match["value"])
    holds = digits[:2] in PROVINCES and is_date("19" + digits[6:12]) and beside(match, _CONTEXT)
    return BY_CONTEXT if holds else 0.0


# A letter may touch it ("ID1101…"): region, day of birth and check character leave chance one in sixty thousand.
_EIGHTEEN = (
    rf"(?P<value>[1-9](?<![0-9][1-9])(?<![0-9]\.[1-9])(?:{_GAP}[0-9]){{5}}{_GAP}(?:1{_GAP}9|2{_GAP}0)(?:{_GAP}[0-9]){{2}}"
    rf"{_GAP}[01](?:{_GAP}[0-9]){{6}}{_GAP}[0-9Xx])(?![0-9])"
)

RULES = (
    rule("CN_RESIDENT_ID", "resident_id", _EIGHTEEN, _eighteen, digits=17),
    rule(
        "CN_TRAVEL_PERMIT",
        "residence_permit",
        rf"(?P<value>8(?<![0-9]8)[123]0000{_GAP}(?:{_GAP}[0-9]){{11}}{_GAP}[0-9Xx])(?![0-9])",
        _permit,
        digits=17,
    ),
    rule(
        "CN_RESIDENT_ID",
        "resident_id_15",
        rf"(?P<value>{alone('[1-9]')}[0-9]{{5}}{_GAP}[0-9]{{6}}{_GAP}[0-9]{{3}}){END}",
        _fifteen,
        digits=15,
    ),
)
