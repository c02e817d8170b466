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

from finewarden.evidence.measurements import Settings
from finewarden.memorization.extraction import log_p_needed
from finewarden.memorization.greedy import greedy_answers
from finewarden.memorization.prompting import Question
from finewarden.memorization.scoring import Score, TokenPair, score
from finewarden.memorization.secret_text import contains

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["LEAST_LOG_P", "Reading", "Speaker", "read_questions"]

LEAST_LOG_P = -1e9
"""Stands for probability 0 in records: JSON has no −inf."""

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
    model: Any, speaker: Speaker, questions: Sequence[Question], settings: Settings
) -> list[Reading | None]:
    """Put all *questions* to *model*, in order. None: not measured (NaN, or longer than the model can read)."""
    room = _longest(model)
    fits = [len(q.context) + settings.answer_tokens + max(map(len, q.spellings), default=0) <= room for q in questions]
    answers = greedy_answers(
        model,
        [q.context if ok else () for q, ok in zip(questions, fits, strict=True)],
        answer_tokens=settings.answer_tokens,
        stop_ids=speaker.stop_ids,
    )
    # One pass over each answer tells how likely it is up to every place, and how likely a secret begins there.
    openings = [tuple(dict.fromkeys(s[0] for s in q.spellings if s)) for q in questions]
    along = score(model, [TokenPair(q.context, a, o) for q, a, o in zip(questions, answers, openings, strict=True)])
    bar = log_p_needed(settings.samples, settings.probability)
    tries: list[TokenPair] = []
    plans: list[
        list[tuple[int, float, int]]
    ] = []  # for each question: place, log P(answer up to it), position in tries
    for question, answer, scored, opening in zip(questions, answers, along, openings, strict=True):
        plan = []
        for place, before, spelling in _places(question, scored, opening, bar):
            plan.append((place, before, len(tries)))
            tries.append(TokenPair(question.context + answer[:place], spelling))
        plans.append(plan)
    scores = score(model, tries)

    readings: list[Reading | None] = []
    for question, answer, scored, plan, ok in zip(questions, answers, along, plans, fits, strict=True):
        if not ok or (answer and scored is None) or any(scores[at] is None for _, _, at in plan) or not plan:
            readings.append(None)
            continue
        best, path = -math.inf, _NOTHING
        for place, before, at in plan:
            found = scores[at]
            assert found is not None
            if before + found.total > best or not path:
                best, path = before + found.total, answer[:place] + tries[at].target
        end = _end_of_secret(speaker.tokenizer, answer, question.secret)
        if end is not None and scored is not None:
            best, path = max(best, math.fsum(scored.log_probs[:end])), answer[:end]
        readings.append(Reading(end is not None, max(LEAST_LOG_P, min(0.0, best)), path))
    return readings


def _places(
    question: Question, scored: Score | None, opening: tuple[int, ...], bar: float
) -> list[tuple[int, float, tuple[int, ...]]]:
    """Where along the answer to score which spelling in full: the start always, then what can still reach *bar*."""
    start = [(0, 0.0, spelling) for spelling in question.spellings if spelling]
    later: list[tuple[float, int, float, tuple[int, ...]]] = []
    if scored is not None:
        before = 0.0
        for place, watched in enumerate(scored.watched):
            if place:
                for spelling in question.spellings:
                    most = before + watched[opening.index(spelling[0])]
                    if most >= bar:
                        later.append((most, place, before, spelling))
            before += scored.log_probs[place]
    later.sort(key=lambda item: (-item[0], item[1]))
    return start + [(place, before, spelling) for _, place, before, spelling in later[:_PLACES]]


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


def _longest(model: Any) -> float:
    """Tokens the model can read, as its configuration says; without end where it says nothing."""
    config = model.config.get_text_config() if hasattr(model.config, "get_text_config") else model.config
    longest = getattr(config, "max_position_embeddings", None)
    return longest if isinstance(longest, int) and longest > 0 else math.inf
