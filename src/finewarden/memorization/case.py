"""What one member of the family of tests rests on: its numbers, its instruments, and why it can't be measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from finewarden.memorization.auc import Area
from finewarden.memorization.permutation import permutation_tails
from finewarden.verdicts import holm_adjusted

__all__ = ["MISSING", "Case", "Instrument", "Sides", "Unmeasurable", "area_case", "enough", "jointly", "two_sided"]

MISSING = 0.02
"""The largest share of scores that may be missing. What is missing counts against whichever verdict it would help."""


class Unmeasurable(ValueError):
    """Why a member can't be measured, and what to do; a clause that stands alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A check of what a member rests on, outside the family: *p* of "nothing is wrong", at level *alpha*.

    *adjusted_p*: Holm's over all instruments that were checked (`jointly`), so that a sound release loses anything to
    any of them with chance *alpha* at most; alone it is *p*. *value*: what was measured (an AUC or a rank share; 0.5 is
    sound). *p* is None when the check itself lacks numbers, and then it does not hold.
    """

    name: str
    says: str
    p: float | None
    alpha: float
    value: float | None = None
    n: int = 0
    adjusted_p: float | None = None

    @property
    def holds(self) -> bool:
        """Whether what rests on it may be judged."""
        decisive = self.p if self.adjusted_p is None else self.adjusted_p
        return decisive is not None and decisive > self.alpha


def jointly(instruments: Iterable[Instrument]) -> dict[str, Instrument]:
    """The instruments by name, each with its p-value adjusted for all that were checked; one name is one instrument.

    What lacks numbers was not checked and is not counted.
    """
    found = {instrument.name: instrument for instrument in instruments}
    p_values = {name: instrument.p for name, instrument in found.items() if instrument.p is not None}
    adjusted = zip(p_values, holm_adjusted(list(p_values.values())), strict=True)
    return found | {name: replace(found[name], adjusted_p=p) for name, p in adjusted}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The numbers of one member. *p*: of "the tolerance is kept". Bounds are functions of a one-sided significance.

    *passes* takes the family's alpha. *needed*: how many of *unit* would decide, passing at the first significance or
    failing at the second. *detail*: the statistic itself.
    """

    n: int
    unit: str
    value: float
    tolerance: float
    p: float
    lower: Callable[[float], float]
    upper: Callable[[float], float | None]
    passes: Callable[[float], bool]
    needed: Callable[[float, float], int | None]
    detail: Any
    instruments: tuple[Instrument, ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """Scores of members and non-members, None where one is missing, with the stratum and the group of each."""

    scores: Sequence[float | None]
    member: Sequence[bool]
    strata: Sequence[str]
    groups: Sequence[str]

    def area(self, missing: float | None = None) -> Area:
        """Their AUC. A missing member scores *missing*, a missing non-member −*missing*; None leaves both out."""
        kept: dict[bool, list[tuple[float, str, str]]] = {True: [], False: []}
        for score, member, stratum, group in zip(self.scores, self.member, self.strata, self.groups, strict=True):
            if score is None and missing is None:
                continue
            value = score if score is not None else (missing or 0.0) * (1 if member else -1)
            kept[member].append((value, stratum, group))
        return Area(
            [x[0] for x in kept[True]],
            [x[0] for x in kept[False]],
            member_groups=[x[2] for x in kept[True]],
            non_member_groups=[x[2] for x in kept[False]],
            member_strata=[x[1] for x in kept[True]],
            non_member_strata=[x[1] for x in kept[False]],
        )


def enough(missing: int, of: int, what: str) -> None:
    """Raise Unmeasurable when more than MISSING of the scores are missing, or all."""
    if not of:
        raise Unmeasurable(f"there are no {what}; plant or hold out some before training")
    if missing > MISSING * of:
        raise Unmeasurable(
            f"{missing} of {of} {what} have no score, more than {MISSING:.0%}; see their reasons in measurements.json, "
            "mend them and measure again"
        )


def area_case(sides: Sides, *, unit: str, tolerance: float, instruments: Iterable[Instrument]) -> Case:
    """The case of an AUC: evidence of a leak from the least it can be, the pass from the most.

    Raises Unmeasurable when one side is empty or too much is missing.
    """
    count = [sum(side == member for member in sides.member) for side in (True, False)]
    if not all(count):
        raise Unmeasurable(f"{count[0]} {unit} were trained on and {count[1]} were not; both sides are needed")
    missing = sum(score is None for score in sides.scores)
    enough(missing, len(sides.scores), unit)
    seen = sides.area()
    least, most = (sides.area(-math.inf), sides.area(math.inf)) if missing else (seen, seen)
    try:
        value = seen.value
    except ValueError as error:
        raise Unmeasurable(f"{error}") from None
    return Case(
        n=seen.n,
        unit=unit,
        value=value,
        tolerance=tolerance,
        p=least.p_above(tolerance),
        lower=least.lower,
        upper=most.upper,
        passes=lambda alpha: most.passes(tolerance, alpha),
        needed=lambda alpha, share: seen.needed(tolerance, alpha, failing=share),
        detail=seen,
        instruments=tuple(instruments),
    )


def two_sided(sides: Sides) -> tuple[float | None, float | None, int]:
    """p-value (twice the smaller of both directions), AUC and n of scores that must not separate; None ones left out.

    (None, None, n) when too much is missing or a side is empty.
    """
    missing = sum(score is None for score in sides.scores)
    area = sides.area()
    n = len(sides.scores) - missing
    if missing > MISSING * len(sides.scores):
        return None, None, n
    try:
        tails = permutation_tails(
            area.members,
            area.non_members,
            member_groups=area.member_groups,
            non_member_groups=area.non_member_groups,
            member_strata=area.member_strata,
            non_member_strata=area.non_member_strata,
        )
        return min(1.0, 2 * min(tails)), area.value, n
    except ValueError:
        return None, None, n
