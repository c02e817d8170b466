"""What a card says to its readers: its sentences with their lines, without comments, code and markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

from finewarden.audits.privacy_numbers import plain
from finewarden.release.comments import blanked

__all__ = ["prose", "sentences"]

_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
# A full stop ends a sentence only before a space: "0.5", "ledger.json" and "e.g." inside a word do not.
_END = re.compile(r"(?<=[.!?。！？])(?:\s+|(?<=[。！？]))|\n[ \t]*\n|\n(?=[ \t]*(?:[#*|>-]|\d+\.))")
_LONGEST = 4096


def prose(text: str) -> str:
    """*text* with spaces for comments and code, place for place."""
    return _FENCE.sub(lambda block: re.sub(r"[^\n]", " ", block.group()), blanked(text))


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Each sentence outside comments and code, without markup: its line and its words, cut at 4096 characters."""
    marked = prose(text)
    words = plain(marked)
    at, line, counted = 0, 1, 0
    for end in [*(found.end() for found in _END.finditer(marked)), len(marked)]:
        begin = at + len(marked[at:end]) - len(marked[at:end].lstrip())
        if begin < end:
            line, counted = line + marked.count("\n", counted, begin), begin
            yield line, words[begin:end][:_LONGEST].strip()
        at = end
