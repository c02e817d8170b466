"""Values that stand in more than one row, counted in bounded memory and known by keyed hashes alone."""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Iterable

from finewarden.personal_data.scan_report import Repeated

__all__ = ["KEPT", "Repeats", "Value", "value_digest"]

KEPT = 2**18
"""The most values that one shard, or the merge of all, remembers: some 100 MiB."""

_RANKED = 100
_SAME = str.maketrans("", "", " -\u00a0\u2010\u2011\u2013()")

Value = tuple[str, str, str, int, str]
"""Keyed hash, entity, masked, rows, hash of where it stands first."""


def value_digest(key: bytes, entity: str, value: str) -> str:
    """What equal values share, however they are written (width, case, spaces, hyphens); without *key* no value can be
    looked up in it.
    """
    same = unicodedata.normalize("NFKC", value[:500]).casefold().translate(_SAME)
    return hmac.digest(key, f"{entity}\n{same}".encode("utf-8", "surrogatepass"), "sha256")[:16].hex()


class Repeats:
    """Rows of each value. At more than *kept* values those in the fewest rows are forgotten (lossy counting): what is
    told is never more than there is, and what stands in many rows is not forgotten, only counted late.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._values: dict[str, tuple[str, str, int, str]] = {}

    def add(self, digest: str, entity: str, masked: str, rows: int, place: str) -> None:
        """Count *rows* more rows with the value of *digest*; how it was called first is kept."""
        known = self._values.get(digest)
        self._values[digest] = (
            (entity, masked, rows, place) if known is None else (*known[:2], known[2] + rows, known[3])
        )
        if len(self._values) > self._kept:
            least = 1
            while len(self._values) > self._kept // 2:  # by half, so that this is seldom
                self._values = {each: told for each, told in self._values.items() if told[2] > least}
                least += 1

    def extend(self, values: Iterable[Value]) -> None:
        """Add what another has counted."""
        for value in values:
            self.add(*value)

    def values(self) -> tuple[Value, ...]:
        """Everything, in the order of first sight."""
        return tuple((digest, *told) for digest, told in self._values.items())

    def ranked(self) -> tuple[Repeated, ...]:
        """The values in most rows, no more than 100, without what they were known by."""
        often = sorted(
            (-rows, entity, place, shown) for entity, shown, rows, place in self._values.values() if rows > 1
        )
        return tuple(
            Repeated(entity=entity, value=place, masked=shown, rows=-rows)
            for rows, entity, place, shown in often[:_RANKED]
        )
