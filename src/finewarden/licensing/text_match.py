"""Which license a text is, whether it is whole and unedited, and what was put on top.

No license text is shipped: a fingerprint is the sequence of its words' hashes with the places where clauses begin.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from finewarden.licensing.fingerprint import Fingerprint
from finewarden.licensing.shipped_fingerprints import Known, shipped
from finewarden.licensing.text_difference import Difference
from finewarden.licensing.text_findings import TextFinding, findings_of
from finewarden.licensing.tokens import Words, words_of
from finewarden.licensing.variable_places import counting

__all__ = ["TextFinding", "TextMatch", "identify_text"]

_CLOSER_LOOKS = 12  # texts whose sample comes nearest are compared by their words, and of these
_ALIGNED = 4  # so many word by word
_BLOCK = 40  # an added stretch of so many words may be a text of its own


@dataclass(frozen=True)
class TextMatch:
    """*key* of the record and *text*, the fingerprint, that come nearest; None when no license is near."""

    key: str | None
    text: str | None
    intact: bool
    findings: tuple[TextFinding, ...]


@dataclass(frozen=True)
class _Aligned:
    fingerprint: Fingerprint
    differences: tuple[Difference, ...]
    missing: int
    added: int

    @property
    def matched(self) -> int:
        return len(self.fingerprint.tokens) - self.missing


def identify_text(text: str, *, own: Iterable[Fingerprint] = ()) -> TextMatch:
    """The license that *text* is, with each clause that is missing or altered and whatever was added.

    *own*: fingerprints of a user's own licenses, in the place of the shipped ones of their keys.
    """
    mine = tuple(own)
    replaced = {one.key for one in mine}
    candidates = (*(one for one in shipped() if one.key not in replaced), *map(Known.of, mine))
    words = words_of(text)
    best = _best(words, candidates)
    if best is None:
        return TextMatch(None, None, False, ())
    findings = findings_of(best.fingerprint, best.differences, words, _blocks_of(best, words, candidates))
    return TextMatch(best.fingerprint.key, best.fingerprint.id, not findings, tuple(findings))


def _blocks_of(best: _Aligned, words: Words, candidates: tuple[Known, ...]) -> dict[tuple[int, int], Fingerprint | str]:
    """What each long added stretch is: the fingerprint of a text that stands there whole, or the key of an edited one."""
    found: dict[tuple[int, int], Fingerprint | str] = {}
    for one in best.differences:
        if one.b2 - one.b1 < _BLOCK or len(found) == 8:
            continue
        block = words.part(one.b1, one.b2)
        other = _best(block, candidates)
        if other is not None:
            found[one.b1, one.b2] = other.fingerprint if not other.differences else other.fingerprint.key
    return found


def _best(words: Words, candidates: tuple[Known, ...]) -> _Aligned | None:
    """The text that *words* are nearest to; a whole one first."""
    grams = words.grams
    hits = sorted(((len(one.sketch & grams) / max(1, len(one.sketch)), one) for one in candidates), key=_by_hits)
    near = [one for share, one in hits[:_CLOSER_LOOKS] if share > 0]
    ranked = sorted(near, key=lambda one: -_worth(one, grams))
    aligned = [_align(one.fingerprint, words) for one in ranked[:_ALIGNED]]
    aligned = [one for one in aligned if _is_near(one, words)]
    whole = [one for one in aligned if not one.differences]
    if whole:
        return max(whole, key=lambda one: len(one.fingerprint.tokens))
    return max(aligned, key=lambda one: one.matched - one.missing - min(one.added, 60) / 8, default=None)


def _by_hits(item: tuple[float, Known]) -> tuple[float, str]:
    share, one = item
    return -share * min(one.words, 4000), one.id


def _worth(one: Known, grams: frozenset[int]) -> float:
    present = sum(1 for gram in one.grams if gram in grams)
    return 2 * present - len(one.grams)


def _align(fingerprint: Fingerprint, words: Words) -> _Aligned:
    found = counting(fingerprint, words)
    return _Aligned(fingerprint, found, sum(d.a2 - d.a1 for d in found), sum(d.b2 - d.b1 for d in found))


def _is_near(one: _Aligned, words: Words) -> bool:
    """Whether the text is an edition of the license at all: it holds most of it, or is mostly made of it.

    A notice, a statement in a README or a quoted clause is neither.
    """
    optional = sum(end - first for first, end in one.fingerprint.optional)
    needed = max(1, len(one.fingerprint.tokens) - optional)
    matched = min(one.matched, needed)
    share, purity = matched / needed, one.matched / max(1, len(words))
    return share >= 0.6 or (share >= 0.1 and purity >= 0.6 and matched >= 60)
