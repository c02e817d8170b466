"""One piece of personal data in one text, and where that text stands in the data set. Neither ever holds the value."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Finding", "Missing", "PlacedFinding", "RowFindings"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Characters *start* to *end* (excluded) of a text are *entity*, with confidence *score* (0 to 1, as Presidio's).

    *recognizer* names the rule that found it. Sorted by start, then end.
    """

    entity: str
    start: int
    end: int
    score: float
    recognizer: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that could not be looked for: *what* is absent, what is therefore *unseen*, the *mend* in one line."""

    what: str
    unseen: str
    mend: str


@dataclass(frozen=True, slots=True)
class PlacedFinding:
    """A finding and its text's place in the row: *field* as a path (``("messages", 1, "content")``), *role* of the
    message where there is one.
    """

    field: tuple[str | int, ...]
    role: str | None
    finding: Finding


@dataclass(frozen=True, slots=True)
class RowFindings:
    """All findings of one row; *number* counts rows from 0 in the order they were given."""

    number: int
    findings: tuple[PlacedFinding, ...]
