"""Which characters of a text must be replaced: findings that count and have an operator, none of them overlapping."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace

from finewarden.personal_data.counting import counted
from finewarden.personal_data.deidentify.generalise import with_decade
from finewarden.personal_data.deidentify.mask import MASKED
from finewarden.personal_data.deidentify.plan import Plan
from finewarden.personal_data.entities import entity
from finewarden.personal_data.finding import Finding
from finewarden.personal_data.overlaps import resolve
from finewarden.personal_data.stand_ins import PSEUDONYM, is_stand_in

__all__ = ["to_replace"]

Span = tuple[int, int]


def to_replace(
    text: str, findings: Sequence[Finding], plan: Plan, *, is_general: Callable[[str, str], bool]
) -> list[Finding]:
    """What of *text* must be replaced, sorted, no two overlapping; empty for a text that is clean under *plan*.

    What is kept is left out before overlaps are resolved, so that a place that is kept hides no name in it. What an
    operator wrote (pseudonyms, masks, surrogates, and what *is_general* says of an entity and a value) is not replaced
    again.
    """
    due = [each for each in findings if plan.operator(each.entity) != "keep" and counted(text, each)]
    if not due:
        return []
    # A pseudonym has no asterisk and a mask no bracket: these overlap nowhere.
    written = sorted(match.span() for pattern in (PSEUDONYM, MASKED) for match in pattern.finditer(text))
    found = []
    for each in resolve(due):
        for start, end in _without(each.start, each.end, written):
            first, last = _trimmed(
                text, start, end, whole=(start, end) == (each.start, each.end) and entity(each.entity).kind != "name"
            )
            value = text[first:last]
            whole = with_decade(each.entity, text, first, last)
            if value and not is_stand_in(each.entity, value) and not is_general(each.entity, whole):
                found.append(replace(each, start=first, end=last))
    return found


def _without(start: int, end: int, taken: Sequence[Span]) -> list[Span]:
    """The parts of *start* to *end* that are in none of *taken*, which is sorted and overlaps nowhere."""
    parts = []
    at = bisect_right(taken, start, key=lambda span: span[1])
    while at < len(taken) and taken[at][0] < end:
        first, last = taken[at]
        at += 1
        if first > start:
            parts.append((start, first))
        start = last
    if start < end:
        parts.append((start, end))
    return parts


def _trimmed(text: str, start: int, end: int, *, whole: bool) -> Span:
    """Without what is neither letter nor digit at both ends; a *whole* finding as it is, if it has one of them."""
    first = next((at for at in range(start, end) if text[at].isalnum()), None)
    if first is None:
        return start, start
    if whole:
        return start, end
    while not text[end - 1].isalnum():
        end -= 1
    return first, end
