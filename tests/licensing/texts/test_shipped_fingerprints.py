"""The shipped fingerprints: sound, small, each of a listed source, and no edit of their words goes unseen."""

from __future__ import annotations

import random
from importlib import resources

import pytest

from finewarden.licensing.texts.fingerprint import Fingerprint
from finewarden.licensing.texts.make_fingerprints import sources
from finewarden.licensing.texts.match import TextMatch, identify_words
from finewarden.licensing.texts.shipped_fingerprints import shipped
from finewarden.licensing.texts.tokens import Words, hash_of, is_number

ALL = {one.id: one.fingerprint for one in shipped()}
every = pytest.mark.parametrize("one", ALL.values(), ids=ALL.keys())
# Without the clause that sets them apart, these are another license, word for word.
LESS_A_CLAUSE = {"bsd-3-clause", "minimax-m2", "minimax-m2.5", "kimi-modified-mit", "mit"}


def look(tokens: list[int] | tuple[int, ...]) -> TextMatch:
    """The verdict on a text of these words, whatever they are."""
    spans = tuple((9 * number, 9 * number + 8) for number in range(len(tokens)))
    return identify_words(Words(" ".join(f"{token:08x}" for token in tokens), tuple(tokens), spans))


def solid(one: Fingerprint) -> list[int]:
    """The tokens that a whole text has, where nothing else may stand before them."""
    free = {at for at, _ in one.places}
    optional = {at for first, end in one.optional for at in range(first, end)}
    return [at for at in range(len(one.tokens)) if at not in free | optional]


@every
def test_sound(one: Fingerprint) -> None:
    """Clauses, optional stretches and free places lie in the text, in order, each clause under one label."""
    starts, labels = [at for _, at in one.clauses], [label for label, _ in one.clauses]

    assert starts == sorted(set(starts))
    assert starts[0] == 0
    assert len(set(labels)) == len(labels) >= 2
    assert starts[-1] < len(one.tokens)
    assert all(0 <= first < end <= len(one.tokens) for first, end in one.optional)
    assert all(0 <= at < len(one.tokens) for at, _ in one.places)
    assert (one.kind == "policy") == bool(one.family)


def test_of_listed_sources() -> None:
    """Every fingerprint is made from a source that is listed with where it was read, and every source was made."""
    listed = {source["id"]: source for source in sources()}

    assert set(listed) == set(ALL)
    assert len(listed) == len(sources())
    for source in listed.values():
        assert "scancode" in source or {"repo", "path", "commit"} <= set(source), source["id"]


def test_small() -> None:
    """All of them are a few hundred kilobytes in the wheel."""
    folder = resources.files("finewarden.licensing.texts") / "fingerprints"

    assert sum(len(file.read_bytes()) for file in folder.iterdir()) < 600_000


@every
def test_itself(one: Fingerprint) -> None:
    """Each text is told from all others."""
    assert look(one.tokens) == TextMatch(one.key, one.id, True, ())


@every
def test_a_word_changed(one: Fingerprint) -> None:
    """A number changed, another word, one taken, one given: seen, under the right clause, whatever the license."""
    draw, tokens, at = random.Random(one.id), list(one.tokens), solid(one)
    numbers = [n for n in at if is_number(tokens[n])]
    edits = [("number", draw.choice(numbers or at)), *((kind, draw.choice(at)) for kind in ("put", "take", "give"))]
    for kind, where in edits:
        new = [] if kind == "take" else [hash_of("9999999") if kind == "number" else draw.getrandbits(31) << 1]
        match = look(tokens[:where] + new + tokens[where + (kind != "give") :])
        around = (max(0, where - 1), where, min(where + 1, len(tokens) - 1))
        clauses = {one.clauses[one.clause_at(n)][0] for n in around}

        assert match.key == one.key, kind
        assert not match.intact, kind
        assert {found.clause for found in match.findings} <= clauses, kind


@every
def test_a_clause_dropped(one: Fingerprint) -> None:
    """A clause taken out is missing under its label; so are all others from where a text was cut."""
    draw, tokens = random.Random(one.id), list(one.tokens)
    optional = {at for first, end in one.optional for at in range(first, end)}
    numbers = [
        number
        for number, (_, start) in enumerate(one.clauses)
        if number and one.clause_end(number) - start >= 5 and optional.isdisjoint(range(start, one.clause_end(number)))
    ]
    long = [n for n in numbers if one.clause_end(n) - one.clauses[n][1] < 0.2 * len(tokens)]
    if one.id in LESS_A_CLAUSE or not long:
        assert one.id in LESS_A_CLAUSE or len(tokens) < 320, "a long text has clauses to drop"
        return
    dropped = draw.choice(long)
    label, start = one.clauses[dropped]
    without = look(tokens[:start] + tokens[one.clause_end(dropped) :])
    cut = look(tokens[: one.clauses[numbers[-1]][1]])

    assert without.key == one.key
    assert ("missing", label) in {(found.kind, found.clause) for found in without.findings} or (
        # Where the words around it repeat, the clause's own end may be told as gone from its neighbour.
        {"missing", "altered"} & {found.kind for found in without.findings}
    )
    assert not cut.intact


@every
def test_text_on_top(one: Fingerprint) -> None:
    """Terms before or after a license are added text, never part of it."""
    draw = random.Random(one.id)
    extra = [draw.getrandbits(31) << 1 for _ in range(12)] + [hash_of("must")]
    after, before = look([*one.tokens, *extra]), look([*extra, *one.tokens])

    assert {found.kind for found in after.findings} == {"added"}
    assert {found.kind for found in before.findings} == {"added"}
    assert after.key == before.key == one.key
