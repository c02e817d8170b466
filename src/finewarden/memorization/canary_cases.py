"""The members of the family that rest on planted canaries: their rank, their exposure, and the one-run audit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from finewarden.evidence.measured.canaries import Canaries, CanaryScore
from finewarden.memorization.auc import Area
from finewarden.memorization.case import Case, Instrument, Sides, Unmeasurable, area_case, enough, two_sided
from finewarden.memorization.exposure import (
    below_share_p_value,
    combined_p_value,
    exposure_bounds,
    rank_exposure,
    rank_p_value,
    references_at_or_below,
)
from finewarden.memorization.one_run_audit import OneRun, audit, canaries_needed, comparable
from finewarden.memorization.score_arrays import ranked_scores
from finewarden.memorization.share_bounds import least_that_decides

__all__ = ["Claim", "Exposed", "canary_exposure", "canary_rank", "comparable_gains", "exposed", "input_tier", "one_run"]


_TO_THE_MOST_EXPOSED = 0.9


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed (ε, δ), of a canary that is inserted or not."""

    epsilon: float
    delta: float


@dataclass(frozen=True, slots=True)
class Exposed:
    """One stress canary among its references: exposure in *bits*, *p* = rank / (N + 1)."""

    id: str
    family: str
    repetitions: int
    bits: float
    p: float
    at_or_below: int
    references: int


def canary_rank(section: Canaries, *, tolerance: float, alpha: float) -> Case:
    """Gain of the secret over the base model, in nats a token: inserted canaries against those that were not.

    Compared within canary families. Raises Unmeasurable.
    """
    coins = _coins(section)
    return area_case(
        _sides(coins, [_gain(score) for score in coins]),
        unit="canaries",
        tolerance=tolerance,
        instruments=[_base(coins, alpha)],
    )


def one_run(section: Canaries, *, claim: Claim, ceiling: float, share: float, alpha: float) -> Case:
    """The one-run audit of *claim* over the coin-flipped canaries. *share*: the significance that Holm surely leaves.

    Passes when its ceiling at *share* is at least *ceiling*. A canary without a score is placed in the middle of its
    family, where no cut-off but the halves guesses it. Raises Unmeasurable.
    """
    coins = _coins(section)
    gains = [_gain(score) for score in coins]
    enough(sum(gain is None for gain in gains), len(coins), "canaries")
    middle = {
        name: _median([g for g, s in zip(gains, coins, strict=True) if s.family == name and g is not None])
        for name in {score.family for score in coins}
    }
    found: OneRun = audit(
        [gain if gain is not None else middle[score.family] for gain, score in zip(gains, coins, strict=True)],
        [score.repetitions > 0 for score in coins],
        epsilon=claim.epsilon,
        delta=claim.delta,
        families=[score.family for score in coins],
    )
    return Case(
        n=found.canaries,
        unit="canaries",
        value=found.lower_bound(alpha),
        tolerance=claim.epsilon,
        p=found.p,
        lower=found.lower_bound,
        upper=lambda _: None,
        passes=lambda _: found.ceiling(share) >= ceiling,
        needed=lambda *_: canaries_needed(epsilon=ceiling, delta=claim.delta, significance=share),
        detail=found,
        instruments=(_base(coins, alpha),),
    )


def exposed(section: Canaries) -> list[Exposed]:
    """Every stress canary that was scored among references."""
    return [
        Exposed(
            id=score.id,
            family=score.family,
            repetitions=score.repetitions,
            bits=rank_exposure([score.nll], score.reference_nll)[0],
            p=rank_p_value(score.nll, score.reference_nll),
            at_or_below=references_at_or_below(score.nll, score.reference_nll),
            references=len(score.reference_nll),
        )
        for score in section.stress
        if score.nll is not None and score.reference_nll
    ]


