"""Of findings that overlap, the ones to count and to take out."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from finewarden.personal_data.entities import entity
from finewarden.personal_data.finding import Finding

__all__ = ["apart", "resolve"]

# A name found around a phone number must not keep the number from being counted.
_CHANCE = {"UK_NHS": 0.39}  # its check digit holds for one number in eleven: less than any sign of a phone number
_RANK = {"direct": 3, "secret": 3, "name": 2, "quasi": 1, "other": 0}


def resolve(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that do not overlap, sorted: what counts before what does not, direct identifiers and secrets before
    names, names before places and dates, then the longer, then the more certain (a number that only a check digit of
    eleven makes an NHS number less than a phone number).

    What lies inside another is dropped. What a loser has outside of the winners stays found under its own entity, so
    that nothing found is left in a text from which the result is taken out; of dates, URLs and the like nothing stays.
    """
    result: list[Finding] = []
    for group in _clusters(sorted(findings, key=lambda each: (each.start, each.end))):
        result += group if len(group) == 1 else _resolved(group)
    return sorted(result, key=lambda each: (each.start, each.end))


def apart(findings: Iterable[Finding]) -> list[Finding]:
    """The findings of which none overlaps another of its entity, sorted: the longer stays, then the more certain."""
    entities: dict[str, list[Finding]] = {}
    for each in findings:
        entities.setdefault(each.entity, []).append(each)
    result: list[Finding] = []
    for same in entities.values():
        for group in _clusters(sorted(same, key=lambda each: (each.start, each.end))):
            taken: list[tuple[int, int]] = []
            for each in sorted(group, key=lambda each: (each.start - each.end, -each.score, each.start)):
                if _outside(each, taken) == [(each.start, each.end)]:
                    _take(taken, each.start, each.end)
                    result.append(each)
    return sorted(result, key=lambda each: (each.start, each.end, each.entity))


def _resolved(group: Sequence[Finding]) -> Iterator[Finding]:
    taken: list[tuple[int, int]] = []
    for each in sorted(group, key=_priority):
        pieces = _outside(each, taken)
        if entity(each.entity).kind == "other" and pieces != [(each.start, each.end)]:
            continue
        for start, end in pieces:
            _take(taken, start, end)
            yield replace(each, start=start, end=end)


def _priority(finding: Finding) -> tuple[bool, int, int, float, int, str]:
    what = entity(finding.entity)
    return (
        finding.score < what.counts_from,
        -_RANK[what.kind],
        finding.start - finding.end,
        -min(finding.score, _CHANCE.get(finding.entity, 1.0)),
        finding.start,
        finding.entity,
    )


def _clusters(findings: Sequence[Finding]) -> Iterator[list[Finding]]:
    """Runs of sorted findings in which each overlaps one before it."""
    group: list[Finding] = []
    reach = 0
    for each in findings:
        if group and each.start >= reach:
            yield group
            group = []
        group.append(each)
        reach = max(reach, each.end) if len(group) > 1 else each.end
    if group:
        yield group


def _outside(finding: Finding, taken: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts of *finding* that no span of sorted *taken* covers."""
    pieces: list[tuple[int, int]] = []
    at = finding.start
    first = max(0, bisect_left(taken, (finding.start, finding.start)) - 1)
    for start, end in taken[first:]:
        if start >= finding.end:
            break
        if end <= at:
            continue
        if start > at:
            pieces.append((at, start))
        at = end
    if at < finding.end:
        pieces.append((at, finding.end))
    return pieces


def _take(taken: list[tuple[int, int]], start: int, end: int) -> None:
    taken.insert(bisect_left(taken, (start, end)), (start, end))
