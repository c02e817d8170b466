"""Section `personal_values`: personal data found in the training data, each value beside those of other records."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from finewarden.evidence.measured.common import Finite, LogP, Sampler, Strict
from finewarden.evidence.measured.settings import PersonalValuesSettings

__all__ = ["PersonalValues", "Stratum", "ValueScore"]


class ValueScore(Strict):
    """One value in its own record, beside same-stratum values of other records put in its place.

    *masked*: what may be shown. *rank_share*: share of the others that the fine-tuned model, corrected by the base,
    holds less likely here than the record's own value (ties count half): 0.5 is chance, 1.0 says it knows whose it is.
    *base_rank_share*: the same of the base alone. *copies*: records that hold the value. Log-probabilities as in
    `CanaryScore`.
    """

    file: str
    row: Annotated[int, Field(ge=1)]
    fingerprint: str
    kind: str
    stratum: str
    masked: str
    copies: Annotated[int, Field(ge=1)]
    tokens: Annotated[int, Field(ge=0)]
    others: Annotated[int, Field(ge=0)]
    rank_share: Annotated[float, Field(ge=0, le=1)] | None = None
    base_rank_share: Annotated[float, Field(ge=0, le=1)] | None = None
    sampled_log_p: LogP | None = None
    base_sampled_log_p: LogP | None = None
    reason: str | None = None


class Stratum(Strict):
    """Values that look alike, so that any could stand in the other's place: matrices of *n* rows and columns.

    ``gain[i][j]``: log-probability of value j in the context of value i, fine-tuned minus base, in nats;
    ``base[i][j]``: of the base alone. Rows and columns in the order of *values* (positions in the section's list).
    """

    name: str
    values: tuple[int, ...]
    gain: tuple[tuple[Finite, ...], ...]
    base: tuple[tuple[Finite, ...], ...]


class PersonalValues(Strict):
    """The section. *found*: distinct values in the data that are somebody's own; *shared*: others that many records
    hold behind different beginnings, such as a hotline. Of those found a seeded sample is compared in strata; others,
    those of most copies first, are asked alone (*others* is 0).

    Without a base model there are no strata, and no value has a rank. *data*, *canary_book*, *holdout_book*, *unknown*:
    as in `Records`.
    """

    salt: str
    data: str
    seed: int
    sampler: Sampler
    found: Annotated[int, Field(ge=0)]
    values: tuple[ValueScore, ...]
    strata: tuple[Stratum, ...]
    settings: PersonalValuesSettings = PersonalValuesSettings()
    canary_book: str | None = None
    holdout_book: str | None = None
    unknown: Annotated[int, Field(ge=0)] = 0
    shared: Annotated[int, Field(ge=0)] = 0
