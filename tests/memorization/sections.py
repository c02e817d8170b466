"""Sections of measurements as a sound or a leaking model would give them, without a model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from finewarden.evidence.measured.canaries import Canaries, CanaryScore, Control, StressScore
from finewarden.evidence.measured.common import Sampler
from finewarden.evidence.measured.membership import Membership, RecordLoss
from finewarden.evidence.measured.personal_values import PersonalValues, Stratum, ValueScore
from finewarden.evidence.measurements import Code, Measurements

__all__ = ["canaries", "measurements", "membership", "personal_values", "stress"]

TOKENS = 20


def canaries(
    *, gain: float = 0.0, base: float = 0.0, count: int = 256, missing: Sequence[int] = (), seed: int = 0
) -> Canaries:
    """*count* coin canaries of two families, half of them in; *gain* and *base*: what those have more, nats a token."""
    rng = np.random.default_rng(seed)
    inserted = rng.permutation(np.arange(count) < count // 2)
    scores = []
    for i in range(count):
        before = -10.0 + rng.normal() + base * inserted[i]
        after = min(0.0, before + rng.normal() + gain * inserted[i])
        scores.append(
            CanaryScore(
                id=f"{i:016x}",
                tier="coin",
                family="card" if i % 2 else "phone",
                repetitions=int(inserted[i]),
                tokens=TOKENS,
                log_p=None if i in missing else TOKENS * after,
                base_log_p=None if i in missing else TOKENS * before,
                reason="the model gave NaN" if i in missing else None,
            )
        )
    inputs = CanaryScore(
        id="f" * 16, tier="input", family="card", repetitions=1, tokens=TOKENS, log_p=0, base_log_p=-99
    )
    return Canaries(
        book="b",
        book_id="i",
        sampler=Sampler(),
        scores=(*scores, inputs),
        stress=(),
        control=Control(copies=0, copied=0, copy_gain=None, own_asked=0, own_words=0, repeat_difference=None),
    )


def stress(section: Canaries, *ranks: tuple[int, int], references: int = 1000) -> Canaries:
    """*section* with a stress canary for each (references at least as likely, repetitions)."""
    values = tuple(float(x) for x in range(1, references + 1))
    return section.model_copy(
        update={
            "stress": tuple(
                StressScore(id=f"s{i}", family="card", repetitions=times, nll=below + 0.5, reference_nll=values)
                for i, (below, times) in enumerate(ranks)
            )
        }
    )


def membership(
    *, gain: float = 0.0, base: float = 0.0, blind: float = 0.0, groups: int = 120, missing: int = 0, seed: int = 0
) -> Membership:
    """Groups of three records, every second group held out; *missing* of the trained records have no score."""
    rng = np.random.default_rng(seed)
    records = []
    for group in range(groups):
        member = group % 2 == 0
        shared = rng.normal()
        for _ in range(3):
            before = -3 + rng.normal() + base * member
            gone = member and len(records) < 6 * missing
            records.append(
                RecordLoss(
                    group=f"{group:032x}",
                    member=member,
                    tokens=30,
                    log_p=None if gone else before + shared + rng.normal() + gain * member,
                    base_log_p=before,
                    blind=rng.normal() + blind * member,
                )
            )
    half = len(records) // 2
    return Membership(
        salt="s", data="d", book="b", seed=0, members=half, held_out=half, unknown=0, records=tuple(records)
    )


def personal_values(*, gain: float = 0.0, base: float = 0.0, count: int = 60, seed: int = 0) -> PersonalValues:
    """One stratum of *count* values; *gain* and *base*: what each has more in its own record, in nats."""
    rng = np.random.default_rng(seed)
    own = np.eye(count)
    values = tuple(
        ValueScore(
            file="data.jsonl",
            row=i + 1,
            fingerprint=f"{i:x}",
            kind="phone",
            stratum="phone",
            masked="5***",
            copies=1,
            tokens=8,
            others=count - 1,
            rank_share=0.5,
            base_rank_share=0.5,
        )
        for i in range(count)
    )
    stratum = Stratum(
        name="phone",
        values=tuple(range(count)),
        gain=tuple(map(tuple, (rng.normal(size=(count, count)) + gain * own).tolist())),
        base=tuple(map(tuple, (rng.normal(size=(count, count)) + base * own).tolist())),
    )
    return PersonalValues(salt="s", data="d", seed=0, sampler=Sampler(), found=count, values=values, strata=(stratum,))


def measurements(**sections: object) -> Measurements:
    """A file with *sections*."""
    return Measurements(
        time=datetime(2026, 1, 1, tzinfo=UTC),
        code=Code(version="0", digest="d"),
        model={"model.safetensors": "0"},
        **sections,  # type: ignore[arg-type]
    )
