"""Which characters findings of each entity have taken, asked many times: a row may hold a hundred thousand."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate

from finewarden.personal_data.finding import Finding

__all__ = ["TakenSpans"]


class TakenSpans:
    """The spans of *findings*, by entity."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        spans: dict[str, list[tuple[int, int]]] = {}
        for each in findings:
            spans.setdefault(each.entity, []).append((each.start, each.end))
        # Starts in order, and how far the spans up to each reach: one look answers for all of them.
        self._starts: dict[str, list[int]] = {}
        self._reach: dict[str, list[int]] = {}
        for entity, taken in spans.items():
            taken.sort()
            self._starts[entity] = [start for start, _ in taken]
            self._reach[entity] = list(accumulate((end for _, end in taken), max))

    def holds(self, finding: Finding) -> bool:
        """Whether *finding* lies inside one of its entity."""
        before = bisect_right(self._starts.get(finding.entity, ()), finding.start)
        return before > 0 and self._reach[finding.entity][before - 1] >= finding.end

    def touches(self, finding: Finding) -> bool:
        """Whether *finding* overlaps one of its entity."""
        before = bisect_left(self._starts.get(finding.entity, ()), finding.end)
        return before > 0 and self._reach[finding.entity][before - 1] > finding.start
