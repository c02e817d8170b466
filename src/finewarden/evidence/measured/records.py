"""Section `records`: a seeded sample of the training records, each cut into a prefix and the suffix that followed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from finewarden.evidence.measured.common import LogP, Sampler, Strict
from finewarden.evidence.measured.settings import RecordsSettings

__all__ = ["RecordScore", "Records"]


class RecordScore(Strict):
    """One record: *row* of *file* (both from 1, and by name); *fingerprint* is a keyed hash of its content.

    The suffix is *tokens* long. Fields as in `CanaryScore`. *copies*: how often the data holds
    this very record.
    """

    file: str
    row: Annotated[int, Field(ge=1)]
    fingerprint: str
    tokens: Annotated[int, Field(ge=1)]
    copies: Annotated[int, Field(ge=1)] = 1
    sampled_log_p: LogP | None = None
    base_sampled_log_p: LogP | None = None
    near: bool | None = None
    base_near: bool | None = None
    reason: str | None = None


class Records(Strict):
    """The section. *population*: distinct records that were trained on; they are gone through, those of most copies
    first and equal ones in a seeded order, until as many were cut as *settings* ask. On the way *short* were too short
    to cut, or hold too little that they do not show before, *common* hold only wording that other records share or
    nearly share, and *unread* have no text that is trained on, or can't be rendered for this model (the first one's
    *unread_reason*). *data*: keyed digest of the training data under *salt*; *canary_book*, *holdout_book*: SHA-256 of
    the books that say which of its records are canaries and which were held out, None where there is none.
    *unknown*: rows that the hold-out book does not list; they count as trained on.
    """

    salt: str
    data: str
    seed: int
    sampler: Sampler
    population: Annotated[int, Field(ge=0)]
    short: Annotated[int, Field(ge=0)]
    common: Annotated[int, Field(ge=0)]
    scores: tuple[RecordScore, ...]
    settings: RecordsSettings = RecordsSettings()
    unread: Annotated[int, Field(ge=0)] = 0
    unread_reason: str | None = None
    canary_book: str | None = None
    holdout_book: str | None = None
    unknown: Annotated[int, Field(ge=0)] = 0