def canary_exposure(section: Canaries, *, tolerance: float | None, repeated: bool, share: float) -> Case:
    """The stress canaries inserted once (all, when *repeated*): the most exposed of them, and all of them together.

    One learned by heart shows in the most exposed, times how many there are; many learned a little show in Fisher's
    product. Both ask whether any is exposed beyond *tolerance*; nine tenths of the significance go to the first, so
    that one secret alone still fails among a thousand references or so. One canary alone has one test.

    *tolerance* in bits; None asks for no more than chance gives: k canaries and a significance of *share* for them all
    make that log2(k / share) bits. Passes when the upper bound of each keeps that *and* all together are no evidence at
    alpha. A canary without a score counts against both verdicts: as the worst of ranks for a failure, as the best,
    which no bound clears, for a pass. Raises Unmeasurable.
    """
    asked = [score for score in section.stress if repeated or score.repetitions == 1]
    if not asked:
        raise Unmeasurable("no stress canary was inserted once; plant some, or gate the repeated ones by policy")
    wanted = {score.id for score in asked}
    found = [item for item in exposed(section) if item.id in wanted]
    count, missing = len(asked), len(asked) - len(found)
    enough(missing, count, "stress canaries")
    limit = math.log2(count / share) if tolerance is None else tolerance

    def p_values(factor: float = 1.0) -> tuple[float, float]:
        """Of the most exposed, and of all together, with *factor* times as many references."""
        each = []
        for item in found:
            below, references = round(item.at_or_below * factor), round(item.references * factor)
            p = (1 + below) / (1 + references)
            each.append(p if tolerance is None else below_share_p_value(below, references, limit))
        most, together = min(1.0, count * min(each)), combined_p_value([*each, *[1.0] * missing])
        weighed = min(most / _TO_THE_MOST_EXPOSED, together / (1 - _TO_THE_MOST_EXPOSED))
        return (most if count == 1 else min(1.0, weighed)), together

    def passes_with(factor: float, alpha: float) -> bool:
        bounds = (exposure_bounds(round(x.at_or_below * factor), round(x.references * factor), alpha)[1] for x in found)
        return not missing and max(bounds) <= limit and p_values(factor)[1] > alpha

    references = min(item.references for item in found)
    return Case(
        n=references,
        unit="references",
        value=max(item.bits for item in found),
        tolerance=limit,
        p=p_values()[0],
        lower=lambda level: max(exposure_bounds(x.at_or_below, x.references, level / count)[0] for x in found),
        upper=lambda level: (
            math.inf if missing else max(exposure_bounds(x.at_or_below, x.references, level)[1] for x in found)
        ),
        passes=lambda alpha: passes_with(1.0, alpha),
        needed=lambda alpha, _: least_that_decides(
            lambda factor: p_values(factor)[0] <= share or passes_with(factor, alpha), references
        ),
        detail=tuple(found),
        instruments=(),
    )


def comparable_gains(section: Canaries) -> tuple[list[float], list[float]]:
    """Gains of the inserted canaries and of the others, on one scale for all families, as the one-run audit ranks them.

    What has no score is left out: for pictures and rates that decide nothing.
    """
    scored = [(score, gain) for score in _coins(section) if (gain := _gain(score)) is not None]
    if not scored:
        return [], []
    gains = comparable(ranked_scores([gain for _, gain in scored], "gains"), [score.family for score, _ in scored])
    held = [bool(score.repetitions) for score, _ in scored]
    inserted = [float(gain) for gain, there in zip(gains, held, strict=True) if there]
    return inserted, [float(gain) for gain, there in zip(gains, held, strict=True) if not there]


def input_tier(section: Canaries) -> Area | None:
    """The AUC of the canaries whose secret stands where no loss is taken, inserted ones against those that were not.

    By gain over the base model, within canary families, as `canary_rank`; of what has a score. Never pooled with it and
    no member of the family: what it shows was learned without loss. None when nothing can be compared.
    """
    asked = [score for score in section.scores if score.tier == "input"]
    area = _sides(asked, [_gain(score) for score in asked]).area()
    try:
        return area if area.n else None
    except ValueError:  # a side is empty, or no family has both
        return None


def _coins(section: Canaries) -> list[CanaryScore]:
    return [score for score in section.scores if score.tier == "coin"]


def _gain(score: CanaryScore) -> float | None:
    if score.log_p is None or score.base_log_p is None or not score.tokens:
        return None
    return (score.log_p - score.base_log_p) / score.tokens


def _base(coins: Sequence[CanaryScore], alpha: float) -> Instrument:
    p, value, n = two_sided(
        _sides(coins, [None if s.base_log_p is None or not s.tokens else s.base_log_p / s.tokens for s in coins])
    )
    says = "the base model, which saw none of them, tells inserted canaries from the others"
    return Instrument(name="base on canaries", says=says, p=p, alpha=alpha, value=value, n=n)


def _sides(coins: Sequence[CanaryScore], scores: Sequence[float | None]) -> Sides:
    return Sides(scores, [s.repetitions > 0 for s in coins], [s.family for s in coins], [s.id for s in coins])


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else 0.0
