"""What a stored /.well-known/tdmrep.json reserves of an address.

TDM Reservation Protocol, W3C Community Group Final Report, 2024: an array of objects with `location` (a path
as robots.txt writes it, with `*` and `$`), `tdm-reservation` (0 or 1) and perhaps `tdm-policy`. Other shapes that are
in use are not read: they are told as what they are.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

__all__ = ["is_reserved"]


def is_reserved(text: str, uri: str) -> bool:
    """Whether *text* reserves text and data mining of *uri*; of the locations that match, the first decides.

    Raises ValueError when *text* is not of the shape of the report.
    """
    try:
        rules = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("is not JSON: store what /.well-known/tdmrep.json said") from None
    if not isinstance(rules, list) or not all(_is_rule(rule) for rule in rules):
        raise ValueError(
            "is no array of {location, tdm-reservation: 0 or 1}, which is the shape of the W3C report: "
            "have it read by somebody, and write terms_reviewed"
        )
    parts = urlsplit(uri)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return next((rule["tdm-reservation"] == 1 for rule in rules if _matches(rule["location"], path)), False)


def _is_rule(rule: object) -> bool:
    if not isinstance(rule, dict) or not isinstance(rule.get("location"), str):
        return False
    return rule.get("tdm-reservation") in (0, 1) and not isinstance(rule["tdm-reservation"], bool)


def _matches(location: str, path: str) -> bool:
    """A prefix of *path*, in which `*` is anything; up to its end with `$`. Greedy from the left, so linear."""
    whole = location.endswith("$")
    first, *rest = re.sub(r"\*{2,}", "*", location.removesuffix("$")).split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for number, piece in enumerate(rest, start=1):
        if whole and number == len(rest):
            return len(path) - len(piece) >= at and path.endswith(piece)
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return not whole or at == len(path)
