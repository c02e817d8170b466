"""Which license a text is, whether it is whole and unedited, and what was put on top.

No license text is shipped: a fingerprint is the sequence of its words' hashes with the places where clauses begin.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from finewarden.licensing.texts.difference import Difference
from finewarden.licensing.texts.findings import Block, TextFinding, findings_of
from finewarden.licensing.texts.fingerprint import Fingerprint
from finewarden.licensing.texts.shipped_fingerprints import Known, shipped
from finewarden.licensing.texts.tokens import Words, words_of
from finewarden.licensing.texts.variable_places import counting

__all__ = ["TextFinding", "TextMatch", "identify_text", "identify_words"]

_CLOSER_LOOKS = 8  # texts whose sample comes nearest are looked at more closely
_ALIGNED = 3  # so many of a kind are compared word by word
_OTHERS = 5  # so many further texts of one file are compared
_AS_NEAR = 12  # runs of four words: three words changed
_CHANGE = 12  # words from which on a change is one that takes or gives whole sentences
_BLOCK = 40  # an added stretch of so many words may be a text of its own
_BLOCKS = 4  # so many of them, the longest, are looked up


@dataclass(frozen=True)
class TextMatch:
    """*key* of the record and *text*, the fingerprint, that come nearest; None when no license is near. *intact*: none
    of the *findings* changes a term.

    A use policy that goes along with a license has its own id for a key, and no record. *also*: the keys of further
    texts that stand whole in the same file.
    """

    key: str | None
    text: str | None
    intact: bool
    findings: tuple[TextFinding, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Aligned:
    fingerprint: Fingerprint
    differences: tuple[Difference, ...]
    words: int

    @property
    def needed(self) -> int:
        """The words that a whole text has."""
        return len(self.fingerprint.needed)

    @property
    def lacking(self) -> int:
        """Those of them that are not there."""
        return sum(one.a2 - one.a1 - self._optional(one) for one in self.differences)

    def _optional(self, one: Difference) -> int:
        return sum(max(0, min(end, one.a2) - max(first, one.a1)) for first, end in self.fingerprint.optional)

    @property
    def added(self) -> int:
        """The words of the text that are not the license's."""
        return sum(one.b2 - one.b1 for one in self.differences)

    @property
    def is_there(self) -> bool:
        """Whether the text stands in the file but for single words."""
        return self.lacking <= self.needed / 33

    @property
    def start(self) -> int:
        """The first word that is the license's."""
        first = self.differences[0] if self.differences else None
        return first.b2 if first is not None and first.a1 == 0 else 0

    @property
    def end(self) -> int:
        """The word after its last."""
        last = self.differences[-1] if self.differences else None
        return last.b1 if last is not None and last.a2 == len(self.fingerprint.tokens) else self.words


def identify_text(text: str, *, own: Iterable[Fingerprint] = ()) -> TextMatch:
    """The license that *text* is, with each clause that is missing or altered and whatever was added.

    *own*: fingerprints of a user's own licenses, in the place of the shipped ones of their keys.
    """
    return _identified(text, tuple(own))


@lru_cache(maxsize=8)  # several audits ask for the same few texts, and a folder may hold one text many times
def _identified(text: str, own: tuple[Fingerprint, ...]) -> TextMatch:
    return identify_words(words_of(text), own=own)


def identify_words(words: Words, *, own: Iterable[Fingerprint] = ()) -> TextMatch:
    """As `identify_text`, of a text's words."""
    mine = tuple(own)
    replaced = {one.key for one in mine}
    candidates = (*(one for one in shipped() if one.key not in replaced), *map(Known.of, mine))
    best = _best(words, candidates)
    if best is None:
        return TextMatch(None, None, False, ())
    blocks = {}
    for one in sorted(best.differences, key=lambda one: one.b1 - one.b2)[:_BLOCKS]:
        block = words.part(one.b1, one.b2)
        other = _best(block, candidates) if len(block) >= _BLOCK else None
        if other is not None:
            blocks[one.b1, one.b2] = Block(other.fingerprint, other.differences, block, not other.lacking)
    findings = findings_of(best.fingerprint, best.differences, words, blocks)
    also = tuple(sorted({block.text.key for block in blocks.values() if block.whole}))
    intact = all(found.harmless for found in findings)
    return TextMatch(best.fingerprint.key, best.fingerprint.id, intact, tuple(findings), also)


def _best(words: Words, candidates: tuple[Known, ...]) -> _Aligned | None:
    """The text that *words* are nearest to."""
    aligned = []
    for known in _nearest(words.grams, candidates):
        one = _Aligned(known.fingerprint, counting(known.fingerprint, words), len(words))
        if not one.differences:
            return one
        if _is_near(one):
            aligned.append(one)
    # A use policy in one file with the license that it goes along with is not what the file is.
    licenses = [one for one in aligned if one.fingerprint.kind == "license"]
    best = max(licenses or aligned, key=_score, default=None)
    # Several licenses in one file: the first that is there is the license, what follows was put on top.
    before = [one for one in licenses if best is not None and one.is_there and one.end <= best.start]
    return max(before, key=_score) if before else best


def _nearest(grams: frozenset[int], candidates: tuple[Known, ...]) -> list[Known]:
    """The candidates worth a comparison word by word, nearest first: the nearest, those that are as near but for a few
    words, and texts that stand elsewhere in the file."""
    hits = [(len(one.sketch & grams) / max(1, len(one.sketch)), one) for one in candidates]
    long = heapq.nlargest(_CLOSER_LOOKS, hits, key=lambda hit: (hit[0] * hit[1].words, hit[1].id))
    whole = heapq.nlargest(_CLOSER_LOOKS // 2, hits, key=lambda hit: (hit[0], hit[1].words, hit[1].id))
    present = {one: one.grams & grams for share, one in (*long, *whole) if share > 0}
    # So few runs of words in common are of the language, not of the license.
    present = {one: here for one, here in present.items() if len(here) >= len(one.grams) / 20}
    worth = {one: len(here) - (len(one.grams) - len(here)) / 10 for one, here in present.items()}
    ranked = sorted(present, key=lambda one: -worth[one])
    if not ranked:
        return []
    first = ranked[0]
    rivals = [one for one in ranked[1:] if worth[one] >= worth[first] - _AS_NEAR][: _ALIGNED - 1]
    # What tells of words that the first does not: another text in the same file.
    others = [
        one
        for one in ranked[1:]
        if one not in rivals
        and len(present[one]) >= 0.75 * len(one.grams)
        and len(present[one] - present[first]) >= _AS_NEAR
    ]
    return [first, *rivals, *others[:_OTHERS]]


def _score(one: _Aligned) -> float:
    """The license's words that are there, less what was changed. A clause that is gone or a page that was put on top is
    one change, not as many as it has words."""
    changed = sum(min(_CHANGE, gap.a2 - gap.a1) + min(_CHANGE, gap.b2 - gap.b1) for gap in one.differences)
    return one.needed - one.lacking - 3 * changed


def _is_near(one: _Aligned) -> bool:
    """Whether the text is an edition of the license at all: it holds most of it, or is mostly made of it.

    A notice, a statement in a README or a quoted clause is neither.
    """
    matched = one.needed - one.lacking
    share, purity = matched / max(1, one.needed), 1 - one.added / max(1, one.words)
    return share >= 0.75 or (share >= 0.1 and purity >= 0.75 and matched >= 60)
