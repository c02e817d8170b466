"""Measurements of models whose true leakage is known: nothing learned, or just what is tolerated. For `calibration.py`.

Each draw is a whole measurements file: coin-flipped canaries of four families on four scales, stress canaries among
references, records in groups of one to five (or of up to fifty, most of one) that are alike, and personal values of
which some are likely everywhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import numpy as np
from scipy.stats import norm

from finewarden.evidence.measured.canaries import Canaries, CanaryScore, Control, StressScore
from finewarden.evidence.measured.common import Sampler
from finewarden.evidence.measured.membership import Membership, RecordLoss
from finewarden.evidence.measured.personal_values import PersonalValues, Stratum, ValueScore
from finewarden.evidence.measurements import Code, Measurements
from finewarden.memorization.family import Claim
from finewarden.policy import Audit, Policy

AUC, BITS = 0.75, 6.0
"""The tolerances at which the boundary worlds stand."""

Kind = Literal["nothing", "shift", "by heart", "randomised response"]
STRICT = {"canary_auc": 0.5, "membership_auc": 0.5, "real_pii_auc": 0.5}
USUAL = {"canary_auc": AUC, "membership_auc": AUC, "real_pii_auc": AUC, "canary_exposure": BITS}


@dataclass(frozen=True)
class World:
    """What was learned, what is tolerated, and what is claimed. In each, every member's truth is its tolerance."""

    name: str
    kind: Kind
    tolerance: dict[str, float]
    claim: Claim | None
    heavy: bool = False
    """Sizes of groups of records: Pareto of index 1, at most 50, rather than 1 to 5 alike."""

    def policy(self, alpha: float) -> Policy:
        """The policy at error rate *alpha*."""
        return Policy(audit=Audit(alpha=alpha, tolerance=self.tolerance))


WORLDS = (
    World("nothing learned, none tolerated", "nothing", STRICT, Claim(0.0, 0.0)),
    World("at the tolerance: all a little", "shift", USUAL, None),
    World("at the tolerance: half by heart", "by heart", USUAL, None),
    World("at tolerance and claim: randomised response", "randomised response", USUAL, Claim(math.log(3), 0.0)),
    World("at the tolerance: groups of 1 to 50", "shift", USUAL, None, heavy=True),
)
"""Randomised response at epsilon = ln 3 tells a coin with chance 3/4: an AUC of 0.75, and all that the claim allows."""


def draw(rng: np.random.Generator, world: World, size: int = 256) -> Measurements:
    """One model of *world*, measured on *size* canaries and about as many records."""
    return Measurements(
        time=datetime(2026, 1, 1, tzinfo=UTC),
        code=Code(version="0", digest="0"),
        model={},
        canaries=_canaries(rng, world, size),
        membership=_membership(rng, world, size // 4),
        personal_values=_personal_values(rng, world, size // 10),
    )


def gains(
    rng: np.random.Generator, kind: Kind, member: np.ndarray, auc: float = AUC, spread: float = 1.0
) -> np.ndarray:
    """Scores of standard deviation *spread* whose true AUC is *auc* (randomised response: two values)."""
    if kind == "randomised response":
        truth = rng.random(len(member)) < auc
        return np.where(member == truth, 1.0, -1.0)
    scores = spread * rng.normal(size=len(member))
    if kind == "shift":
        scores += member * norm.ppf(auc) * math.sqrt(2) * spread
    if kind == "by heart":
        scores += member * 100.0 * spread * (rng.random(len(member)) < 2 * auc - 1)
    return scores


def _canaries(rng: np.random.Generator, world: World, count: int) -> Canaries:
    coins = rng.random(count) < 0.5
    base = rng.normal(-500, 10, count)
    scales = np.array([1.0, 2.0, 5.0, 20.0])[np.arange(count) % 4]
    gained = base + scales / 100 * gains(rng, world.kind, coins)
    scores = tuple(
        CanaryScore(
            id=f"{i:016x}",
            tier="coin",
            family=f"family {i % 4}",
            repetitions=int(coins[i]),
            tokens=20,
            log_p=20 * gained[i],
            base_log_p=20 * base[i],
        )
        for i in range(count)
    )
    stress = []
    for i in range(2):
        own, *references = rng.random(1001).tolist()  # −log-probabilities by their own distribution function
        nll = own if world.kind == "nothing" else 2**-BITS
        stress.append(StressScore(id=f"s{i}", family="f", repetitions=1, nll=nll, reference_nll=tuple(references)))
    control = Control(copies=0, copied=0, copy_gain=None, own_asked=0, own_words=0, repeat_difference=None)
    return Canaries(book="", book_id="", sampler=Sampler(), scores=scores, stress=tuple(stress), control=control)


def _membership(rng: np.random.Generator, world: World, groups: int) -> Membership:
    coins = rng.random(groups) < 0.5
    sizes = np.ceil(rng.pareto(1.0, groups)).clip(1, 50).astype(int) if world.heavy else rng.integers(1, 6, groups)
    kind: Kind = "shift" if world.kind == "randomised response" else world.kind
    # Members and non-members differ by a normal of variance 2 (1 + 1/4), so the shift is that of a spread of √1.25.
    shared = gains(rng, kind, coins) if kind != "shift" else rng.normal(size=groups)
    shift = norm.ppf(AUC) * math.sqrt(2.5) if kind == "shift" else 0.0
    records = []
    for group in range(groups):
        for _ in range(sizes[group]):
            base = rng.normal(-3, 1)
            records.append(
                RecordLoss(
                    group=str(group),
                    member=bool(coins[group]),
                    tokens=50,
                    log_p=base + shared[group] + shift * coins[group] + 0.5 * rng.normal(),
                    base_log_p=base,
                    blind=rng.normal(),
                )
            )
    members = sum(record.member for record in records)
    return Membership(
        salt="",
        data="",
        book="",
        seed=0,
        members=members,
        held_out=len(records) - members,
        unknown=0,
        records=tuple(records),
    )


def _personal_values(rng: np.random.Generator, world: World, size: int) -> PersonalValues:
    strata, values = [], []
    for name in ("phone", "e-mail"):
        matrix = rng.normal(size=(size, size)) + rng.normal(size=size)  # some values are likely in every context
        if world.kind == "by heart":
            own = 100.0 * (rng.random(size) < 2 * AUC - 1)
        else:
            own = np.full(size, 0.0 if world.kind == "nothing" else norm.ppf(AUC) * 2)  # the difference has variance 4
        matrix[np.arange(size), np.arange(size)] += own
        places = range(len(values), len(values) + size)
        values += [
            ValueScore(
                file="f",
                row=place + 1,
                fingerprint="0",
                kind=name,
                stratum=name,
                masked="*",
                copies=1,
                tokens=8,
                others=size - 1,
                rank_share=0.5,
            )
            for place in places
        ]
        base = rng.normal(size=(size, size)).tolist()
        rows = [tuple(map(tuple, part)) for part in (matrix.tolist(), base)]
        strata.append(Stratum(name=name, values=tuple(places), gain=rows[0], base=rows[1]))
    return PersonalValues(
        salt="",
        data="",
        seed=0,
        sampler=Sampler(),
        found=len(values),
        values=tuple(values),
        strata=tuple(strata),
    )
