"""Phone numbers, each candidate looked at once."""

from __future__ import annotations

import random
from typing import Any

import pytest

pytestmark = pytest.mark.pii


@pytest.fixture(scope="module")
def recognizer() -> Any:
    from presidio_analyzer.predefined_recognizers import PhoneRecognizer

    return PhoneRecognizer(supported_regions=("US", "GB", "DE", "CN"))


def test_as_presidio(recognizer: Any) -> None:
    """400 texts of digits, separators, letters and currency signs have the numbers that Presidio finds in them."""
    from finewarden.personal_data.english.phones import Phones

    draw, phones = random.Random(8), Phones(recognizer)
    parts = [
        *(
            "0",
            "1",
            "2",
            "55",
            "030",
            "+49",
            "+44",
            "(212)",
            " 555 ",
            "-",
            "/",
            ".",
            " ",
            "ext",
            " x",
            "a",
            "é",
            "$",
            "€",
        ),
        *("\u0301", "中", ":30", "2012-01-02 08", "12/10/2011", "１", "٣", "800", "\n", "1680", "~", ";", "int. 5"),
    ]
    found = 0
    for _ in range(400):
        text = "".join(draw.choices(parts, k=draw.randint(3, 16)))
        expected = recognizer.analyze(text, ["PHONE_NUMBER"])
        assert sorted(map(str, phones.analyze(text))) == sorted(map(str, expected))
        found += len(expected)
    assert found > 50


def test_a_text_with_too_many_candidates_goes_to_presidio(recognizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the matcher would come near the limit of its patience, Presidio's own recognizer answers."""
    from finewarden.personal_data.english import phones as module

    monkeypatch.setattr(module, "_TRIES", 1_010)
    text = "call 212-555-5555 " + "1234 " * 200
    expected = recognizer.analyze(text, ["PHONE_NUMBER"])
    assert expected
    asked: list[str] = []
    monkeypatch.setattr(
        type(recognizer), "analyze", lambda self, text, entities, nlp_artifacts=None: asked.append(text) or expected
    )
    assert module.Phones(recognizer).analyze(text) == expected
    assert asked == [text]


def test_no_region_has_shorter_numbers() -> None:
    """A valid number has at least four digits, in every region: fewer need not be looked at."""
    import phonenumbers

    shortest = [
        min(phonenumbers.PhoneMetadata.metadata_for_region(region).general_desc.possible_length)
        for region in phonenumbers.SUPPORTED_REGIONS
    ]
    assert min(shortest) >= 4
