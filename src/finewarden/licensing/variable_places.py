"""Differences that change nothing: who holds the copyright, a title in other words, an appendix left out."""

from __future__ import annotations

from finewarden.licensing.fingerprint import Fingerprint
from finewarden.licensing.text_difference import Difference, differences
from finewarden.licensing.tokens import Words, hash_of

__all__ = ["counting"]

# A copyright statement says who and when. What says more than that is no copyright statement.
_BINDING = frozenset(
    map(
        hash_of,
        [
            "must",
            "shall",
            "may",
            "can",
            "will",
            "not",
            "no",
            "only",
            "except",
            "unless",
            "provided",
            "prohibited",
            "permitted",
            "permission",
            "grant",
            "granted",
            "agree",
            "agrees",
            "license",
            "licensed",
            "sublicense",
            "terms",
            "conditions",
            "restriction",
            "restrictions",
            "subject",
            "commercial",
            "use",
            "used",
            "distribute",
            "distribution",
            "modify",
            "royalty",
            "fee",
            "pay",
            "warranty",
            "liability",
        ],
    )
)
_TITLE = frozenset(
    map(
        hash_of,
        [
            "the",
            "a",
            "license",
            "mit",
            "expat",
            "x11",
            "bsd",
            "isc",
            "zlib",
            "clause",
            "new",
            "revised",
            "simplified",
            "modified",
            "style",
            "2",
            "3",
            "public",
            "domain",
            "original",
            "apache",
            "software",
            "of",
            "spdx",
            "identifier",
        ],
    )
)
_NAMES = frozenset(
    map(hash_of, ["license", "licensed", "use", "software", "terms", "distribution"])
)  # "Foo Software Inc."
_STATEMENT, _HOLDER = 200, 20
_SLIDE = 60


def counting(fingerprint: Fingerprint, words: Words) -> tuple[Difference, ...]:
    """The differences of *words* from *fingerprint* that count."""
    found = differences(fingerprint.tokens, words.hashes)
    return tuple(one for one in found if not _is_free(fingerprint, one, words))


def _is_free(fingerprint: Fingerprint, one: Difference, words: Words) -> bool:
    if one.a1 == one.a2:
        return any(_may_stand(fingerprint, place, words) for place in _slid(one, words.hashes))
    if one.b1 == one.b2:
        turned = Difference(one.b1, one.b2, one.a1, one.a2)
        return any(_may_lack(fingerprint, d.b1, d.b2) for d in _slid(turned, fingerprint.tokens))
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
    if "title" in places or "copyright" in places:
        title = 0
        while "title" in places and title < len(inserted) and inserted[title] in _TITLE:
            title += 1
        rest = inserted[title:]
        if not rest or ("copyright" not in places and _is_later_place(fingerprint, one.a1, "copyright")):
            places = {*places, "copyright"}
        return not rest or ("copyright" in places and _is_statement(rest))
    return "holder" in places and len(inserted) <= _HOLDER and not _BINDING.intersection(inserted)


def _is_later_place(fingerprint: Fingerprint, at: int, kind: str) -> bool:
    return any(place == kind and first - at <= 12 for first, place in fingerprint.places)


def _is_statement(inserted: tuple[int, ...]) -> bool:
    return len(inserted) <= _STATEMENT and not (_BINDING - _NAMES).intersection(inserted)
