"""Differences that change nothing: who holds the copyright, a title in other words, an appendix left out."""

from __future__ import annotations

from collections.abc import Sequence

from finewarden.licensing.texts.added_lines import is_heading, is_page_furniture
from finewarden.licensing.texts.difference import Difference, differences
from finewarden.licensing.texts.fingerprint import Fingerprint, Place
from finewarden.licensing.texts.tokens import Words, grams_of, hash_of

__all__ = ["counting"]


def _set(words: str) -> frozenset[int]:
    return frozenset(hash_of(word) for word in words.split())


# A copyright statement says who and when. What says more than that is no copyright statement.
_BINDING = _set(
    "must shall not no only except unless provided prohibited permitted permission grant granted agree agrees you your"
    " sublicense conditions restriction restrictions subject commercial noncommercial distribute modify royalty fee pay"
    " warranty liability"
)
# A title names a license. One that says it is another edition is not this license's.
_OTHER = _set("modified amended custom adapted extended non proprietary research enterprise limited restricted")
_TITLE = 8
_STATEMENT, _HOLDER = 200, 20
_SLIDE = 60


def counting(fingerprint: Fingerprint, words: Words) -> tuple[Difference, ...]:
    """The differences of *words* from *fingerprint* that count."""
    absent = [one for one in fingerprint.optional if _is_absent(fingerprint.tokens[slice(*one)], words)]
    found = _without(absent, fingerprint, words)
    # A short one that was left out may have lent its words to what stands in its place: compare without it.
    touched = [one for one in fingerprint.optional if one not in absent and _touch(one, found)]
    if touched:
        again = _without([*absent, *touched], fingerprint, words)
        return again if _weight(again) < _weight(found) else found
    return found


def _is_absent(stretch: tuple[int, ...], words: Words) -> bool:
    grams = set(grams_of(stretch))
    return len(grams) > _TITLE and len(grams & words.grams) < len(grams) / 5


def _touch(stretch: tuple[int, int], found: Sequence[Difference]) -> bool:
    first, end = stretch
    return any((one.a1 < end and first < one.a2) or (one.a1 == one.a2 and first <= one.a1 <= end) for one in found)


def _without(stretches: Sequence[tuple[int, int]], fingerprint: Fingerprint, words: Words) -> tuple[Difference, ...]:
    """What counts of the differences from the text that has none of *stretches*, in the places of the whole."""
    if not stretches:
        return _counted(fingerprint, words, differences(fingerprint.tokens, words.hashes))
    kept = [at for at in range(len(fingerprint.tokens)) if not any(first <= at < end for first, end in stretches)]
    found = differences(tuple(fingerprint.tokens[at] for at in kept), words.hashes)
    kept.append(len(fingerprint.tokens))
    return _counted(
        fingerprint,
        words,
        [one._replace(a1=kept[one.a1], a2=kept[one.a2 - 1] + 1 if one.a1 < one.a2 else kept[one.a1]) for one in found],
    )


def _counted(fingerprint: Fingerprint, words: Words, found: Sequence[Difference]) -> tuple[Difference, ...]:
    return tuple(_settled(fingerprint, one, words) for one in found if not _is_free(fingerprint, one, words))


def _settled(fingerprint: Fingerprint, one: Difference, words: Words) -> Difference:
    """The same difference where a reader would see it: between clauses rather than from a word to the same word."""
    if one.a1 < one.a2 and one.b1 < one.b2:
        return one
    starts = {0, len(fingerprint.tokens), *(start for _, start in fingerprint.clauses)}
    if one.a1 == one.a2:
        return next((same for same in _slid(one, words.hashes) if same.a1 in starts), one)
    slid = map(_turned, _slid(_turned(one), fingerprint.tokens))
    return next((same for same in slid if same.a1 in starts), one)


def _turned(one: Difference) -> Difference:
    return Difference(one.b1, one.b2, one.a1, one.a2)


def _weight(found: Sequence[Difference]) -> int:
    return sum(one.a2 - one.a1 + one.b2 - one.b1 for one in found)


def _is_free(fingerprint: Fingerprint, one: Difference, words: Words) -> bool:
    if one.a1 == one.a2:
        slid = _slid(one, words.hashes)
        return any(_may_stand(fingerprint, place, words) for place in slid) or any(
            is_heading(fingerprint, words, place.b1, place.b2)
            or is_page_furniture(words, place.b1, place.b2, statements=False)
            for place in slid
            if place.a1 == 0
        )
    if one.b1 == one.b2:
        return any(_may_lack(fingerprint, d.b1, d.b2) for d in _slid(_turned(one), fingerprint.tokens))
    return _may_lack(fingerprint, one.a1, one.a2) and any(
        _may_stand(fingerprint, Difference(at, at, one.b1, one.b2), words) for at in (one.a1, one.a2)
    )


def _slid(one: Difference, words: tuple[int, ...]) -> list[Difference]:
    """The same insertion told in every way: in "a b [a b] c" the brackets may stand two words further left."""
    found = [one]
    at, first, end = one.a1, one.b1, one.b2
    while len(found) < _SLIDE and at and first and words[first - 1] == words[end - 1]:
        at, first, end = at - 1, first - 1, end - 1
        found.append(Difference(at, at, first, end))
    at, first, end = one.a1, one.b1, one.b2
    while len(found) < 2 * _SLIDE and end < len(words) and words[first] == words[end]:
        at, first, end = at + 1, first + 1, end + 1
        found.append(Difference(at, at, first, end))
    return found


def _may_lack(fingerprint: Fingerprint, first: int, end: int) -> bool:
    """Whether the tokens are optional stretches, each of them whole."""
    while first < end:
        stretch = next((stop for start, stop in fingerprint.optional if start == first and stop <= end), None)
        if stretch is None:
            return False
        first = stretch
    return True


def _may_stand(fingerprint: Fingerprint, one: Difference, words: Words) -> bool:
    places = {place for at, place in fingerprint.places if at == one.a1}
    if not places:
        return False
    inserted = words.hashes[one.b1 : one.b2]
    if "number" in places and len(inserted) == 1 and words.is_enumerator(one.b1):
        return True
    if "copyright" in places or _is_before_copyright(fingerprint, one.a1, places):
        return _is_statement(inserted)
    if "title" in places:
        return len(inserted) <= _TITLE and not (_OTHER | _BINDING).intersection(inserted)
    return "holder" in places and len(inserted) <= _HOLDER and not _BINDING.intersection(inserted)


def _is_before_copyright(fingerprint: Fingerprint, at: int, places: set[Place]) -> bool:
    """Whether a title stands at *at*, and copyright lines after it."""
    return "title" in places and any(
        place == "copyright" and first - at <= _TITLE for first, place in fingerprint.places
    )


def _is_statement(inserted: tuple[int, ...]) -> bool:
    return len(inserted) <= _STATEMENT and not (_BINDING | _OTHER).intersection(inserted)
