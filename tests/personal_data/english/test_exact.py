"""The fast path finds what stock Presidio finds: same entities, spans, scores and recognizers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finewarden.personal_data.english import EnglishEngine, load
from finewarden.personal_data.english.stock import findings_of
from finewarden.personal_data.finding import Finding
from tests.personal_data.english.generated_rows import rows

pytestmark = pytest.mark.pii


def loaded(monkeypatch: pytest.MonkeyPatch, **kwargs: Any) -> EnglishEngine:
    """An engine whose patterns are compiled from the first text on."""
    monkeypatch.setattr("finewarden.personal_data.english.patterns._WORTH_COMPILING", 0)
    engine = load(**kwargs)
    assert isinstance(engine, EnglishEngine)
    assert engine.missing == ()
    assert engine.fast
    return engine


@pytest.fixture(scope="module")
def patterns_only() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        engine = loaded(patch, names=False)
        engine.find_many(["x"])
        yield engine


@pytest.fixture(scope="module")
def with_names() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        engine = loaded(patch)
        engine.find_many(["x"])
        yield engine


def stock(engine: EnglishEngine, texts: list[str]) -> list[list[Finding]]:
    """What the engine's own Presidio finds, text by text."""
    return [findings_of(engine._stock.analyze(text, language="en")) for text in texts]


def test_patterns_find_what_stock_finds(patterns_only: EnglishEngine) -> None:
    """2,000 generated rows have the findings of stock Presidio without a model, scores included."""
    texts = rows(2_000, seed=1)
    found = patterns_only.find_many(texts)
    assert found == stock(patterns_only, texts)
    assert len({each.entity for row in found for each in row}) >= 14


def test_names_find_what_stock_finds(with_names: EnglishEngine) -> None:
    """150 generated rows have the findings of stock Presidio with the model, scores raised by context included."""
    texts = rows(150, seed=2)
    found = with_names.find_many(texts)
    assert found == stock(with_names, texts)
    entities = {each.entity for row in found for each in row}
    assert {"PERSON", "LOCATION", "NRP", "DATE_TIME"} <= entities
    raised = [each for row in found for each in row if each.recognizer == "PhoneRecognizer" and each.score > 0.4]
    assert raised


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
NEAR = st.lists(
    st.sampled_from(
        ["1", "23", "456", "@", ".", "-", " ", "com", "x.io", "A", "é", "²", "\u0301", "ſ", "٣", "\0", "::"]
    )
)


@given(st.lists(ANY_TEXT | NEAR.map("".join), max_size=8))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text(patterns_only: EnglishEngine, texts: list[str]) -> None:
    """On any characters at all, patterns find what stock finds."""
    assert patterns_only.find_many(texts) == stock(patterns_only, texts)


def test_lone_surrogates_keep_their_place(with_names: EnglishEngine) -> None:
    """A lone surrogate is read as one other character: what stands behind it has its own offsets."""
    [found] = with_names.find_many(["\ud800\udc00 \udfff mail john@example.org"])
    assert [(each.entity, each.start, each.end) for each in found if each.entity == "EMAIL_ADDRESS"] == [
        ("EMAIL_ADDRESS", 10, 26)
    ]


def test_nothing_is_found_in_nothing(with_names: EnglishEngine) -> None:
    """Empty texts and a call without texts have no findings."""
    assert with_names.find_many([]) == []
    assert with_names.find_many(["", " ", "\0"]) == [[], [], []]


def test_order_of_texts_makes_no_difference(with_names: EnglishEngine) -> None:
    """The findings of a text hang neither on its neighbours nor on what was read before."""
    texts = rows(40, seed=3)
    assert with_names.find_many(texts) == with_names.find_many(texts[::-1])[::-1]


def test_own_recognizers_run_as_in_stock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pattern, a deny list, a fuzzy pattern and a recognizer of one's own that reads the words find the same."""
    from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer, RecognizerResult

    class Shouted(EntityRecognizer):  # type: ignore[misc]  # Presidio is not typed
        def load(self) -> None: ...

        def analyze(self, text: str, entities: Any, nlp_artifacts: Any) -> list[RecognizerResult]:
            tokens = [each for each in nlp_artifacts.tokens if each.text.isupper() and each.lemma_]
            return [RecognizerResult("SHOUTED", each.idx, each.idx + len(each), 0.7) for each in tokens]

    own = [
        PatternRecognizer("TICKET", patterns=[Pattern("ticket", r"\bT-\d{4}\b", 0.2)], context=["ticket", "case"]),
        PatternRecognizer("FUZZY", patterns=[Pattern("fuzzy", r"(?:Berlin){e<=1}", 0.3)]),
        PatternRecognizer("PROJECT", deny_list=["Bluebird", "Red Kite"]),
        Shouted(supported_entities=["SHOUTED"]),
    ]
    texts = [
        *(
            "The ticket of Anna is T-1234.",
            "T-1234²",
            "éT-1234",
            "in Berlyn and Berlin",
            "our red kite, BLUEBIRD, NATO",
        ),
        *rows(20, seed=4),
    ]
    engine = loaded(monkeypatch, recognizers=own)
    found = engine.find_many(texts)
    assert found == stock(engine, texts)
    assert {"TICKET", "FUZZY", "PROJECT", "SHOUTED"} <= {each.entity for row in found for each in row}


def test_own_recognizers_run_without_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """With patterns only, a recognizer of one's own finds the same as in stock."""
    from presidio_analyzer import Pattern, PatternRecognizer

    own = PatternRecognizer("TICKET", patterns=[Pattern("ticket", r"(?<!é)T-\d{4}(?=\W|$)", 0.2)])
    engine = loaded(monkeypatch, names=False, recognizers=[own])
    texts = ["T-1234", "éT-1234", "T-1234x", "T-1234²", "aT-1234\n"]
    found = engine.find_many(texts)
    assert found == stock(engine, texts)
    assert [bool(row) for row in found] == [True, False, False, True, True]


def test_without_hyperscan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where hyperscan is not installed, every pattern runs and nothing else changes."""
    monkeypatch.setitem(__import__("sys").modules, "hyperscan", None)
    engine = loaded(monkeypatch, names=False)
    texts = rows(30, seed=5)
    assert engine.find_many(texts) == stock(engine, texts)


def test_presidio_of_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Presidio's code is not the one known, Presidio runs as it comes, with the same findings."""
    monkeypatch.setattr("finewarden.personal_data.english.known_code._KNOWN_PRESIDIO", frozenset())
    engine = load(names=False)
    assert isinstance(engine, EnglishEngine)
    assert not engine.fast
    texts = rows(10, seed=6)
    assert engine.find_many(texts) == stock(engine, texts)


def test_phonenumbers_of_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where phonenumbers' matcher is not the one known, Presidio's own PhoneRecognizer runs."""
    monkeypatch.setattr("finewarden.personal_data.english.known_code._KNOWN_MATCHER", frozenset())
    engine = loaded(monkeypatch, names=False)
    texts = [*rows(10, seed=7), "call 212-555-5555"]
    found = engine.find_many(texts)
    assert found == stock(engine, texts)
    assert "PHONE_NUMBER" in {each.entity for each in found[-1]}
