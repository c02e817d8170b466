"""Does the scorer work on this model, whatever was trained? Three controls whose answer is known beforehand.

*Copy*: a secret that stands in the context already is likelier than without; which secrets to take is the caller's
choice, and those that were never trained on leave room to gain. *Own words*: what greedy decoding says must be what the
scorer holds likeliest at every place, though the one reads token by token, padded on the left, and the other all at
once, padded on the right. *Repeat*: a pair alone, and among all others, has one score.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from finewarden.evidence.measured.canaries import Control
from finewarden.memorization.greedy import greedy_answers
from finewarden.memorization.scoring import Score, TokenPair, score

__all__ = ["ASKED", "control"]

ASKED = 16
"""Pairs that each control asks."""

_WORDS = 12
"""Tokens of a greedy continuation."""

_TIE, _TIE_HALF = 1e-3, 0.125
"""Nats by which two readings of one token may differ: rounding in float32, and in 16 bits."""


def control(model: Any, pairs: Sequence[TokenPair], stop_ids: tuple[int, ...]) -> Control:
    """The controls of *model* on the first `ASKED` of *pairs*."""
    asked = list(pairs[:ASKED])
    gains = _copy_gains(model, asked)
    own_asked, own_words = _own_words(model, [pair.context for pair in asked], stop_ids)
    return Control(
        copies=len(gains),
        copied=sum(gain > 0 for gain in gains),
        copy_gain=statistics.median(gains) if gains else None,
        own_asked=own_asked,
        own_words=own_words,
        repeat_difference=_repeat_difference(model, asked),
    )


def _copy_gains(model: Any, pairs: Sequence[TokenPair]) -> list[float]:
    """By how many nats a token each target is likelier when its context and itself come before. Pairs that can't be
    scored, twice over their own length for one, are left out.
    """
    copies = [TokenPair(pair.context + pair.target + pair.context, pair.target) for pair in pairs]
    scored = score(model, [*pairs, *copies])
    return [
        copied.mean - plain.mean
        for plain, copied in zip(scored[: len(pairs)], scored[len(pairs) :], strict=True)
        if plain is not None and copied is not None and _finite(plain, copied)
    ]


def _own_words(model: Any, contexts: Sequence[tuple[int, ...]], stop_ids: tuple[int, ...]) -> tuple[int, int]:
    """How many contexts were continued greedily, and in how many the scorer holds every token to be the likeliest, or
    as likely as decoding held it (then it ties with the likeliest, up to rounding).
    """
    answers = greedy_answers(model, contexts, watch=[()] * len(contexts), answer_tokens=_WORDS, stop_ids=stop_ids)
    said = [(context, answer) for context, answer in zip(contexts, answers, strict=True) if answer and answer.ids]
    scores = score(model, [TokenPair(context, answer.ids) for context, answer in said])
    tie = _TIE if next(model.parameters()).element_size() >= 4 else _TIE_HALF
    good = 0
    for (_, answer), found in zip(said, scores, strict=True):
        good += found is not None and all(
            likeliest or abs(mine - theirs) <= tie
            for likeliest, mine, theirs in zip(found.likeliest, found.log_probs, answer.log_probs, strict=True)
        )
    return len(said), good


def _repeat_difference(model: Any, pairs: Sequence[TokenPair]) -> float | None:
    """Largest difference in nats between the pairs scored together and each alone; None when none could be scored."""
    together = score(model, pairs)
    alone = [score(model, [pair])[0] for pair in pairs]
    differences = [
        abs(a.total - b.total)
        for a, b in zip(together, alone, strict=True)
        if a is not None and b is not None and _finite(a, b)
    ]
    return max(differences, default=None)


def _finite(*scores: Score) -> bool:
    return all(found.total > float("-inf") for found in scores)
