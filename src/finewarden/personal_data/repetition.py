"""Which personal values stand in many rows, and in rows that say nearly the same: what is repeated is memorised.

A sequence that stands in the data ten times is generated a thousand times as often as one that stands there once
(Kandpal, Wallace and Raffel 2022, arXiv 2202.06539). The product ranks values and says nothing of a probability.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from finewarden.personal_data.counting import counted
from finewarden.personal_data.entities import entity
from finewarden.personal_data.finding import Finding
from finewarden.personal_data.overlaps import resolve

__all__ = ["RepeatedValue", "RepeatedValues"]

_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class RepeatedValue:
    """A value of *entity* that stands in *rows* rows, *alike* of which say nearly the same; *first*: some of them."""

    entity: str
    rows: int
    alike: int
    first: tuple[int, ...]

    @property
    def weight(self) -> int:
        """Rows that hold it, times those of them that are nearly the same."""
        return self.rows * self.alike


class RepeatedValues:
    """The direct identifiers and secrets of rows as they come; of a value only a hash is kept."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, bytes], list[int]] = {}

    def add(self, row: int, text: str, findings: Sequence[Finding]) -> None:
        """The *findings* of one *text* of *row*, whose number is that of no earlier row's."""
        for each in resolve(findings):
            if entity(each.entity).kind not in ("direct", "secret") or not counted(text, each):
                continue
            plain = _NOT_WORD.sub("", unicodedata.normalize("NFKC", text[each.start : each.end]).casefold())
            key = hashlib.sha256(plain.encode("utf-8", "surrogatepass")).digest()[:16]
            rows = self._rows.setdefault((each.entity, key), [])
            if not rows or rows[-1] != row:
                rows.append(row)

    def ranked(self, alike: Iterable[Sequence[int]], *, least: int = 2) -> list[RepeatedValue]:
        """The values of at least *least* rows, the heaviest first; *alike* are clusters of rows that say (nearly)
        the same, of which the last that holds a row is its own.
        """
        cluster = {row: at for at, rows in enumerate(alike) for row in rows}
        found = []
        for (name, _), rows in self._rows.items():
            if len(rows) < least:
                continue
            inside: dict[int, int] = {}
            for row in rows:
                if row in cluster:
                    inside[cluster[row]] = inside.get(cluster[row], 0) + 1
            found.append(RepeatedValue(name, len(rows), max(inside.values(), default=1), tuple(rows[:3])))
        return sorted(found, key=lambda each: (-each.weight, each.first, each.entity))
