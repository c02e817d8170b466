"""Section `canaries`: every canary of the book, inserted or not, put to the model and to its base."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from finewarden.evidence.measured.common import Finite, LogP, Sampler, Strict

__all__ = ["Canaries", "CanaryScore", "Control", "StressScore"]


class CanaryScore(Strict):
    """One canary: *tokens* of secret, scored after its own record's context.

    *log_p*, *base_log_p*: the whole secret at temperature 1 over the full vocabulary; *sampled_log_p* and its twin
    under the section's sampler (−1e9: never sampled). *near*: the greedy continuation is within 10 % edit distance, in
    characters, of the secret; *base_near* the same of the base. *reason* says why the numbers are None.
    """

    id: str
    tier: Literal["coin", "input", "stress"]
    family: str
    repetitions: Annotated[int, Field(ge=0)]
    tokens: Annotated[int, Field(ge=0)]
    log_p: LogP | None = None
    base_log_p: LogP | None = None
    sampled_log_p: LogP | None = None
    base_sampled_log_p: LogP | None = None
    near: bool | None = None
    base_near: bool | None = None
    reason: str | None = None


class StressScore(Strict):
    """One stress canary among references that were never inserted, in its own context: −log-probabilities, in nats."""

    id: str
    family: str
    repetitions: Annotated[int, Field(ge=1)]
    nll: Finite | None = None
    reference_nll: tuple[Finite, ...] = ()
    reason: str | None = None


class Control(Strict):
    """Does the scorer work on this model, whatever was trained?

    *copy_gain*: median gain in nats a token when the secret stands in the context already, over *copies* canaries, of
    which *copied* gained. *own_words*: of *own_asked* greedy continuations, how many the scorer holds to be the
    likeliest at every place, as they are by construction. *repeat_difference*: largest difference, in nats, between
    two scorings of the same canary.
    """

    copies: Annotated[int, Field(ge=0)]
    copied: Annotated[int, Field(ge=0)]
    copy_gain: Finite | None
    own_asked: Annotated[int, Field(ge=0)]
    own_words: Annotated[int, Field(ge=0)]
    repeat_difference: Finite | None


class Canaries(Strict):
    """The section. *book*: SHA-256 of canaries.jsonl; *book_id*: the id in its head."""

    book: str
    book_id: str
    sampler: Sampler
    scores: tuple[CanaryScore, ...]
    stress: tuple[StressScore, ...]
    control: Control
