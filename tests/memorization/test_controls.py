"""The controls: passed by a sound scorer on a model that can copy, failed by a broken one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from finewarden.memorization import controls
from finewarden.memorization.controls import control
from finewarden.memorization.loading import Loaded, load
from finewarden.memorization.scoring import Score, TokenPair, score

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def loaded(overtrained: Path) -> Loaded:
    """A trained model."""
    return load(overtrained, device="cpu")


@pytest.fixture(scope="module")
def pairs(loaded: Loaded) -> list[TokenPair]:
    """Twenty texts, none of them trained on."""
    texts = (f"Order {n * 7919 % 9973} of {name}" for n, name in enumerate(["kettle", "desk", "灯", "lamp"] * 5))
    rows = [tuple(loaded.tokenizer(text, add_special_tokens=False).input_ids) for text in texts]
    return [TokenPair(row[:6], row[6:]) for row in rows]


def test_a_sound_scorer_knows_the_models_own_words(loaded: Loaded, pairs: list[TokenPair]) -> None:
    """All greedy continuations are the likeliest, and a score does not hang on its neighbours."""
    found = control(loaded.model, pairs, loaded.stop_ids)
    assert found.own_asked == found.own_words > 10
    assert found.repeat_difference == pytest.approx(0, abs=1e-3)
    assert found.copies == controls.ASKED
    assert found.copy_gain is not None


def test_the_copy_gain_is_that_of_the_secret_in_its_context(loaded: Loaded, pairs: list[TokenPair]) -> None:
    """Median over the pairs of what the copy adds, in nats a token."""
    pair = pairs[0]
    copy = TokenPair(pair.context + pair.target + pair.context, pair.target)
    plain, copied = score(loaded.model, [pair, copy])
    assert plain is not None
    assert copied is not None
    found = control(loaded.model, [pair], loaded.stop_ids)
    assert found.copy_gain == pytest.approx((copied.total - plain.total) / len(pair.target), abs=1e-4)
    assert found.copied == (copied.total > plain.total)


def test_a_scorer_that_reads_the_wrong_place_is_found(
    loaded: Loaded, pairs: list[TokenPair], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shifted by one position, hardly any of the model's own words is the likeliest."""

    def shifted(model: Any, asked: list[TokenPair], **options: Any) -> list[Score | None]:
        return score(model, [TokenPair(pair.context[:-1] or pair.context, pair.target) for pair in asked], **options)

    monkeypatch.setattr(controls, "score", shifted)
    found = control(loaded.model, pairs, loaded.stop_ids)
    assert found.own_words < found.own_asked / 2


def test_nothing_to_ask_is_said(loaded: Loaded) -> None:
    """Without pairs, or with pairs that can't be scored, the numbers are None and the counts 0."""
    for asked in ([], [TokenPair((1,), (999,))]):
        found = control(loaded.model, asked, loaded.stop_ids)
        assert (found.copies, found.copied, found.copy_gain, found.repeat_difference) == (0, 0, None, None)
