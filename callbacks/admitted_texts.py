"""Is what was tokenised made of admitted texts? Asked of decoded token ids, which is all that is left at train begin.

Chat templates put words between texts, packing puts rows behind one another, truncation cuts them: none of that is a
text of its own. White space, case and width are left out of the comparison, because templates and tokenizers change
them.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

__all__ = ["STRANGE", "AdmittedTexts"]

STRANGE = 64
"""A run of so many characters that stands in no admitted text and is no template's is a text that was not admitted."""

_BLOCK = 16
_SHORTEST = 3
_GRAM = 8
_TEMPLATE_ROWS, _TEMPLATE_SHARE = 3, 0.02


class AdmittedTexts:
    """Hashes of *texts*, block by block, and the short ones whole."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._blocks: set[int] = set()
        self._short: set[str] = set()
        for text in texts:
            bare = _bare(text)
            if len(bare) < _BLOCK:
                if len(bare) >= _SHORTEST:
                    self._short.add(bare)
                continue
            self._blocks.update(hash(bare[at : at + _BLOCK]) for at in range(0, len(bare) - _BLOCK + 1, _BLOCK))
            self._blocks.add(hash(bare[-_BLOCK:]))
        self._lengths = sorted({len(text) for text in self._short}, reverse=True)

    def strange(self, rows: Iterable[str]) -> list[int]:
        """The numbers, from 0, of the *rows* (decoded, whole) that hold a run of `STRANGE` characters or more of their
        own. What at least three rows, and 2 % of all, hold between texts is taken for a template's."""
        total = 0
        gaps: list[tuple[int, list[str]]] = []
        for number, row in enumerate(rows):
            total += 1
            if found := [gap for gap in self._gaps(_bare(row)) if len(gap) >= STRANGE]:
                gaps.append((number, found))
        if not gaps:
            return []
        common: Counter[str] = Counter()
        for _, found in gaps:
            common.update({gram for gap in found for gram in _grams(gap)})
        template = max(min(_TEMPLATE_ROWS, total), _TEMPLATE_SHARE * total)
        return [
            number
            for number, found in gaps
            if any(self._longest_own(gap, common, template) >= STRANGE for gap in found)
        ]

    def _gaps(self, row: str) -> Iterator[str]:
        """What stands between the blocks of admitted texts."""
        at = start = 0
        while at + _BLOCK <= len(row):
            if hash(row[at : at + _BLOCK]) in self._blocks:
                if at > start:
                    yield row[start:at]
                at = start = at + _BLOCK
            else:
                at += 1
        if len(row) > start:
            yield row[start:]

    def _longest_own(self, gap: str, common: Counter[str], template: float) -> int:
        """The longest run of *gap* that is neither a template's nor a short text."""
        longest = run = at = 0
        while at < len(gap):
            step = next((size for size in self._lengths if gap[at : at + size] in self._short), 0)
            if not step and common[gap[at : at + _GRAM]] >= template:
                step = _GRAM
            if step:
                run, at = 0, at + step
            else:
                run, at = run + 1, at + 1
                longest = max(longest, run)
        return longest


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _grams(gap: str) -> Iterator[str]:
    return (gap[at : at + _GRAM] for at in range(len(gap) - _GRAM + 1))
