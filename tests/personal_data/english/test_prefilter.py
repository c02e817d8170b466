"""The prefilter leaves out no pattern that matches."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.pii

ATOMS = st.sampled_from(
    [
        r"\w",
        r"\d",
        r"\s",
        r"\W",
        r"\D",
        r"\S",
        ".",
        "a",
        "K",
        "s",
        "7",
        "@",
        r"\.",
        "[a-k]",
        r"[\w.-]",
        "[^a]",
        r"[^\s@]",
        "[-0-9]",
    ]
)
REPEATS = st.sampled_from(["", "", "?", "*", "+", "{2}", "{1,3}", "+?", "{0,40}"])
AROUND = st.sampled_from([r"\b", r"\B", "^", "$", "(?!a)", r"(?<=\d)", r"(?<!\w)", "(?=[@.])", r"(?<![\w:])", r"\Z"])
PIECE = st.tuples(ATOMS, REPEATS).map("".join) | AROUND
PATTERN = st.recursive(
    st.lists(PIECE, min_size=1, max_size=4).map("".join),
    lambda inner: st.tuples(inner, inner, st.sampled_from(["", "?", "{2}"])).map(lambda x: f"(?:{x[0]}|{x[1]}){x[2]}"),
    max_leaves=4,
)
TEXT = st.text(
    st.sampled_from("aksAKS7@. -:\n") | st.sampled_from("é中²٣\u0301\u200b\u00a0\u3000ſ\u212aİı①\u2028\x85\x1c\0😀"),
    max_size=25,
)


@given(st.lists(PATTERN, min_size=1, max_size=4), st.lists(TEXT, min_size=1, max_size=8))
@settings(max_examples=120, deadline=None)
def test_what_matches_is_never_left_out(expressions: list[str], texts: list[str]) -> None:
    """Whatever `regex` finds with a pattern, on any characters, the prefilter has called a candidate."""
    import regex

    from finewarden.personal_data.english.prefilter import Prefilter

    flags = int(regex.IGNORECASE | regex.MULTILINE | regex.DOTALL)
    prefilter = Prefilter([(each, flags) for each in expressions])
    for text in texts:
        matching = {n for n, each in enumerate(expressions) if regex.search(each, text, flags)}
        assert matching <= prefilter.candidates(text)


def test_what_is_not_there_is_left_out() -> None:
    """A pattern that can be read and does not match is no candidate; one that can't be read always is."""
    from finewarden.personal_data.english.prefilter import Prefilter

    prefilter = Prefilter([(r"\b\d{3}-\d{4}\b", 0), (r"(?:abc){e<=1}", 0), ("x+", 0)])
    assert prefilter.candidates("nothing here") == {1}
    assert prefilter.candidates("555-1234 é xx") == {0, 1, 2}
    assert Prefilter([]).candidates("a") == frozenset()
    assert Prefilter([(r"\p{L}", 0)]).candidates("a") == {0}


def test_every_pattern_of_presidio_is_read() -> None:
    """None of the patterns that Presidio runs on English has to run on every text."""
    from finewarden.personal_data.english.patterns import Patterns
    from finewarden.personal_data.english.prefilter import Prefilter
    from finewarden.personal_data.english.stock import stock_engine

    patterns = Patterns(stock_engine(None))
    assert patterns.others == []
    read = Prefilter([(each.regex, int(patterns.recognizers[at].global_regex_flags)) for at, each in patterns._owners])
    assert read.always == frozenset()
    assert len(read.every) > 40
