"""Where a training record is cut into what is given and what must not follow.

The suffix is up to 50 tokens of the trained text, as in the extraction benchmark of Carlini et al. 2022
(https://arxiv.org/abs/2202.07646); before it stand up to 50 more of them and all that the record holds in front of its
trained text. The first cut comes early, so that nothing between is left out: its context is exactly that of training.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from finewarden.memorization.rendering import Rendered, locate, render, span_in_text, trained_text
from finewarden.memorization.scoring import TokenPair
from finewarden.memorization.secret_text import MIN_BITS, bits
from finewarden.memorization.training_set import Distinct, text_before

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["Cut", "Wording", "cuts"]

PREFIX, SUFFIX, LEAST = 50, 50, 10
"""Tokens of trained text before the cut, after it, and the fewest that are asked for."""

_STEP, _CUTS = 25, 8
"""Tokens between two cuts of one record, and how many are tried."""

_SHARED = 3
"""Records that a wording belongs to before it is nobody's own."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One way to cut a record: its ids, and the *suffix* as text."""

    pair: TokenPair
    suffix: str


def cuts(tokenizer: PreTrainedTokenizerBase, record: Mapping[str, Any], seed: int = 0) -> Iterator[Cut]:
    """The cuts of *record* that leave enough to ask for, the early one first, then others in an order of *seed*.

    None for a record whose trained text has fewer than LEAST tokens after any cut, or under MIN_BITS bits. Raises
    CannotRender.
    """
    field, text = trained_text(record)
    if not text.strip():
        return
    rendered = render(tokenizer, record)
    begin, end = span_in_text(tokenizer, record, field, 0, len(text))
    first, last = locate(rendered, 0, begin, end)
    # A record that is all trained text needs a beginning to be asked with.
    least = first if begin else first + 1
    if last - LEAST < least:
        return
    early = max(least, min(first + PREFIX, first + (last - first) // 2, last - LEAST))
    later = list(range(early + _STEP, last - LEAST + 1, _STEP))
    random.Random(seed).shuffle(later)
    for start in (early, *later[: _CUTS - 1]):
        if found := _cut(rendered, first, start, last):
            yield found


def _cut(rendered: Rendered, first: int, start: int, last: int) -> Cut | None:
    """The suffix begins and ends with whole characters: half of one before the cut would give the other half away."""
    start = _whole(rendered, start, first)
    end = min(start + SUFFIX, last)
    end = end if end == last else _whole(rendered, end, start)
    if end - start < LEAST:
        return None
    suffix = rendered.text[rendered.offsets[start][0] : rendered.offsets[end - 1][1]]
    context = rendered.ids[:first] + rendered.ids[max(first, start - PREFIX) : start]
    if not context or bits(suffix) < MIN_BITS:
        return None
    return Cut(TokenPair(context, rendered.ids[start:end]), suffix)


def _whole(rendered: Rendered, at: int, least: int) -> int:
    """The last place up to *at*, and not before *least*, where one character ends and another begins."""
    while at > least and rendered.offsets[at][0] < rendered.offsets[at - 1][1]:
        at -= 1
    return at


class Wording:
    """Which wording many records share: a suffix that follows different beginnings is nobody's own."""

    def __init__(self, records: Sequence[Distinct], texts: Sequence[str]) -> None:
        """*texts*: the trained text of each of *records*."""
        self._records = records
        self._joined = "\0".join(texts)
        self._starts: list[int] = []
        at = 0
        for text in texts:
            self._starts.append(at)
            at += len(text) + 1

    def is_common(self, suffix: str) -> bool:
        """Whether *suffix* stands in `_SHARED` records or more behind different beginnings."""
        before: set[str] = set()
        at = self._joined.find(suffix)
        while at >= 0 and len(before) < _SHARED:
            which = bisect_right(self._starts, at) - 1
            start = self._starts[which]
            before.add(text_before(self._records[which].row.record) + self._joined[start:at])
            following = which + 1  # the first place in a record is enough
            at = self._joined.find(suffix, self._starts[following]) if following < len(self._starts) else -1
        return len(before) >= _SHARED
