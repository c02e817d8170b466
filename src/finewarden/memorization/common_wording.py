"""Which wording many records share: a suffix that follows different beginnings is nobody's own.

Shared is what comes back by the rule that finds memory (`near`): a tenth of the characters may differ, a name or a date
in a form letter. What a record copies from its own prompt is left out on both sides, because any model can copy it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

from finewarden.memorization.near import TOLERANCE
from finewarden.memorization.secret_text import normalise
from finewarden.memorization.training_set import Distinct, text_before

__all__ = ["Wording", "nearly_in", "without_copies"]

_SHARED = 3
"""Records that a wording belongs to before it is nobody's own."""

_COMPARED, _PLACES = 1000, 4
"""Other records that a suffix is compared with, and places in each that are compared closely, at most."""

_RUN = 8
"""Characters in a row, after `secret_text.normalise`, that are a copy of what stands before; a number needs four."""

_NUMBER = re.compile(r"(?=[0-9A-Za-z]*[0-9])[0-9A-Za-z]{4,}")


def without_copies(text: str, before: str) -> str:
    """*text*, normalised, without what it copies from *before*: runs of `_RUN` characters, and numbers of four."""
    given = normalise(before)
    numbers = set(_NUMBER.findall(before))
    if not given:
        return normalise(text)
    if numbers:
        text = _NUMBER.sub(lambda found: "" if found[0] in numbers else found[0], text)
    plain = normalise(text)
    runs = {given[at : at + _RUN] for at in range(len(given) - _RUN + 1)}
    copied = [False] * len(plain)
    for at in range(len(plain) - _RUN + 1):
        if plain[at : at + _RUN] in runs:
            copied[at : at + _RUN] = [True] * _RUN
    return "".join(char for char, gone in zip(plain, copied, strict=True) if not gone)


class Wording:
    """What the *records* of the training data have in common."""

    def __init__(self, records: Sequence[Distinct], texts: Sequence[str]) -> None:
        """*texts*: the trained text of each of *records*."""
        self._records = records
        self._texts = texts
        self._joined = "\0".join(texts)
        self._starts: list[int] = []
        at = 0
        for text in texts:
            self._starts.append(at)
            at += len(text) + 1

    def is_common(self, suffix: str, record: Distinct) -> bool:
        """Whether *suffix* of *record* stands in `_SHARED` records or more behind different beginnings, word for word
        or nearly.
        """
        return self._stands_in_many(suffix) or self._nearly_in_many(suffix, record)

    def _stands_in_many(self, suffix: str) -> bool:
        before: set[str] = set()
        at = self._joined.find(suffix)
        while at >= 0 and len(before) < _SHARED:
            which = bisect_right(self._starts, at) - 1
            start = self._starts[which]
            before.add(text_before(self._records[which].row.record) + self._joined[start:at])
            following = which + 1  # the first place in a record is enough
            at = self._joined.find(suffix, self._starts[following]) if following < len(self._starts) else -1
        return len(before) >= _SHARED

    def _nearly_in_many(self, suffix: str, record: Distinct) -> bool:
        """The same up to TOLERANCE, of other records alone, in a sample of them."""
        own = text_before(record.row.record)
        wanted = without_copies(suffix, own)
        if not wanted:
            return False  # `cuts` leaves out what is copied as a whole
        edits = int(TOLERANCE * len(wanted))
        place = without_copies(self._texts[self._at[record.key]], own)
        mine = own + "\0" + place[: max(0, place.find(wanted))]
        before: set[str] = set()
        for other, given, text in self._sample:
            start = None if other == record.key else nearly_in(wanted, text, edits, most=_PLACES)
            if start is not None:
                before.add(given + "\0" + text[:start])
                if len(before - {mine}) >= _SHARED:
                    return True
        return False

    @cached_property
    def _at(self) -> dict[str, int]:
        return {record.key: at for at, record in enumerate(self._records)}

    @cached_property
    def _sample(self) -> list[tuple[str, str, str]]:
        """Of some records, spread evenly: key, what stands before the trained text, and that without its copies."""
        found = []
        step = max(1.0, len(self._records) / _COMPARED)
        for at in (int(i * step) for i in range(min(_COMPARED, len(self._records)))):
            record = self._records[at]
            if self._texts[at]:
                before = text_before(record.row.record)
                found.append((record.key, before, without_copies(self._texts[at], before)))
        return found


def nearly_in(wanted: str, text: str, edits: int, *, most: int | None = None) -> int | None:
    """Where a part of *text* begins that is *wanted* up to *edits* insertions, deletions and substitutions; else None.

    Whatever is k edits away keeps one of k + 1 pieces whole, so only places around a piece are compared; at *most* so
    many of them closely.
    """
    from rapidfuzz.distance import Levenshtein

    size = len(wanted) // (edits + 1)
    unlike: set[int] = set()
    tried = 0
    for at in range(0, size * (edits + 1), size):
        end = at + size
        place = text.find(wanted[at:end])
        while place >= 0:
            first = place - at
            if first not in unlike and first + edits >= 0:
                window = text[max(0, first) : first + len(wanted)]
                if Levenshtein.distance(wanted, window, score_cutoff=2 * edits) > 2 * edits:
                    unlike.add(first)
                else:
                    if tried == most:
                        return None
                    tried += 1
                    left, start = min(
                        (Levenshtein.distance(wanted[:at], text[start:place], score_cutoff=edits), start)
                        for start in range(max(0, first - edits), min(place, first + edits) + 1)
                    )
                    rest = text[place + size : first + len(wanted) + edits]
                    right = min(
                        Levenshtein.distance(wanted[end:], rest[:length], score_cutoff=edits)
                        for length in range(max(0, len(wanted) - end - edits), len(wanted) - end + edits + 1)
                    )
                    if left + right <= edits:
                        return start
            place = text.find(wanted[at:end], place + 1)
    return None
