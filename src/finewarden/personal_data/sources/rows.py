"""Which source each row is of: what its columns say, or the file that it stands in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from finewarden.policy import Source

__all__ = ["FILE", "SourceRows", "column_value"]

FILE = "@file"
"""The name in a selector that stands for the row's file, as reports call it (`folder/x.jsonl`); its values are patterns
(`support-*.jsonl`), of which one without `/` is held against the name of the file in whatever folder.
"""


class SourceRows:
    """Which of *sources* a row is of, by each one's `rows`; by *column*, which holds the name, where it has none.

    *only*: the name of the one source there is, where it has no `rows`: data without *column* are its own.
    """

    def __init__(self, sources: Sequence[Source], column: str) -> None:
        self.column = column
        self.only = sources[0].name if len(sources) == 1 and not sources[0].rows else None
        self._selected = [source for source in sources if source.rows]
        self._named = frozenset(source.name for source in sources if not source.rows)

    def of(self, row: Mapping[str, Any], file: str = "") -> tuple[str, ...]:
        """The names of the sources that *row* is of, those of selectors first; empty when nobody knows.

        A selector holds when each of its columns has one of its values. A row may be of several: each must allow it.
        """
        found = [source.name for source in self._selected if _holds(source.rows, row, file)]
        said = column_value(row, self.column)
        if said in self._named:
            found.append(said)
        return tuple(found)


def column_value(row: Mapping[str, Any], column: str) -> str | None:
    """What *row* has in *column* (`metadata.source` for one inside another), as text; None where it has nothing."""
    value: Any = row.get(column)
    if value is None and "." in column:
        value = row
        for part in column.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float) and value == value:
        return str(value)
    return None


def _holds(selector: Mapping[str, Sequence[str]], row: Mapping[str, Any], file: str) -> bool:
    for column, values in selector.items():
        if column == FILE:
            own = file.rpartition("/")[2]
            if not any(fnmatchcase(file if "/" in pattern else own, pattern) for pattern in values):
                return False
        elif column_value(row, column) not in values:
            return False
    return True
