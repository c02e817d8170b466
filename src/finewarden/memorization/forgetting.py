"""The forgetting test: does the model give a secret back to this very prompt?

Two readings of one prompt. *Greedy*: the likeliest answer is generated and searched for the secret, whatever its width,
case, spacing or punctuation. *Whole likelihood*: a lower bound on the probability that one sample (temperature 1, full
vocabulary) holds the secret. The secret need not be the answer's first word ("The number is ..."): for each place j of
the greedy answer, P(answer[:j]) · P(secret | prompt, answer[:j]) is such a bound, and the best one counts. The first
token of the secret already bounds that product from above, so the places that can't reach the bar are dropped without
being scored, and the pruning is exact.

What it does not say: it is a deterministic test of the prompts that were asked, not a statistical bound. Likelihood is
read for two spellings (with and without a leading space) in one tokenisation each, along the greedy answer only; a
secret that is spelled otherwise (4111-1111 for 4111 1111) or reached through another opening is found by the greedy
reading or not at all. Another temperature or top-p gives other probabilities.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from finewarden.evidence.measured.common import LEAST_LOG_P
from finewarden.evidence.measurements import Settings
from finewarden.memorization.extraction import log_p_needed
from finewarden.memorization.greedy import Answer, greedy_answers
from finewarden.memorization.prompting import Question
from finewarden.memorization.scoring import Score, TokenPair, longest, score
from finewarden.memorization.secret_text import contains

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["Reading", "Speaker", "read_questions"]

_NOTHING: tuple[int, ...] = ()
_PLACES = 8
"""Places along one greedy answer that are scored in full. Of more that could reach the bar, the likeliest are kept."""


class Speaker(Protocol):
    """What reading an answer needs beside the model: its tokenizer, and the ids that end an answer."""

    @property
    def tokenizer(self) -> PreTrainedTokenizerBase: ...

    @property
    def stop_ids(self) -> tuple[int, ...]: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What one prompt brought out.

    *path* are the ids of an answer that holds the secret: when *emitted*, the greedy answer up to the secret's end,
    else the likeliest found; *log_p* is a lower bound on the natural log-probability that a sample holds the secret.
    """

    emitted: bool
    log_p: float
    path: tuple[int, ...]


def read_questions(
    model: Any, speaker: Speaker, questions: Sequence[Question], settings: Settings, *, exact: bool = True
) -> list[Reading | None]:
    """Put all *questions* to *model*, in order. None: not measured (NaN, or longer than the model can read).

    With exact=False a secret that can't reach the bar is not scored at all: its reading says LEAST_LOG_P and no path.
    """
    room = longest(model)
    openings = [tuple(dict.fromkeys(spelling[0] for spelling in q.spellings if spelling)) for q in questions]
    fits = [
        bool(opening) and len(q.context) + settings.answer_tokens + max(map(len, q.spellings)) <= room
        for q, opening in zip(questions, openings, strict=True)
    ]
    answers = greedy_answers(
        model,
        [q.context if ok else () for q, ok in zip(questions, fits, strict=True)],
        watch=openings,
        answer_tokens=settings.answer_tokens,
        stop_ids=speaker.stop_ids,
    )
    bar = log_p_needed(settings.samples, settings.probability)
    places = [
        () if answer is None else _places(question, answer, opening, bar, exact)
        for question, answer, opening in zip(questions, answers, openings, strict=True)
    ]
    scores = iter(
        score(
            model,
            [
                TokenPair(question.context + answer.ids[: place.at], place.spelling)
                for question, answer, each in zip(questions, answers, places, strict=True)
                if answer is not None
                for place in each
            ],
        )
    )
    readings: list[Reading | None] = []
    for question, answer, each in zip(questions, answers, places, strict=True):
        found = [(place, next(scores)) for place in each]
        readings.append(None if answer is None else _reading(speaker, question, answer, found))
    return readings


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a secret may begin: after *at* tokens of the greedy answer, which have log-probability *before*."""

    at: int
    before: float
    spelling: tuple[int, ...]


def _places(
    question: Question, answer: Answer, opening: tuple[int, ...], bar: float, exact: bool
) -> tuple[_Place, ...]:
    """What to score in full: the spellings that can still reach *bar*, and with *exact* those at the very start."""
    start = [_Place(0, 0.0, spelling) for spelling in question.spellings if spelling] if exact else []
    later: list[tuple[float, _Place]] = []
    before = 0.0
    for at, watched in enumerate(answer.watched):
        for spelling in question.spellings:
            most = before + watched[opening.index(spelling[0])] if spelling else -math.inf
            if most >= bar and (at or not exact):
                later.append((most, _Place(at, before, spelling)))
        before += answer.log_probs[at] if at < len(answer.log_probs) else 0.0
        if before < bar:
            break
    later.sort(key=lambda item: (-item[0], item[1].at))
    return (*start, *(place for _, place in later[:_PLACES]))


def _reading(
    speaker: Speaker, question: Question, answer: Answer, found: Sequence[tuple[_Place, Score | None]]
) -> Reading | None:
    best, path = -math.inf, _NOTHING
    for place, scored in found:
        if scored is None:
            return None
        if place.before + scored.total > best or not path:
            best, path = place.before + scored.total, answer.ids[: place.at] + place.spelling
    end = _end_of_secret(speaker.tokenizer, answer.ids, question.secret)
    if end is not None:
        best, path = max(best, math.fsum(answer.log_probs[:end])), answer.ids[:end]
    return Reading(end is not None, max(LEAST_LOG_P, min(0.0, best)), path)


def _end_of_secret(tokenizer: PreTrainedTokenizerBase, answer: tuple[int, ...], secret: str) -> int | None:
    """The least number of tokens of *answer* whose text holds *secret*; None when all of it does not."""

    def holds(count: int) -> bool:
        return contains(str(tokenizer.decode(list(answer[:count]), skip_special_tokens=True)), secret)

    if not holds(len(answer)):
        return None
    low, high = 0, len(answer)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
