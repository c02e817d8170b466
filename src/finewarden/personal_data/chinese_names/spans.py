"""Tags of characters as findings in a text: joined, trimmed, and without what is certainly no name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from finewarden.personal_data.chinese_names.reading import Sentence
from finewarden.personal_data.finding import Finding

__all__ = ["findings_of"]

_ENTITY = {
    "PER": "PERSON",
    "nr": "PERSON",
    "LOC": "LOCATION",
    "ns": "LOCATION",
    "ORG": "ORGANIZATION",
    "nt": "ORGANIZATION",
}
_SCORE = 0.85  # what Presidio gives a name that spaCy found


def findings_of(sentence: Sentence, tags: Sequence[str]) -> Iterator[Finding]:
    """The names of one sentence, in order; *tags* are LAC's, one a character: ``PER-B``, ``PER-I``, ``O``."""
    for kind, start, end in _runs(tags):
        yield Finding(_ENTITY[kind], sentence.at[start], sentence.at[end - 1] + 1, _SCORE, "LAC")


def _runs(tags: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    start, kind = 0, ""
    for at, tag in enumerate([*tags, "O"]):
        name, _, place = tag.partition("-")
        if place != "I" or name != kind:
            if kind in _ENTITY:
                yield kind, start, at
            start, kind = at, name
