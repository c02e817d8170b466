"""Section `membership`: records that were trained on beside records that were held out before training."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from finewarden.evidence.measured.common import Finite, Strict
from finewarden.evidence.measured.settings import MembershipSettings

__all__ = ["Membership", "RecordLoss"]


class RecordLoss(Strict):
    """One record, scored as it was (or would have been) trained: means over its trained *tokens*, in nats a token.

    *group*: keyed hash of the group that was held out or trained on as a whole. *log_p* and *base_log_p*: mean
    log-probability. *zlib*: log_p times tokens over the compressed length in bytes. *min_k*, *min_k_plus_plus*: at
    k = 0.2. *blind*: what a bag of words that never saw the model gives the record, from a fold it was not fitted on;
    higher means more like the trained ones.
    """

    group: str
    member: bool
    tokens: Annotated[int, Field(ge=0)]
    log_p: Finite | None = None
    base_log_p: Finite | None = None
    zlib: Finite | None = None
    min_k: Finite | None = None
    min_k_plus_plus: Finite | None = None
    blind: Finite | None = None
    reason: str | None = None


class Membership(Strict):
    """The section. *book*: SHA-256 of holdout.jsonl. *members*, *held_out*: records of the data on each side;
    *unknown*: those that the book does not list. *blind_reason* says why no record has a blind score.
    """

    salt: str
    data: str
    book: str
    seed: int
    members: Annotated[int, Field(ge=0)]
    held_out: Annotated[int, Field(ge=0)]
    unknown: Annotated[int, Field(ge=0)]
    records: tuple[RecordLoss, ...]
    settings: MembershipSettings = MembershipSettings()
    blind_reason: str | None = None
