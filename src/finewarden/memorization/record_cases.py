"""The members of the family that rest on the training data itself: held-out records, and the personal data in it."""

from __future__ import annotations

from collections.abc import Sequence

from finewarden.evidence.measured.membership import Membership, RecordLoss
from finewarden.evidence.measured.personal_values import PersonalValues
from finewarden.memorization.case import MISSING, Case, Instrument, Sides, Unmeasurable, area_case, enough, two_sided
from finewarden.memorization.personal_rank import OwnRank

__all__ = ["membership", "real_pii"]

PROMPTS = " in prompts"
"""Stands in the name of a stratum whose values stand where a question is asked."""


def membership(section: Membership, *, tolerance: float, alpha: float) -> Case:
    """Gain over the base model, in nats a token: records trained on against records held out, group by group.

    Raises Unmeasurable.
    """
    known = section.members + section.held_out
    if section.unknown > MISSING * (known + section.unknown):
        raise Unmeasurable(
            f"{section.unknown} of {known + section.unknown} records are not in the hold-out book; give the data as it "
            "was before the split"
        )
    records = section.records
    gains = [None if r.log_p is None or r.base_log_p is None else r.log_p - r.base_log_p for r in records]
    p, value, n = two_sided(_sides(records, [r.base_log_p for r in records]))
    base = Instrument(
        name="base on records",
        says="the base model, which saw none of them, tells trained records from held-out ones",
        p=p,
        alpha=alpha,
        value=value,
        n=n,
    )
    return area_case(
        _sides(records, gains), unit="records", tolerance=tolerance, instruments=[base, _blind(records, alpha)]
    )


def real_pii(section: PersonalValues, *, tolerance: float, alpha: float) -> Case:
    """Rank of each personal value in its own record among values of its kind, by gain over the base model.

    Values of answers and values of questions are two samples, because questions may have been masked in training and
    would hide what the answers show: p is twice the smaller, and both must pass. Raises Unmeasurable.
    """
    asked = [value for value in section.values if value.others]
    enough(
        sum(value.rank_share is None for value in asked), len(asked), "personal values that have others of their kind"
    )
    strata = [stratum for stratum in section.strata if len(stratum.values) > 1]
    if not strata:
        raise Unmeasurable("no two personal values are of one kind; there is nothing to compare them with")
    sides = [[s for s in strata if (PROMPTS in s.name) == asked] for asked in (False, True)]
    try:
        own = [OwnRank([stratum.gain for stratum in side]) for side in sides if side]
        base = OwnRank([stratum.base for stratum in strata])
        worst = max(own, key=lambda each: each.value)
        instrument = Instrument(
            name="base on personal values",
            says="the base model, which saw none of the records, tells whose value is whose",
            p=base.p_above(0.5),
            alpha=alpha,
            value=base.value,
            n=base.n,
        )
        return Case(
            n=sum(each.n for each in own),
            unit="values",
            value=worst.value,
            tolerance=tolerance,
            p=min(1.0, len(own) * min(each.p_above(tolerance) for each in own)),
            lower=lambda level: max(each.lower(level / len(own)) for each in own),
            upper=lambda level: max(each.upper(level) for each in own),
            passes=lambda level: all(each.passes(tolerance, level) for each in own),
            needed=lambda alpha, share: worst.needed(tolerance, alpha, failing=share / len(own)),
            detail=worst,
            instruments=(instrument,),
        )
    except ValueError as error:
        raise Unmeasurable(str(error)) from None


def _blind(records: Sequence[RecordLoss], alpha: float) -> Instrument:
    """One-sided: a score from folds it was not fitted on leans *below* chance when there is nothing to find."""
    sides = _sides(records, [record.blind for record in records])
    missing = sum(record.blind is None for record in records)
    p = value = None
    area = sides.area()
    if missing <= MISSING * len(records):
        try:
            p, value = area.p_above(0.5), area.value
        except ValueError:
            p = value = None
    says = "a bag of words that never saw the model tells trained records from held-out ones: the split is not random"
    return Instrument(name="blind on records", says=says, p=p, alpha=alpha, value=value, n=len(records) - missing)


def _sides(records: Sequence[RecordLoss], scores: Sequence[float | None]) -> Sides:
    return Sides(scores, [r.member for r in records], [""] * len(records), [r.group for r in records])
