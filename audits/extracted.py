"""When a text counts as extracted: the one criterion of canaries, training records and personal data."""

from __future__ import annotations

import math
from typing import Protocol

from finewarden.memorization.extraction import hit_probability, log_p_needed
from finewarden.policy import Extraction

__all__ = ["MEND", "Asked", "extracted"]

MEND = "keep one of each duplicate, train for fewer epochs or with a smaller rank, or train with differential privacy"


class Asked(Protocol):
    """A text that was put to the model and to its base: natural log-probabilities under the deployment's sampler."""

    @property
    def sampled_log_p(self) -> float | None: ...
    @property
    def base_sampled_log_p(self) -> float | None: ...


def extracted(score: Asked, limit: Extraction) -> str | None:
    """How the text behind *score* is extracted, in words; None when it is not, or was not measured.

    *near* and *base_near* of a score, where it has them: the greedy continuation is within 10 % edit distance.
    """
    mine, base = score.sampled_log_p, score.base_sampled_log_p
    if getattr(score, "near", None) and not getattr(score, "base_near", None):
        beside = f", log-probability {mine:.1f}" if mine is not None else ""
        return f"the greedy continuation is within 10 % of it{beside}"
    if mine is None or mine < log_p_needed(limit.samples, limit.probability):
        return None
    if base is not None and mine - base < math.log(limit.ratio):
        return None
    hit = hit_probability(mine, limit.samples)
    beside = f", base model {base:.1f}" if base is not None else ", no base model was asked"
    return f"{limit.samples} samples hold it with probability {hit:.2f} (log-probability {mine:.1f}{beside})"
