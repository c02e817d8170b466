"""A sample of the training records, each continued from its own beginning: the section `records`."""

from __future__ import annotations

import random
from dataclasses import dataclass

from finewarden.evidence.measured.common import Sampler
from finewarden.evidence.measured.records import RecordScore
from finewarden.evidence.salted import salted
from finewarden.memorization.both_models import read_both
from finewarden.memorization.common_wording import Wording
from finewarden.memorization.loading import Loaded
from finewarden.memorization.record_cuts import Cut, cuts
from finewarden.memorization.rendering import CannotRender
from finewarden.memorization.scoring import Progress
from finewarden.memorization.training_set import Distinct, TrainingSet

__all__ = ["Sampled", "sample_records", "score_records"]


@dataclass(frozen=True, slots=True)
class Sampled:
    """The records that are asked about, each with its cut, and how many were passed over on the way, by why."""

    records: tuple[tuple[Distinct, Cut], ...]
    short: int
    common: int
    unread: int
    unread_reason: str | None


def sample_records(loaded: Loaded, data: TrainingSet, *, sample: int, seed: int) -> Sampled:
    """Go through the records until *sample* of them are cut, or none are left: those of most copies first, which are
    learnt by heart first, and equal ones in an order of *seed*.
    """
    order = list(data.trained)
    random.Random(seed).shuffle(order)
    order.sort(key=lambda record: -record.copies)
    wording = Wording(data.trained, data.trained_texts)
    found: list[tuple[Distinct, Cut]] = []
    reasons: list[str] = []
    short = common = 0
    for record in order:
        if len(found) >= sample:
            break
        try:
            candidates = list(cuts(loaded.tokenizer, record.row.record, seed))
        except CannotRender as error:
            reasons.append(str(error))
            continue
        own = next((cut for cut in candidates if not wording.is_common(cut.suffix, record)), None)
        if own is not None:
            found.append((record, own))
        elif candidates:
            common += 1
        else:
            short += 1
    return Sampled(tuple(found), short, common, len(reasons), reasons[0] if reasons else None)


def score_records(
    loaded: Loaded, sampled: Sampled, *, salt: str, sampler: Sampler, progress: Progress | None = None
) -> tuple[RecordScore, ...]:
    """What the model and its base make of each sampled record's suffix, in order."""
    pairs = [cut.pair for _, cut in sampled.records]
    read = read_both(loaded, pairs, sampler=sampler, nearly=True, progress=progress)
    return tuple(
        RecordScore(
            file=record.row.file,
            row=record.row.number,
            fingerprint=salted(salt, record.key.encode())[:16],
            tokens=len(cut.pair.target),
            copies=record.copies,
            sampled_log_p=both.sampled_log_p,
            base_sampled_log_p=both.base_sampled_log_p,
            near=both.near,
            base_near=both.base_near,
            reason=both.reason,
        )
        for (record, cut), both in zip(sampled.records, read, strict=True)
    )
