"""What a gate would count in a text by rules alone, without the names and places that other rules tell from words."""

from __future__ import annotations

from collections.abc import Sequence

from finewarden.personal_data.counting import counted
from finewarden.personal_data.entities import entity
from finewarden.personal_data.overlaps import resolve
from finewarden.personal_data.rules import find_by_rules

__all__ = ["numbered", "seen"]


def seen(text: str) -> list[tuple[str, str]]:
    """Entity and value of each direct identifier, secret or company code that counts."""
    return [
        (each.entity, text[each.start : each.end])
        for each in resolve(find_by_rules(text))
        if counted(text, each) and (entity(each.entity).kind in ("direct", "secret") or each.entity == "CN_USCC")
    ]


def numbered(cases: Sequence[object]) -> list[str]:
    """Names of cases that show no value of theirs."""
    return [str(number) for number in range(len(cases))]
