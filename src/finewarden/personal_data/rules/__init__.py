"""Personal data by rules: a shape, a check digit or the words beside it; beside Chinese characters as anywhere."""

from __future__ import annotations

from collections.abc import Iterator

from finewarden.personal_data.finding import Finding
from finewarden.personal_data.overlaps import apart
from finewarden.personal_data.rules.characters import plain
from finewarden.personal_data.rules.every import RULES
from finewarden.personal_data.rules.rule import Rule
from finewarden.personal_data.rules.secrets import tokens

__all__ = ["find_by_rules"]


def find_by_rules(text: str) -> list[Finding]:
    """The findings of every rule, sorted, none overlapping another of the same entity."""
    read = plain(text)
    found = [
        Finding(each.entity, *read.span(*span), score, each.name)
        for each in RULES
        for span, score in _held(each, read.text)
    ]
    found += [
        Finding(each.entity, *read.span(each.start, each.end), each.score, each.recognizer)
        for each in tokens(read.text)
    ]
    return apart(found)


def _held(rule: Rule, text: str) -> Iterator[tuple[tuple[int, int], float]]:
    """Span and score of each match that the rule's judge holds; one that it refuses hides nothing behind its start."""
    group: int | str = "value" if "value" in rule.pattern.groupindex else 0
    at = 0
    while match := rule.pattern.search(text, at):
        score = rule.score(match)
        if score:
            yield match.span(group), score
        at = match.end() if score else match.start() + 1
