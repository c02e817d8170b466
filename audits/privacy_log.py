"""What the run log says of private training, and where a ledger contradicts it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from finewarden.evidence import run_log
from finewarden.evidence.privacy_ledger import LedgerSegment, PrivacyLedger
from finewarden.evidence.run_log import Record, RunLogError
from finewarden.release.privacy import GUARD

__all__ = ["Logged", "contradictions", "logged", "of_the_guard"]

# All of a segment that says what its updates were.
_FIELDS = ("noise_multiplier", "sampling_rate", "expected_batch_size", "dataset_size", "slots", "max_rows_per_unit")


@dataclass
class Logged:
    """What the log knows of one run.

    steps: updates that it recorded. past: the runs that it says it went on from. begun: by mechanism, as recorded each
    time that training began, the updates recorded after it; empty where the log does not say. terms: what else was
    recorded when it last began. saved: of each save, after how many updates, and the marks of the trained tensors.
    """

    steps: int = 0
    past: frozenset[str] | None = None
    begun: Counter[LedgerSegment] = field(default_factory=Counter)
    terms: dict[str, Any] = field(default_factory=dict)
    saved: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)


def of_the_guard(path: Path) -> Iterable[Record]:
    """The records of private training in the run log *path*; none when there is no log that can be read."""
    try:
        if path.is_file():
            yield from (record for record in run_log.read(path) if record.guard == GUARD)
    except (RunLogError, OSError):
        return


def logged(records: Iterable[Record]) -> dict[str, Logged]:
    """By run, in the order in which they began."""
    runs: dict[str, Logged] = {}
    lines: Counter[str] = Counter()
    now: dict[str, LedgerSegment] = {}
    for record in records:
        run, spent = record.detail.get("run"), record.detail.get("spent")
        if not isinstance(run, str):
            continue
        known = runs.setdefault(run, Logged())
        if record.event == "step":
            lines[run] += 1
            known.steps = max(known.steps, lines[run], spent if type(spent) is int else 0)
            if run in now:
                known.begun[now[run]] += 1
        elif record.event == "saved":
            marks = record.detail.get("weights")
            if type(spent) is int and isinstance(marks, list):
                known.saved.append((spent, tuple(str(mark) for mark in marks)))
        elif isinstance(earlier := record.detail.get("past"), list):
            known.past = frozenset(str(name) for name in earlier)
            known.terms = record.detail
            if (segment := _mechanism(record.detail.get("segment"))) is not None:
                now[run] = segment
                known.begun[segment] += 0
    return runs


def contradictions(ledger: PrivacyLedger, runs: dict[str, Logged]) -> Iterator[tuple[str, str, str]]:
    """(rule, run, what) for each way in which *ledger* says something else than the log did when training began."""
    accounted: dict[str, Counter[LedgerSegment]] = {}
    for segment in ledger.segments:
        accounted.setdefault(segment.run, Counter())[_bare(segment)] += segment.steps
    for run, kinds in accounted.items():
        known = runs.get(run, Logged())
        if not known.begun:
            continue
        unknown = [kind for kind in kinds if kind not in known.begun]
        for kind in unknown:
            nearest = min(known.begun, key=lambda other: len(_differing(kind, other)))
            for name in _differing(kind, nearest):
                found, recorded = getattr(kind, name), getattr(nearest, name)
                yield "other-mechanism", run, f"{name} of run {run[:8]} is {found}, and the log recorded {recorded}"
        for kind, steps in known.begun.items():
            if not unknown and steps > kinds[kind]:
                what = (
                    f"it accounts for {kinds[kind]} updates of run {run[:8]} at noise multiplier "
                    f"{kind.noise_multiplier:g} and {kind.slots} slots, and the log recorded {steps}"
                )
                yield "too-few", run, what
        # The run that wrote the ledger states these for all; of an earlier one only the unit has to be the same.
        names = ("unit", "max_grad_norm", "dataset_size_is") if run == ledger.run else ("unit",)
        for name in names:
            found = getattr(ledger, name)
            if name in known.terms and known.terms[name] != found:
                yield (
                    "other-terms",
                    run,
                    f"{name} is {found!r}, and the log of run {run[:8]} says {known.terms[name]!r}",
                )


def _differing(one: LedgerSegment, other: LedgerSegment) -> list[str]:
    return [name for name in _FIELDS if getattr(one, name) != getattr(other, name)]


def _mechanism(recorded: Any) -> LedgerSegment | None:
    """The segment that a run began; None for a log that does not say."""
    try:
        return None if recorded is None else _bare(LedgerSegment.model_validate(recorded))
    except ValidationError:
        return None


def _bare(segment: LedgerSegment) -> LedgerSegment:
    return segment.model_copy(update={"steps": 0})
