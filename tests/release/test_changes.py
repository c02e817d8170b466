"""The statement of changes says what the record knows, and the audit finds it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from finewarden.evidence.model_card import DataSource, ModelCard, Training
from finewarden.licensing.wording.change_statement import find_changes
from finewarden.release.changes import changes, changes_zh

BASE = "google/gemma-2-9b-it"


def card(**known: Any) -> ModelCard:
    return ModelCard(written_by="finewarden 0.1.0", **known)


@pytest.mark.parametrize("form", ["adapter", "weights", "quantised", None])
@pytest.mark.parametrize("trained", [False, True])
def test_found_by_its_readers(form: str | None, trained: bool) -> None:
    """In every form, with a run log or without, both sentences are statements of changes and name the base."""
    known = card(form=form, training=Training() if trained else None)
    for text in (changes(known, [BASE]), changes_zh(known, [BASE])):
        assert find_changes(text) is not None
        assert BASE in text


def test_says_what_is_known() -> None:
    """Day, data and quantisation are told where the record has them."""
    known = card(
        form="quantised",
        training=Training(),
        training_date=date(2026, 11, 2),
        sources=(DataSource(name="support-2025", authorisation="own"),),
    )
    text = changes(known, [BASE])
    assert "fine-tuned from" in text
    assert "on 2026-11-02, with the training data support-2025" in text
    assert "quantised" in text


def test_claims_no_training_that_is_not_known() -> None:
    """Weights without a run log are said to be modified, not fine-tuned, and no day is made up."""
    text = changes(card(form="weights", training_date=None), [BASE, "meta-llama/Llama-3.1-8B"])
    assert "fine-tuned" not in text
    assert "made from those of" in text
    assert " on " not in text
