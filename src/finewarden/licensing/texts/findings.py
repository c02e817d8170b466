"""What the differences of a text from its license come to: clauses missing, altered, and text added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from finewarden.licensing.texts.added_lines import is_page_furniture, is_statement
from finewarden.licensing.texts.difference import Difference
from finewarden.licensing.texts.fingerprint import Fingerprint
from finewarden.licensing.texts.hidden_words import MARK
from finewarden.licensing.texts.tokens import Words, is_number

__all__ = ["Block", "TextFinding", "findings_of"]

_MOST = 8  # findings told one by one: a copy that lost its list's marks differs in every item
_REWRITTEN = 40  # words in the place of a clause: more are text of its own
_GONE = 0.9  # of a clause's words: then the clause is missing, not altered
_WORST_FIRST = ("missing", "altered", "added")


@dataclass(frozen=True, slots=True)
class TextFinding:
    """One difference from the license's own text. *harmless* is an added line that changes no term: who holds a
    copyright, the title of a page. *line* counts from 1 in the text that was looked at; None where something is not
    there."""

    kind: Literal["missing", "altered", "added"]
    clause: str
    detail: str
    line: int | None = None
    harmless: bool = False


@dataclass(frozen=True)
class Block:
    """An added stretch, *words*, that comes near another license's *text*, and differs from it in *differences*.
    *whole*: nothing of the text lacks."""

    text: Fingerprint
    differences: tuple[Difference, ...]
    words: Words
    whole: bool


def findings_of(
    fingerprint: Fingerprint,
    found: Sequence[Difference],
    words: Words,
    blocks: Mapping[tuple[int, int], Block],
) -> list[TextFinding]:
    """The findings that *found* come to, in the order of the license. *blocks* tells what long added stretches are."""
    findings: list[TextFinding] = []
    for one in _joined(found):
        findings += _of(fingerprint, one, words, blocks)
    if len(findings) > _MOST:
        rest = findings[_MOST:]
        worst = min(rest, key=lambda one: (one.harmless, _WORST_FIRST.index(one.kind)))
        more = f"and {len(rest)} more differences"
        findings = [*findings[:_MOST], TextFinding(worst.kind, rest[0].clause, more, harmless=worst.harmless)]
    return findings


def _joined(found: Sequence[Difference]) -> list[Difference]:
    """Differences with at most two equal words between them are one change to a reader."""
    joined: list[Difference] = []
    for one in found:
        if joined and one.a1 - joined[-1].a2 <= 2 and one.a1 > one.a2 - 40 and joined[-1].a2 > joined[-1].a1:
            last = joined[-1]
            if one.b2 - last.b1 <= 40 and one.a2 - last.a1 <= 40:
                joined[-1] = Difference(last.a1, one.a2, last.b1, one.b2)
                continue
        joined.append(one)
    return joined


def _of(
    fingerprint: Fingerprint, one: Difference, words: Words, blocks: Mapping[tuple[int, int], Block]
) -> list[TextFinding]:
    gone, rest = _clauses_gone(fingerprint, one)
    rewritten = len(gone) == 1 and not rest and 0 < one.b2 - one.b1 <= _REWRITTEN and (one.b1, one.b2) not in blocks
    if one.a1 < one.a2 and (not gone or rewritten) and not _is_cut(fingerprint, one, gone):
        return [_altered(fingerprint, one, words)]
    findings = [
        TextFinding("altered", fingerprint.clauses[fingerprint.clause_at(first)][0], f"{_count(end - first)} removed")
        for first, end in rest
    ]
    if gone:
        # What is cut off before the first clause that is gone is told first.
        findings.insert(len([1 for first, _ in rest if first == one.a1]), _missing(fingerprint, one, gone))
    if one.b1 < one.b2 and not _is_cut(fingerprint, one, gone):
        findings += _added(fingerprint, one, words, blocks)
    return findings


def _clauses_gone(fingerprint: Fingerprint, one: Difference) -> tuple[list[int], list[tuple[int, int]]]:
    """The numbers of the clauses that *one* takes away whole, and the stretches of others."""
    gone: list[int] = []
    rest: list[tuple[int, int]] = []
    number = fingerprint.clause_at(one.a1)
    while one.a1 < one.a2 and number < len(fingerprint.clauses) and fingerprint.clauses[number][1] < one.a2:
        start, end = fingerprint.clauses[number][1], fingerprint.clause_end(number)
        first, last = max(start, one.a1), min(end, one.a2)
        # An appendix that may be left out is told with no clause that it stands after.
        needed = end - start - sum(max(0, min(end, b) - max(start, a)) for a, b in fingerprint.optional)
        if last - first >= _GONE * (needed or end - start) and (end - start >= 3 or gone):
            gone.append(number)
        elif last - first > 1:
            rest.append((first, last))
        number += 1
    return gone, rest


def _missing(fingerprint: Fingerprint, one: Difference, gone: list[int]) -> TextFinding:
    first, last = fingerprint.clauses[gone[0]][0], fingerprint.clauses[gone[-1]][0]
    if _is_cut(fingerprint, one, gone):
        what = "it and all that follows are not there" if len(gone) > 1 else "it is not there; the text ends before it"
    elif len(gone) > 1:
        what = f"the clauses from {first} to {last} are not there"
    else:
        what = "the clause is not there"
    return TextFinding("missing", first, what)


def _ends(fingerprint: Fingerprint, one: Difference) -> bool:
    """Whether nothing that a whole text has follows on *one*."""
    end = one.a2
    for first, after in fingerprint.optional:
        end = after if first == end else end
    return end == len(fingerprint.tokens)


def _is_cut(fingerprint: Fingerprint, one: Difference, gone: list[int]) -> bool:
    """Whether the text simply ends there, maybe inside a word, and whole clauses are not there."""
    return bool(gone) and _ends(fingerprint, one) and one.b2 - one.b1 <= 1


def _altered(fingerprint: Fingerprint, one: Difference, words: Words) -> TextFinding:
    clause = fingerprint.clauses[fingerprint.clause_at(one.a1)][0]
    taken, given = one.a2 - one.a1, one.b2 - one.b1
    number = any(is_number(token) for token in fingerprint.tokens[one.a1 : one.a2])
    if one.b1 == one.b2:
        ends = _ends(fingerprint, one)
        what = f"{_count(taken)} removed" + (", a number among them" if number else "")
        what += "; the text ends inside it" if ends else ""
        before = words.shown(max(0, one.b1 - 5), one.b1, limit=50)
        return TextFinding("altered", clause, f"{what}, after '{before}'" if before else what)
    here = words.shown(one.b1, one.b2)
    changed = number or any(is_number(token) for token in words.hashes[one.b1 : one.b2])
    if changed and taken <= 4 and given <= 6:
        what = f"number changed: here '{here}'"
    else:
        what = f"{_count(taken)} replaced by '{here}'"
    return TextFinding("altered", clause, what, words.line(one.b1))


def _added(
    fingerprint: Fingerprint, one: Difference, words: Words, blocks: Mapping[tuple[int, int], Block]
) -> list[TextFinding]:
    clause = fingerprint.clauses[fingerprint.clause_at(max(0, one.a1 - 1))][0]
    at_start = any(start == one.a1 for _, start in fingerprint.clauses)
    if one.a1 == 0:
        place, clause = "before the text", fingerprint.clauses[0][0]
    elif _ends(fingerprint, one):
        place = "after the end"
    else:
        place = "after it" if at_start else "inside it"
    line, here = words.line(one.b1), words.shown(one.b1, one.b2)
    block = blocks.get((one.b1, one.b2))
    if block is None:
        if is_statement(words, one.b1, one.b2):
            return [TextFinding("added", clause, f"{place} a copyright statement: '{here}'", line, harmless=True)]
        if is_page_furniture(words, one.b1, one.b2):
            return [TextFinding("added", clause, f"{place} what describes the page: '{here}'", line, harmless=True)]
        what = _count(one.b2 - one.b1) + (", which its page hides" if _is_hidden(words, one) else "")
        return [TextFinding("added", clause, f"{place} {what}: '{here}'", line)]
    if block.text.kind == "policy" and fingerprint.key in block.text.family:
        # The policy that the license speaks of may stand in the same file, as its author wrote it.
        return findings_of(block.text, block.differences, block.words, {})
    if not block.differences:
        what = "another license" if block.text.kind == "license" else "the use policy of another license"
        return [TextFinding("added", clause, f"{place} stands the text of {what}, {block.text.key}", line)]
    what = f"all of {block.text.key}" if block.whole else f"an edited text of {block.text.key}"
    return [TextFinding("added", clause, f"{place} {_count(one.b2 - one.b1)}, among them {what}: '{here}'", line)]


def _is_hidden(words: Words, one: Difference) -> bool:
    start, end = words.spans[one.b1][0], words.spans[one.b2 - 1][1]
    return MARK in words.text[max(0, start - len(MARK) - 2) : min(end, start + 400)]


def _count(number: int) -> str:
    return "1 word" if number == 1 else f"{number} words"
