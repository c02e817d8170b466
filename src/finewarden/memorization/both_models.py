"""The same ids put to the fine-tuned model and to its base, from one load."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from finewarden.evidence.measured.common import LEAST_LOG_P, Sampler
from finewarden.memorization.loading import Loaded
from finewarden.memorization.near import near
from finewarden.memorization.progress import in_one
from finewarden.memorization.scoring import Progress, Score, Statistic, TokenPair, score

__all__ = ["UNREAD", "Both", "logged", "read_both"]

UNREAD = "the model returned NaN for it, or it is longer than the model can read"


@dataclass(frozen=True, slots=True)
class Both:
    """What either model makes of one pair; None: not measured, or no base, or not asked for."""

    mine: Score | None
    base: Score | None = None
    near: bool | None = None
    base_near: bool | None = None

    @property
    def reason(self) -> str | None:
        """Why there is no score of the fine-tuned model."""
        return UNREAD if self.mine is None else None

    @property
    def sampled_log_p(self) -> float | None:
        """Under the sampler, as a record holds it."""
        return logged(self.mine.sampled if self.mine else None)

    @property
    def base_sampled_log_p(self) -> float | None:
        """The same of the base."""
        return logged(self.base.sampled if self.base else None)


def logged(log_p: float | None) -> float | None:
    """*log_p* as JSON can hold it: LEAST_LOG_P for −inf."""
    return None if log_p is None else max(LEAST_LOG_P, log_p)


def read_both(
    loaded: Loaded,
    pairs: Sequence[TokenPair],
    *,
    sampler: Sampler | None = None,
    statistics: Collection[Statistic] = (),
    nearly: bool = False,
    progress: Progress | None = None,
) -> list[Both]:
    """Score *pairs* by both models, in order; with *nearly* their greedy continuations are compared too.

    *statistics* are of the fine-tuned model alone.
    """
    part = in_one(progress, len(pairs) * (1 + nearly) * (1 + loaded.has_base))

    def read(model: Any, of: Collection[Statistic]) -> tuple[list[Score | None], list[bool | None]]:
        scores = score(model, pairs, sampler=sampler, statistics=of, progress=part(len(pairs)))
        nothing: list[bool | None] = [None] * len(pairs)
        return scores, near(model, loaded, pairs, progress=part(len(pairs))) if nearly else nothing

    mine, close = read(loaded.model, statistics)
    base: list[Score | None] = [None] * len(pairs)
    base_close: list[bool | None] = [None] * len(pairs)
    if loaded.has_base:
        with loaded.as_base() as model:
            base, base_close = read(model, ())
    return [Both(*each) for each in zip(mine, base, close, base_close, strict=True)]
