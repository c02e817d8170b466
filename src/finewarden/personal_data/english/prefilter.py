"""Which of many patterns can match a text at all, told in one pass by hyperscan.

It says yes where a pattern may match and does not, never no where it does. Without hyperscan, and for a pattern that
it can't read, the answer is always yes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from finewarden.personal_data.english.loose_patterns import as_bytes, loosened

__all__ = ["Prefilter"]


class Prefilter:
    """*patterns*: expressions and their flags, as given to `regex.compile`. Not for use by two threads at once."""

    def __init__(self, patterns: Sequence[tuple[str, int]]) -> None:
        self.every = frozenset(range(len(patterns)))
        loose = {number: loosened(*pattern) for number, pattern in enumerate(patterns)}
        self._database, read = _compiled(
            {number: (each, patterns[number][1]) for number, each in loose.items() if each is not None}
        )
        self.always = self.every - read

    def candidates(self, text: str) -> frozenset[int]:
        """The numbers of all patterns that may match *text*."""
        data = as_bytes(text)
        if self._database is None or data is None:
            return self.every
        seen: list[int] = []
        self._database.scan(data, match_event_handler=_note, context=seen)
        return self.always.union(seen) if seen else self.always


def _note(number: int, _start: int, _end: int, _flags: int, seen: list[int]) -> None:
    seen.append(number)


def _compiled(patterns: Mapping[int, tuple[bytes, int]]) -> tuple[Any, frozenset[int]]:
    """A database of those of *patterns* that hyperscan can read, and their numbers; None where there are none."""
    try:
        import hyperscan
    except ImportError:
        return None, frozenset()
    try:
        return (_database(hyperscan, patterns), frozenset(patterns)) if patterns else (None, frozenset())
    except hyperscan.HyperscanError:
        read = {number: each for number, each in patterns.items() if _reads(hyperscan, each)}
    return (_database(hyperscan, read), frozenset(read)) if read else (None, frozenset())


def _reads(hyperscan: Any, pattern: tuple[bytes, int]) -> bool:
    try:
        _database(hyperscan, {0: pattern})
    except hyperscan.HyperscanError:
        return False
    return True


def _database(hyperscan: Any, patterns: Mapping[int, tuple[bytes, int]]) -> Any:
    always = hyperscan.HS_FLAG_PREFILTER | hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_ALLOWEMPTY
    own = {
        re.IGNORECASE: hyperscan.HS_FLAG_CASELESS,
        re.MULTILINE: hyperscan.HS_FLAG_MULTILINE,
        re.DOTALL: hyperscan.HS_FLAG_DOTALL,
    }
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[expression for expression, _ in patterns.values()],
        flags=[always | sum(own[each] for each in own if flags & each) for _, flags in patterns.values()],
        ids=list(patterns),
    )
    return database
