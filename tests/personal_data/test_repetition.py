"""Copies are found by what training reads, and values are ranked by how often they are said."""

from __future__ import annotations

import pytest

from finewarden.personal_data.finding import Finding
from finewarden.personal_data.repeated_texts import RepeatedTexts, trained_part
from finewarden.personal_data.repetition import RepeatedValues


def test_what_training_reads() -> None:
    """Columns beside the trained ones do not make another row; who says it does."""
    assert trained_part({"text": "a", "id": "1"}) == trained_part({"text": "a", "id": "2", "prompt": None})
    turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "a"}]
    assert trained_part({"messages": turns}) == "user: a\nassistant: a"
    assert trained_part({"question": "a", "answer": "b"}) == "question: a\nanswer: b"


def test_equal() -> None:
    """The same text is found with all its rows, most first; nothing is no copy of nothing."""
    texts = RepeatedTexts()
    for text in ("a", "b", "b", " ", " ", "a", "b", "c"):
        texts.add(text)
    assert texts.equal() == [(1, 2, 6), (0, 5)]
    assert texts.distinct == 3


@pytest.mark.pii
def test_alike() -> None:
    """Nearly the same and the same are one cluster; a cluster of equal texts alone is none here."""
    long = "please restart the router and wait two minutes until all of its lights are on again then call us"
    texts = RepeatedTexts()
    for text in (long, "other", long + " back", "other", long):
        texts.add(text)
    assert texts.alike() == [(0, 2, 4)]


def test_ranked() -> None:
    """A value in rows that say nearly the same goes before one in as many different rows; each row counts once."""
    values = RepeatedValues()
    for row in range(3):
        for text in ("wang@qq.com", "LI@qq.com" if row else "li@qq.com", "wang@qq.com"):
            values.add(row + 10 * text.lower().startswith("li"), text, [Finding("EMAIL_ADDRESS", 0, len(text), 1.0)])
    ranked = values.ranked([(0, 1, 2)])
    assert [(each.rows, each.alike, each.weight, each.first) for each in ranked] == [
        (3, 3, 9, (0, 1, 2)),
        (3, 1, 3, (10, 11, 12)),
    ]
    assert values.ranked([], least=4) == []


def test_nobodys_values_are_not_ranked() -> None:
    """A role mailbox, a place and a doubtful number are repeated by right."""
    values = RepeatedValues()
    for row in range(3):
        values.add(row, "info@qq.com", [Finding("EMAIL_ADDRESS", 0, 11, 1.0)])
        values.add(row, "Leeds", [Finding("LOCATION", 0, 5, 1.0)])
        values.add(row, "123456789", [Finding("US_SSN", 0, 9, 0.05)])
    assert values.ranked([]) == []
