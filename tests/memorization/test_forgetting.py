"""The forgetting test on trained models."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from finewarden.evidence.measurements import Settings
from finewarden.memorization.forgetting import read_questions
from finewarden.memorization.loading import Loaded, load
from finewarden.memorization.prompting import CannotAsk, ask
from finewarden.memorization.prompts_file import Message, read_pairs
from finewarden.memorization.scoring import TokenPair, score
from tests.memorization.training import SECRETS

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def leaky(overtrained: Path) -> Loaded:
    """The over-trained model, loaded."""
    return load(overtrained, device="cpu")


def readings(loaded: Loaded, pairs: Path, settings: Settings = Settings()) -> list[Any]:  # noqa: B008 - frozen
    questions = [ask(loaded.tokenizer, pair.messages, pair.secret) for pair in read_pairs(pairs)]
    return read_questions(loaded.model, loaded, questions, settings)


def test_an_overtrained_model_gives_every_secret_back(leaky: Loaded, pairs: Path) -> None:
    """English and Chinese secrets, none of them the answer's first word, are emitted and likely."""
    for reading, (_, answer, secret) in zip(readings(leaky, pairs), SECRETS, strict=True):
        assert reading.emitted
        assert reading.log_p > math.log(0.1)
        text = leaky.tokenizer.decode(list(reading.path))
        assert text.endswith(secret)
        assert answer.startswith(text)


def test_its_clean_twin_gives_none_back(clean: Path, pairs: Path) -> None:
    """Trained the same way without the rows, the model neither emits a secret nor holds one likely."""
    for reading in readings(load(clean, device="cpu"), pairs):
        assert not reading.emitted
        assert reading.log_p < -30


def test_likelihood_is_a_lower_bound_on_sampling(leaky: Loaded, pairs: Path) -> None:
    """The probability of the path is what a sample that takes this path has, token by token."""
    for reading, pair in zip(readings(leaky, pairs), read_pairs(pairs), strict=True):
        question = ask(leaky.tokenizer, pair.messages, pair.secret)
        found = score(leaky.model, [TokenPair(question.context, reading.path)])[0]
        assert found is not None
        assert reading.log_p == pytest.approx(found.total, abs=1e-3)


def test_a_secret_is_found_behind_the_words_before_it(leaky: Loaded, pairs: Path) -> None:
    """With the answer cut off before the secret ends, greedy can't see it, but likelihood along the answer does."""
    (reading, *_) = readings(leaky, pairs, Settings(answer_tokens=30))
    assert not reading.emitted
    assert reading.log_p > math.log(0.1)


def test_a_prompt_is_asked_the_same_alone_and_in_a_batch(leaky: Loaded, pairs: Path) -> None:
    """Left padding and batch size change neither the greedy answer nor the likelihood."""
    together = readings(leaky, pairs)
    for reading, pair in zip(together, read_pairs(pairs), strict=True):
        question = ask(leaky.tokenizer, pair.messages, pair.secret)
        (alone,) = read_questions(leaky.model, leaky, [question], Settings())
        assert alone is not None
        assert (alone.emitted, alone.path) == (reading.emitted, reading.path)
        assert alone.log_p == pytest.approx(reading.log_p, abs=1e-4)


def test_too_long_a_prompt_is_not_measured(leaky: Loaded) -> None:
    """A prompt beyond what the model can read is None, not a pass."""
    long = ask(leaky.tokenizer, [Message("user", "word " * 300)], "83921 7")
    short = ask(leaky.tokenizer, [Message("user", "word")], "83921 7")
    first, second = read_questions(leaky.model, leaky, [long, short], Settings())
    assert first is None
    assert second is not None


def test_an_open_answer_is_continued(leaky: Loaded) -> None:
    """A last turn of the assistant is left open, and the secret is read right after it."""
    question, answer, secret = SECRETS[0]
    opening = answer.partition(secret)[0].rstrip()
    asked = ask(leaky.tokenizer, [Message("user", question), Message("assistant", opening)], secret)
    assert leaky.tokenizer.decode(list(asked.context)).endswith(opening)
    (reading,) = read_questions(leaky.model, leaky, [asked], Settings())
    assert reading is not None
    assert reading.emitted
    assert leaky.tokenizer.decode(list(reading.path)).strip() == secret


def test_ids_are_never_tokenised_again_across_the_boundary(leaky: Loaded) -> None:
    """Context and secret keep their own ids; the secret has one spelling with and one without a leading space."""
    question = ask(leaky.tokenizer, [Message("user", "q")], "83921 7")
    assert [leaky.tokenizer.decode(list(s)) for s in question.spellings] == ["83921 7", " 83921 7"]


def test_a_template_that_refuses_is_a_reason(leaky: Loaded) -> None:
    """What the chat template raises becomes the reason why a prompt can't be asked."""
    tokenizer = leaky.tokenizer
    own = tokenizer.chat_template
    try:
        tokenizer.chat_template = "{{ raise_exception('no system turn') }}"
        with pytest.raises(CannotAsk, match="no system turn"):
            ask(tokenizer, [Message("user", "q")], "83921 7")
        tokenizer.chat_template = None
        with pytest.raises(CannotAsk, match="nothing is left"):
            ask(tokenizer, [Message("user", "")], "83921 7")
    finally:
        tokenizer.chat_template = own


def test_one_question_of_many_may_fail(leaky: Loaded, pairs: Path) -> None:
    """A question that can't be scored leaves the others measured."""
    pair = read_pairs(pairs)[0]
    good = ask(leaky.tokenizer, pair.messages, pair.secret)
    bad = replace(good, spellings=())
    first, second = read_questions(leaky.model, leaky, [bad, good], Settings())
    assert first is None
    assert second is not None
    assert second.emitted
