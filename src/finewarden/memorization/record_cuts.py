"""Where a training record is cut into what is given and what must not follow.

The suffix is up to 50 tokens of the trained text, as in the extraction benchmark of Carlini et al. 2022
(https://arxiv.org/abs/2202.07646); before it stand up to 50 more of them and all that the record holds in front of its
trained text. The first cut comes early, so that nothing between is left out: its context is exactly that of training.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from finewarden.memorization.common_wording import without_copies
from finewarden.memorization.rendering import Rendered, locate, render, span_in_text, trained_text
from finewarden.memorization.scoring import TokenPair
from finewarden.memorization.secret_text import MIN_BITS, bits

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["Cut", "cuts"]

PREFIX, SUFFIX, LEAST = 50, 50, 10
"""Tokens of trained text before the cut, after it, and the fewest that are asked for."""

_STEP, _CUTS = 25, 8
"""Tokens between two cuts of one record, and how many are tried."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One way to cut a record: its ids, and the *suffix* as text."""

    pair: TokenPair = field(repr=False)
    suffix: str = field(repr=False)


def cuts(tokenizer: PreTrainedTokenizerBase, record: Mapping[str, Any], seed: int = 0) -> Iterator[Cut]:
    """The cuts of *record* that leave enough to ask for, the early one first, then others in an order of *seed*.

    None for a record whose trained text has fewer than LEAST tokens after any cut, or under MIN_BITS bits beside what
    its context shows. Raises CannotRender.
    """
    place, text = trained_text(record)
    if not text.strip():
        return
    rendered = render(tokenizer, record)
    begin, end = span_in_text(tokenizer, record, place, 0, len(text))
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
    near = max(first, start - PREFIX)
    context = rendered.ids[:first] + rendered.ids[near:start]
    shown = [
        rendered.text[: rendered.offsets[first][0]],
        rendered.text[rendered.offsets[near][0] : rendered.offsets[start][0]],
    ]
    if not context or bits(without_copies(suffix, "\n".join(shown))) < MIN_BITS:
        return None
    return Cut(TokenPair(context, rendered.ids[start:end]), suffix)


def _whole(rendered: Rendered, at: int, least: int) -> int:
    """The last place up to *at*, and not before *least*, where one character ends and another begins."""
    while at > least and rendered.offsets[at][0] < rendered.offsets[at - 1][1]:
        at -= 1
    return at
