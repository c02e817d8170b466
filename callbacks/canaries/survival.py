"""Secrets that come out of the tokenizer as they went in, where they stand in their record."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from finewarden.callbacks.canaries.families import CannotDraw, Family, is_harmless
from finewarden.memorization.rendering import CannotRender, Field, Rendered, format_of, locate, render, span_in_text
from finewarden.memorization.scoring import TokenPair

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["Around", "around", "draw", "survive", "tokens_of"]

_ROUNDS = 64
"""A family of which nearly nothing survives is given up after so many draws for one place."""


@dataclass(frozen=True, slots=True)
class Around:
    """The rendered text before and behind a secret; *special*: the tokenizer adds its special tokens to it."""

    head: str
    tail: str
    special: bool


def around(tokenizer: PreTrainedTokenizerBase, row: Mapping[str, Any], field: Field, start: int, length: int) -> Around:
    """What stands around ``field[start : start + length]`` in the rendered *row*. Raises CannotRender."""
    text = render(tokenizer, row).text
    begin, end = span_in_text(tokenizer, row, field, start, length)
    opening = {"text": "text", "prompt-completion": "prompt", "messages": "messages"}[format_of(row)]
    return Around(text[:begin], text[end:], isinstance(row[opening], str))


def tokens_of(tokenizer: PreTrainedTokenizerBase, placed: Sequence[tuple[Around, str]]) -> list[TokenPair | None]:
    """The ids of each secret where it stands, and those before it; None where no token covers it.

    What `rendering.target_of` gives, for many secrets at once.
    """
    pairs: list[TokenPair | None] = [None] * len(placed)
    for adds in (False, True):
        wanted = [at for at, (where, _) in enumerate(placed) if where.special is adds]
        if not wanted:
            continue
        texts = [placed[at][0].head + placed[at][1] + placed[at][0].tail for at in wanted]
        found = tokenizer(texts, add_special_tokens=adds, return_offsets_mapping=True)
        for at, text, ids, offsets in zip(wanted, texts, found["input_ids"], found["offset_mapping"], strict=True):
            where, secret = placed[at]
            try:
                first, last = locate(Rendered(text, tuple(ids), tuple(offsets)), len(where.head), 0, len(secret))
            except CannotRender:
                continue
            pairs[at] = TokenPair(tuple(ids[:first]), tuple(ids[first:last]))
    return pairs


def survive(tokenizer: PreTrainedTokenizerBase, placed: Sequence[tuple[Around, str]]) -> list[bool]:
    """For each secret whether its own tokens there decode to it again, without an unknown or a special token."""
    special = set(tokenizer.all_special_ids)  # the unknown token is one of them
    return [
        pair is not None
        and bool(pair.context)
        and special.isdisjoint(pair.target)
        and secret in tokenizer.decode(list(pair.target), clean_up_tokenization_spaces=False)
        for pair, (_, secret) in zip(tokens_of(tokenizer, placed), placed, strict=True)
    ]


def draw(
    tokenizer: PreTrainedTokenizerBase, family: Family, places: Sequence[Around], pick: Random, taken: set[str]
) -> tuple[list[str], float]:
    """One secret of *family* for each of *places*, none of them in *taken* (which grows by them), and their bits.

    The bits are the family's, less what the rejected ones took away: secrets are then uniform among those that can
    stand there. Raises CannotDraw.
    """
    secrets: list[str | None] = [None] * len(places)
    tried = rejected = 0
    for _ in range(_ROUNDS):
        open_places = [at for at, secret in enumerate(secrets) if secret is None]
        if not open_places:
            break
        drawn = {}
        for at in open_places:
            secret = family.draw(pick)
            if secret not in taken:
                taken.add(secret)
                drawn[at] = secret
        fine = survive(tokenizer, [(places[at], secret) for at, secret in drawn.items()])
        for (at, secret), whole in zip(drawn.items(), fine, strict=True):
            tried += 1
            if whole and is_harmless(secret):
                secrets[at] = secret
            else:
                rejected += 1
    found = [secret for secret in secrets if secret is not None]
    if len(found) < len(places):
        raise CannotDraw(
            f"families: {family.name!r} can't be drawn: {len(places) - len(found)} of {len(places)} secrets do not "
            f"come out of {type(tokenizer).__name__} as they went in, or there are no more of them; "
            "write families=[...] without it, or ask for fewer"
        )
    return found, family.bits + (math.log2(1 - rejected / tried) if rejected else 0.0)
