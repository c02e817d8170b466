"""The fingerprint of a license text at hand: its words, its clauses, and what may differ in a copy of it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from finewarden.licensing.texts.clause_labels import Label, labels_of
from finewarden.licensing.texts.fingerprint import Fingerprint, Place
from finewarden.licensing.texts.tokens import Words, words_of

__all__ = ["fingerprint_of"]

_COPYRIGHT_LINE = re.compile(r"^[ \t]*copyright\b[^\n]*$", re.IGNORECASE | re.MULTILINE)
_TO_FILL_IN = re.compile(
    r"^[ \t]*(?:<program>[ \t]+)?copyright\b[^\n]*[<\[{](?:yyyy|years?|name of[^>\]}\n]{0,40}|author)[>\]}]",
    re.IGNORECASE | re.MULTILINE,
)


def fingerprint_of(
    text: str,
    *,
    id: str,  # noqa: A002 - the field's own name
    key: str,
    kind: Literal["license", "policy"] = "license",
    family: Iterable[str] = (),
    template: bool = False,
    copyright_on_top: bool = False,
    optional: Iterable[tuple[str, str]] = (),
    holders: Iterable[str] = (),
    relabel: Mapping[str, str] | None = None,
    outline: Iterable[tuple[str, str]] = (),
) -> Fingerprint:
    """The fingerprint of *text*.

    *template*: everybody fills the text in (MIT, BSD, ISC): title and copyright lines are free. *copyright_on_top*:
    copyright statements may stand before it. *optional*: stretches that a whole text may lack, each from a line that
    matches a pattern to before one that matches another ("" is the beginning or the end). *holders*: patterns whose one
    group is a name that everybody fills in. *relabel* puts right what clauses are called; *outline* names them all,
    each with the words it begins with, where the source lost its numbers.

    Raises ValueError where a pattern finds nothing.
    """
    words = words_of(text)
    free: list[tuple[int, int, Place]] = []
    for line in _free_lines(words.text, template):
        free.append((*_inside(words, *line.span()), "copyright"))
    for pattern in holders:
        found = re.search(pattern, words.text, re.DOTALL)
        if found is None:
            raise ValueError(f"{id}: nothing matches {pattern!r}: correct `holders`")
        free.append((*_inside(words, *found.span(1)), "holder"))
    keep = [True] * len(words)
    for first, end, _ in free:
        keep[first:end] = [False] * (end - first)
    before = [0]
    for kept in keep:
        before.append(before[-1] + kept)

    places = {(before[end], place) for _, end, place in free}
    places |= {(before[_at(words, start)], "number") for start in _items(words)}
    stretches = {(before[first], before[end]) for first, end in (_stretch(words, id, *two) for two in optional)}
    if template:
        head = min((at for at, place in places if place == "copyright"), default=0)
        places |= {(head, "copyright"), (0, "title")}
        stretches |= {(0, head)} if head else set()
    if copyright_on_top:
        places.add((0, "copyright"))
    clauses: dict[int, str] = {}
    for label, start in _outlined(words.text, id, outline) or labels_of(words.text):
        clauses[before[_at(words, start)]] = (relabel or {}).get(label, label)
    tokens = tuple(word for word, kept in zip(words.hashes, keep, strict=True) if kept)
    return Fingerprint(
        id,
        key,
        tuple((label, at) for at, label in sorted(clauses.items()) if at < len(tokens)),
        tokens,
        tuple(sorted(stretches)),
        tuple(sorted(one for one in places if one[0] < len(tokens))),
        kind,
        tuple(family),
    )


def _free_lines(text: str, template: bool) -> Iterator[re.Match[str]]:
    return (_COPYRIGHT_LINE if template else _TO_FILL_IN).finditer(text)


def _outlined(text: str, id: str, outline: Iterable[tuple[str, str]]) -> list[Label]:  # noqa: A002 - the field's own name
    found: list[Label] = []
    for label, begins in outline:
        start = text.find(begins, found[-1].start if found else 0)
        if start < 0:
            raise ValueError(f"{id}: {begins!r} does not stand in the text, or not in this order: correct `outline`")
        found.append(Label(label, start))
    return [Label("title", 0), *found] if found else []


def _items(words: Words) -> Iterator[int]:
    """Where a list's mark may have been lost: at the beginning of what stands on a line of its own."""
    ended = True
    for line in re.finditer(r"[^\n]+", words.text):
        bare = line[0].strip()
        if not bare:
            ended = True
            continue
        start = line.start() + len(line[0]) - len(line[0].lstrip(" \t-•*#>"))
        at = _at(words, start)
        if (ended or bare[0] in "-•") and at < len(words) and not words.is_enumerator(at):
            yield start
        ended = bare.endswith((".", ":", ";", ",", "。", "；", " and", " or")) or len(bare) < 40


def _at(words: Words, char: int) -> int:
    return bisect_left(words.spans, (char, -1))


def _inside(words: Words, start: int, end: int) -> tuple[int, int]:
    return _at(words, start), _at(words, end)


def _stretch(words: Words, id: str, first: str, until: str) -> tuple[int, int]:  # noqa: A002 - the field's own name
    begin = re.search(first, words.text, re.MULTILINE) if first else None
    start = begin.start() if begin else 0
    end = re.compile(until, re.MULTILINE).search(words.text, start + 1) if until else None
    if (first and begin is None) or (until and end is None):
        raise ValueError(f"{id}: no line matches {until if begin or not first else first!r}: correct `optional`")
    return _inside(words, start, end.start() if end else len(words.text))
