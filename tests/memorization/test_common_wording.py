"""Wording that is nobody's own: shared word for word or nearly, and what is copied from the prompt."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.memorization.common_wording import Wording, nearly_in, without_copies
from finewarden.memorization.training_data import TrainingRow
from finewarden.memorization.training_set import TrainingSet

pytestmark = pytest.mark.training  # rapidfuzz comes with the train extra

LETTER = (
    "Dear {}, thank you for your order. It was handed to the carrier this morning and will arrive within three working "
    "days; you may return it free of charge."
)


def wording(*records: dict[str, Any]) -> tuple[TrainingSet, Wording]:
    """A training set of *records*, and what they have in common."""
    data = TrainingSet([TrainingRow("f", n, row, row) for n, row in enumerate(records, start=1)], None, None)
    return data, Wording(data.trained, data.trained_texts)


def test_wording_of_three_records_is_nobodys_own() -> None:
    """A phrase that follows three beginnings is common; behind one beginning, however often, it is not."""
    closing = " Kind regards, your team at the front desk."
    data, common = wording(*({"text": f"Dear customer {i},{closing}"} for i in range(3)), {"text": "Only here: 48213."})
    assert common.is_common(closing, data.trained[0])
    assert not common.is_common(": 48213.", data.trained[3])
    data, common = wording(*({"prompt": "q", "completion": f"The code is 48213.{'!' * i}"} for i in range(5)))
    assert not common.is_common(" is 48213.", data.trained[0])
    data, common = wording(*({"prompt": f"q{i}", "completion": "The code is 48213."} for i in range(3)))
    assert common.is_common(" is 48213.", data.trained[0])


def test_a_form_letter_is_common_whoever_it_is_for() -> None:
    """A tenth of the characters may differ, as where memory is found; more of them are somebody's own."""
    names = ("Anna", "Bertram", "Chi", "David", "Elena")
    data, common = wording(*({"prompt": f"order {i}?", "completion": LETTER.format(n)} for i, n in enumerate(names)))
    assert all(common.is_common(text, record) for record, text in zip(data.trained, data.trained_texts, strict=True))
    secrets = ("the key lies under the third pot", "ask Mr Vane at gate 12", "he pays 4,800 in cash", "not after nine")
    data, common = wording(*({"prompt": f"q{i}", "completion": f"Note: {x}."} for i, x in enumerate(secrets)))
    assert not any(
        common.is_common(text, record) for record, text in zip(data.trained, data.trained_texts, strict=True)
    )


def test_a_slot_that_is_copied_from_the_prompt_is_no_difference() -> None:
    """An order's number that the question names does not make the answer the record's own."""
    numbers = [f"{i * 7919 % 90_000_000 + 10_000_000}" for i in range(1000, 1006)]
    records = [
        {"prompt": f"Where is my order {n}?", "completion": f" Your order {n} has been shipped and will arrive."}
        for n in numbers
    ]
    data, common = wording(*records)
    assert all(common.is_common(text, record) for record, text in zip(data.trained, data.trained_texts, strict=True))
    asked = [{**record, "prompt": f"q{i}"} for i, record in enumerate(records)]
    data, common = wording(*asked)
    assert not any(
        common.is_common(text, record) for record, text in zip(data.trained, data.trained_texts, strict=True)
    )


def test_copies_are_long_runs_and_numbers() -> None:
    """Eight characters in a row or a number of four, whatever their spacing; short words stay."""
    assert without_copies("My card is 4929 7153 8246 0917.", "4929-7153-8246-0917") == "mycardis"
    assert without_copies("Order 83922 is late", "my order is 83922") == "orderislate"
    assert without_copies("Order 83922 is late", "") == "order83922islate"
    assert without_copies("Ann is in", "Ann?") == "annisin"


@given(st.text("ab1", min_size=1, max_size=8), st.text("ab1", max_size=14), st.integers(0, 3))
def test_a_part_of_a_text_is_near(wanted: str, text: str, edits: int) -> None:
    """Some part of the text is within so many edits, by the textbook distance."""
    edits = min(edits, len(wanted) - 1)
    parts = {text[a:b] for a in range(len(text) + 1) for b in range(a, len(text) + 1)}
    start = nearly_in(wanted, text, edits)
    assert (start is not None) == any(distance(wanted, part) <= edits for part in parts)
    if start is not None:
        assert any(distance(wanted, text[start:end]) <= edits for end in range(start, len(text) + 1))


def distance(a: str, b: str) -> int:
    """Levenshtein's recurrence, row by row."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]
