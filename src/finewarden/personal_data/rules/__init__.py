"""Personal data by rules: a shape, a check digit or the words beside it; beside Chinese characters as anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from finewarden.personal_data.chinese_names.addresses import find_addresses
from finewarden.personal_data.finding import Finding
from finewarden.personal_data.overlaps import apart
from finewarden.personal_data.rules.characters import Plain, plain
from finewarden.personal_data.rules.every import RULES
from finewarden.personal_data.rules.prefilter import Best
from finewarden.personal_data.rules.rule import Rule
from finewarden.personal_data.rules.secrets import TOKENS, tokens

__all__ = ["find_by_rules"]

_LOOKED_FOR = (*RULES, *TOKENS)


def find_by_rules(text: str) -> list[Finding]:
    """The findings of every rule, sorted, none overlapping another of the same entity."""
    read = plain(text)
    possible = _prefilter().possible(read.text)
    found = [_in_original(each, read) for each in find_addresses(read.text)]
    for number in possible:
        if number < len(RULES):
            each = RULES[number]
            found += [Finding(each.entity, *read.span(*at), score, each.name) for at, score in _held(each, read.text)]
    if possible and possible[-1] >= len(RULES):
        found += [_in_original(each, read) for each in tokens(read.text)]
    return apart(found) if len(found) > 1 else found


def _in_original(finding: Finding, read: Plain) -> Finding:
    if not read.starts:
        return finding
    start, end = read.span(finding.start, finding.end)
    return replace(finding, start=start, end=end)


@lru_cache(maxsize=1)
def _prefilter() -> Best:
    return Best(_LOOKED_FOR)


def _held(rule: Rule, text: str) -> Iterator[tuple[tuple[int, int], float]]:
    """Span and score of each match that the rule's judge holds; one that it refuses hides nothing behind its start."""
    group: int | str = "value" if "value" in rule.pattern.groupindex else 0
    at = 0
    while match := rule.pattern.search(text, at):
        score = rule.score(match)
        if score:
            yield match.span(group), score
        at = match.end() if score else match.start() + 1
