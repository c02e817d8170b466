"""The one error of this room."""

from __future__ import annotations

__all__ = ["UnreadableFile"]


class UnreadableFile(ValueError):
    """A file that can't be taken at its word: absent, too large, truncated, lying, not what its name says.

    `rel` names it (printable), `reason` completes the sentence "<rel> ..."; the text is both.
    """

    def __init__(self, rel: str, reason: str) -> None:
        super().__init__(f"{rel} {reason}")
        self.rel = rel
        self.reason = reason
