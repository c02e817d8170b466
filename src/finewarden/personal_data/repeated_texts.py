"""Which rows say the same, and which nearly the same, of what training reads.

Memory: the numbers of all rows, and each distinct text once until `alike` has compared them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from finewarden.personal_data.near_duplicates import near_duplicates
from finewarden.personal_data.places import texts_of

__all__ = ["RepeatedTexts", "trained_part"]

# What trainers read; a row without any of them is read whole.
_TRAINED = (
    "text", "prompt", "completion", "messages", "conversations", "instruction", "input", "output", "response", "chosen",
    "rejected",
)  # fmt: skip


def trained_part(row: Mapping[str, Any]) -> str:
    """The texts of *row* that training reads, each with who says it; ids, dates and sources beside them left aside.

    Raises ValueError for a row nested too deeply.
    """
    read = {name: row[name] for name in _TRAINED if row.get(name) is not None} or row
    return "\n".join(f"{place.role or place.column}: {place.text}" for place in texts_of(read))


class RepeatedTexts:
    """Texts as they come, numbered from 0."""

    def __init__(self) -> None:
        self._rows: dict[bytes, list[int]] = {}
        self._texts: list[str] = []
        self._count = 0

    def add(self, text: str) -> None:
        """The next text; one without any character is nobody's copy."""
        if text.strip():
            rows = self._rows.setdefault(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest(), [])
            if not rows:
                self._texts.append(text)
            rows.append(self._count)
        self._count += 1

    @property
    def distinct(self) -> int:
        """How many different texts there are."""
        return len(self._texts)

    def equal(self) -> list[tuple[int, ...]]:
        """The numbers of texts that are the same, where there are several; those with most first."""
        return _sorted(tuple(rows) for rows in self._rows.values() if len(rows) > 1)

    def alike(self) -> list[tuple[int, ...]]:
        """The numbers of texts that are the same or nearly the same, where there are different ones among them; those
        with most first. Raises ImportError without rensa.
        """
        root = list(range(len(self._texts)))

        def find(at: int) -> int:
            while root[at] != at:
                root[at] = root[root[at]]
                at = root[at]
            return at

        for one, other in near_duplicates(self._texts):
            first, second = sorted((find(one), find(other)))
            root[second] = first
        clusters: dict[int, list[int]] = {}
        different: dict[int, int] = {}
        for at, rows in enumerate(self._rows.values()):
            clusters.setdefault(find(at), []).extend(rows)
            different[find(at)] = different.get(find(at), 0) + 1
        return _sorted(tuple(sorted(rows)) for at, rows in clusters.items() if different[at] > 1)


def _sorted(clusters: Iterator[tuple[int, ...]]) -> list[tuple[int, ...]]:
    return sorted(clusters, key=lambda rows: (-len(rows), rows))
