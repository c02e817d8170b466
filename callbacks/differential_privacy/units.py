"""The privacy unit: one example, or all rows that share a value of a column, bounded together."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

__all__ = ["Units"]


class Units:
    """Which rows each unit has.

    Args:
        rows: number of rows of the data set.
        owners: for each row the value of the unit's column; None where each row is a unit.
        cap: how many rows of one unit a step may use; a public bound.
    """

    def __init__(self, rows: int, owners: Sequence[Any] | None = None, cap: int | None = None) -> None:
        self._rows: list[list[int]] | None = None
        self._count = rows
        self.cap = cap
        if owners is not None:
            grouped: dict[Any, list[int]] = {}
            for row, owner in enumerate(owners):
                grouped.setdefault(owner, []).append(row)
            self._rows = list(grouped.values())
            self._count = len(self._rows)

    def __len__(self) -> int:
        return self._count

    def rows(self, unit: int) -> list[int]:
        """The rows of *unit* that one step uses: all, or a fresh random choice of `cap` where there are more."""
        if self._rows is None:
            return [unit]
        rows = self._rows[unit]
        if self.cap is not None and len(rows) > self.cap:
            return sorted(secrets.SystemRandom().sample(rows, self.cap))
        return rows

    def largest(self) -> int:
        """Rows of the unit that has most."""
        return 1 if self._rows is None else max(map(len, self._rows), default=0)
