"""All statistical audits at once: their numbers, Holm over them, and a state for each.

One family, so that one error rate holds for a release. Each member tests "the tolerance is kept"; Holm at the policy's
alpha says which are rejected: with chance alpha at most, *any* sound member fails. A member passes when its bound at
alpha, on the other side, keeps the tolerance: the release passes only when all do, so that a release one of whose
members is truly beyond its tolerance passes with chance alpha at most. Everything else is not measured. A member that
was planned and can't be measured stays in the family, with p = 1.

Instruments stand outside, a family of their own under Holm at alpha: with chance alpha at most a sound release loses
any measurement to them. A broken one makes what rests on it not measured, never a pass.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from finewarden.evidence.measurements import Measurements
from finewarden.memorization.canary_cases import Claim
from finewarden.memorization.case import Case, Instrument, Unmeasurable, jointly
from finewarden.memorization.member_cases import MEMBERS, SECTIONS, MemberName, builder, measured, tolerance
from finewarden.policy import Policy
from finewarden.verdicts import State, holm, holm_adjusted

__all__ = ["MEMBERS", "Claim", "Family", "Instrument", "Member", "MemberName", "judge_family"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One test of the family.

    *p* tests "the tolerance is kept", *adjusted_p* is Holm's: rejected when at most *alpha*. *lower* is at *level*, the
    significance that Holm left this member, so that it lies above *tolerance* exactly when p ≤ level; *upper* is at
    *alpha* (None for the one-run audit, which shows no upper bound). *n* counts *unit*; *needed* is with how many the
    present estimate would decide (None: decided, or no reasonable number would). *reason*: why it is not measured.
    *detail*: the statistic (`auc.Area`, `personal_rank.OwnRank`, `one_run_audit.OneRun`, or a tuple of
    `canary_cases.Exposed`). Numbers are None when there are none.
    """

    name: MemberName
    alpha: float
    level: float
    tolerance: float | None
    planned: bool = True
    state: State = State.NOT_MEASURED
    reason: str = ""
    p: float = 1.0
    adjusted_p: float = 1.0
    n: int = 0
    unit: str = ""
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    needed: int | None = None
    instruments: tuple[Instrument, ...] = ()
    detail: Any = None


@dataclass(frozen=True, slots=True)
class Family:
    """All members, in the order of MEMBERS, planned or not."""

    alpha: float
    members: tuple[Member, ...]

    @property
    def planned(self) -> tuple[Member, ...]:
        """The members that Holm corrects for."""
        return tuple(member for member in self.members if member.planned)

    def __getitem__(self, name: MemberName) -> Member:
        """The member *name*. Raises KeyError for another name."""
        for member in self.members:
            if member.name == name:
                return member
        raise KeyError(name)


def judge_family(
    measurements: Measurements | None,
    policy: Policy,
    *,
    claim: Claim | None = None,
    planned: Collection[MemberName] = (),
    unusable: Mapping[MemberName, str] | None = None,
) -> Family:
    """Judge every member from *measurements* under *policy*.

    *claim*: the (ε, δ) that the release states; without one there is no one-run test. Planned is what has a section,
    and what *planned* names besides (the evidence is there, the numbers are not). *unusable*: members whose numbers may
    not be used, and why: they stay in the family, not measured.
    """
    alpha = policy.audit.alpha
    limits = {name: tolerance(policy, name) for name in MEMBERS}
    there = measured(measurements, claim)
    names = [name for name in MEMBERS if name in {*there, *planned, *(unusable or {})}]
    share = alpha / max(1, len(names))
    cases: dict[MemberName, Case] = {}
    reasons: dict[MemberName, str] = dict(unusable or {})
    for name in names:
        if name in reasons:
            continue
        if measurements is None or name not in there:
            reasons[name] = _absent(measurements, name)
            continue
        try:
            cases[name] = builder(measurements, policy, claim, share)(name)
        except Unmeasurable as error:
            reasons[name] = str(error)
    checked = jointly(instrument for case in cases.values() for instrument in case.instruments)
    for name, case in cases.items():
        cases[name] = replace(case, instruments=tuple(checked[instrument.name] for instrument in case.instruments))
        broken = [instrument for instrument in cases[name].instruments if not instrument.holds]
        if broken:
            reasons[name] = _broken(broken[0])
    p_values = [1.0 if name in reasons else cases[name].p for name in names]
    levels = _levels(p_values, alpha)
    found = {
        name: Member(name=name, alpha=alpha, level=level, tolerance=limits[name], p=p, adjusted_p=adjusted)
        for name, p, adjusted, level in zip(names, p_values, holm_adjusted(p_values), levels, strict=True)
    }
    for name, rejected in zip(names, holm(p_values, alpha), strict=True):
        if name in cases:
            found[name] = _with_numbers(found[name], cases[name])
        if name in reasons:
            found[name] = replace(found[name], reason=reasons[name])
        else:
            found[name] = _decided(found[name], cases[name], rejected, share)
    for name in set(MEMBERS) - set(names):
        why = "no privacy claim is made" if name == "one_run" and claim is None else "nothing was planned for it"
        found[name] = Member(name=name, alpha=alpha, level=alpha, tolerance=limits[name], planned=False, reason=why)
    return Family(alpha, tuple(found[name] for name in MEMBERS))


def _with_numbers(member: Member, case: Case) -> Member:
    return replace(
        member,
        n=case.n,
        unit=case.unit,
        value=case.value,
        tolerance=case.tolerance,
        lower=case.lower(member.level),
        upper=case.upper(member.alpha),
        instruments=case.instruments,
        detail=case.detail,
    )


def _decided(member: Member, case: Case, rejected: bool, share: float) -> Member:
    if rejected:
        return replace(member, state=State.FAIL)
    if case.passes(member.alpha):
        return replace(member, state=State.PASS)
    needed = case.needed(member.alpha, share)
    return replace(member, needed=needed, reason=_undecided(case, needed))


def _levels(p_values: list[float], alpha: float) -> list[float]:
    """The significance at which Holm tests each: alpha over how many have no smaller p-value."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    return [alpha / (len(order) - order.index(i)) for i in range(len(order))]


def _absent(measurements: Measurements | None, name: MemberName) -> str:
    told = measurements.reasons.get(SECTIONS[name]) if measurements is not None else None
    return told or "nothing was measured for it; run `finewarden measure`"


def _undecided(case: Case, needed: int | None) -> str:
    if needed is None or needed <= case.n:
        return f"neither bound decides with {case.n} {case.unit}: the estimate is too near the tolerance"
    return f"neither bound decides with {case.n} {case.unit}; {needed} would, if the estimate stays"


def _broken(instrument: Instrument) -> str:
    if instrument.p is None:
        return f"the check “{instrument.name}” has too few numbers; measure again with a base model"
    corrected = "" if instrument.adjusted_p is None else f", {instrument.adjusted_p:.2g} corrected for all instruments"
    return f"{instrument.says} (p = {instrument.p:.2g}{corrected}); split or plant again, by chance alone"
