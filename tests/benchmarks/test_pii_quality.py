"""The benchmarks of personal data take minutes; that they count rightly, on sentences that stay, is seen here."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from finewarden.personal_data.finding import Finding
from tests.conftest import ROOT

Script = Callable[[str], ModuleType]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    """A script of benchmarks/ as a module."""
    monkeypatch.setattr(sys, "path", [str(ROOT / "benchmarks"), *sys.path])
    return importlib.import_module


def test_sentences_are_the_same_for_a_seed(script: Script) -> None:
    """The same seed gives the same texts, another one others, and more come after fewer."""
    sentences = script("pii_zh_generator").sentences
    first = list(sentences(150, 3))
    assert list(sentences(200, 3))[:150] == first
    assert [each.text for each in sentences(150, 4)] != [each.text for each in first]


def test_spans_hold_the_values(script: Script) -> None:
    """Every kind of value is asked for, check digits hold, and templates of nobody have none."""
    generator = script("pii_zh_generator")
    templates, values = script("pii_zh_templates").TEMPLATES, script("pii_zh_values")
    made = list(generator.sentences(2 * len(templates), 0))
    assert len(templates) >= 60
    asked = {span.entity for each in made for span in each.spans}
    assert asked == {entity.lstrip("?") for entity, _ in values.VALUES.values() if entity}
    for each in made:
        for span in each.spans:
            value = each.text[span.start : span.end]
            if span.entity in ("CN_BANK_CARD", "CREDIT_CARD", "IMEI"):
                digits = "".join(char for char in value if char.isdigit())
                assert values.luhn(digits[:-1]) == digits
    assert sum(not each.spans for each in made) >= 20
    assert {generator.half_of(number) for number in range(len(templates))} == {"first", "second"}


def test_what_is_right_is_counted(script: Script) -> None:
    """A span that is right counts for both, one that touches for overlap alone, another entity as wrong."""
    quality, generator = script("pii_quality_zh"), script("pii_zh_generator")
    text = "联系+8613812345678，张伟和李娜"
    spans = (generator.Span("PHONE_NUMBER", 2, 16), generator.Span("PERSON", 17, 19), generator.Span("PERSON", 20, 22))
    tally = quality.Tally()
    found = [Finding("PHONE_NUMBER", 5, 16, 1.0), Finding("PERSON", 16, 19, 1.0), Finding("QQ_ID", 5, 16, 1.0)]
    tally.add(generator.Sentence(text, spans, 0), found, frozenset({"PHONE_NUMBER", "PERSON", "QQ_ID"}))
    assert tally.line("PHONE_NUMBER", "strict") == (1.0, 1.0, 1.0)
    assert tally.line("PERSON", "strict") == (0.0, 0.0, 0.0)
    assert tally.line("PERSON", "overlap")[:2] == (1.0, 0.5)
    assert tally.line("QQ_ID", "overlap")[0] == 0.0


def test_redacted_is_what_no_longer_stands_there(script: Script, capsys: pytest.CaptureFixture[str]) -> None:
    """A value counts as found when it is gone; a tool that changes a sentence of nobody is told."""
    peers, generator = script("pii_peers"), script("pii_zh_generator")
    made = [generator.Sentence("a 1 b", (generator.Span("QQ_ID", 2, 3),), 0), generator.Sentence("2", (), 1)]
    tools = {
        name: lambda texts, gone=gone: [text.replace(gone, "") for text in texts]
        for name, gone in (("a", "1"), ("b", "2"))
    }
    peers.cleaners = lambda _: tools
    peers.table("both", made, "zh", ["doc"])
    told = capsys.readouterr().out
    assert "| QQ_ID | 1 | 1.00 | 0.00 |" in told
    assert "| clean | | 1.00 | 0.00 |" in told


def test_halves_of_the_english_set_never_change(script: Script) -> None:
    """What was tuned on stays what was tuned on: the parting depends on a template's number alone."""
    half_of = script("pii_quality_en").half_of
    assert [half_of(number) for number in range(8)] == ["test", "test", "dev", "dev", "test", "test", "test", "test"]


@pytest.mark.pii
def test_english_tokens_are_counted(script: Script, tmp_path: Path) -> None:
    """A token of a span that is found is right, one beside it costs precision, a skipped word counts for nothing."""
    quality = script("pii_quality_en")
    file = tmp_path / "set.json"
    span = '{"entity_type": "PERSON", "start_position": 3, "end_position": 12}'
    file.write_text(f'[{{"full_text": "Dr Ada Quill left.", "template_id": 2, "spans": [{span}]}}]', encoding="utf-8")
    samples = quality.read(file)
    one = quality.score(samples, [[Finding("PERSON", 0, 6, 0.85), Finding("URL", 13, 17, 0.1)]], frozenset())
    assert (one.found, one.gold, one.both) == (2, 2, 1)
    assert quality.score(samples, [[Finding("PERSON", 0, 6, 0.85)]], frozenset({"dr"})).precision == 1.0
