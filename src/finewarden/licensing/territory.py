"""Which places a policy names, as ISO 3166 codes, and which of them a license leaves out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["EU_MEMBERS", "Places", "excluded_places", "places"]

_MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"  # since 2020-02-01
EU_MEMBERS = frozenset(_MEMBERS.split())
_SAME = {"UK": "GB", "EL": "GR"}  # as the EU writes them
_WIDER = {"EU": EU_MEMBERS, "EEA": EU_MEMBERS | {"IS", "LI", "NO"}}
_EVERYWHERE = frozenset({"GLOBAL", "WORLD", "WORLDWIDE"})


@dataclass(frozen=True, slots=True)
class Places:
    """*codes* of countries; *everywhere* when no place is left out; *unknown* words that name none."""

    codes: frozenset[str]
    everywhere: bool
    unknown: tuple[str, ...]


def places(named: Iterable[str]) -> Places:
    """The places of *named*: ISO 3166 alpha-2 codes, "EU", "EEA" or "worldwide", letter case aside."""
    codes: set[str] = set()
    everywhere, unknown = False, []
    for word in named:
        code = word.strip().upper()
        code = _SAME.get(code, code)
        if code in _EVERYWHERE:
            everywhere = True
        elif code in _WIDER:
            codes |= _WIDER[code]
        elif len(code) == 2 and code.isascii() and code.isalpha():
            codes.add(code)
        else:
            unknown.append(word)
    return Places(frozenset(codes), everywhere, tuple(unknown))


def excluded_places(named: Places, excluded: Iterable[str]) -> tuple[list[str], bool]:
    """The places of *named* for which nothing is granted, and whether they are all that was named."""
    out = places(excluded).codes
    if named.everywhere:
        return sorted(out), False
    return sorted(named.codes & out), bool(named.codes) and named.codes <= out
