"""Batched greedy answers against a loop that takes the likeliest token, one prompt and one token at a time."""

from __future__ import annotations

import math
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from finewarden.evidence.measured.common import Sampler
from finewarden.memorization.greedy import greedy_answers
from finewarden.memorization.loading import Loaded, load
from finewarden.memorization.near import near
from finewarden.memorization.sampled_texts import sampled_texts
from finewarden.memorization.scoring import TokenPair, score

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def loaded(overtrained: Path) -> Loaded:
    """A trained model: its answers stop by themselves, and not all at the same place."""
    return load(overtrained, device="cpu")


def test_greedy_is_the_argmax_loop(loaded: Loaded) -> None:
    """Contexts of different lengths in one batch: the same ids as the loop, each with its own log-probability."""
    import torch

    texts = ("Hello", "怎么申请退款", "W", "<|im_start|>user\n怎么申请退款？<|im_end|>\n<|im_start|>assistant\n")
    contexts = [tuple(loaded.tokenizer(text, add_special_tokens=False).input_ids) for text in texts]
    watch = [(1, 2, 3), (), (7,), (65, 258)]
    answers = greedy_answers(loaded.model, contexts, watch=watch, answer_tokens=90, stop_ids=loaded.stop_ids)
    stopped = 0
    for context, watched, answer in zip(contexts, watch, answers, strict=True):
        ids, log_probs, others = list(context), [], []
        while len(log_probs) < 90:
            with torch.no_grad():
                logits = loaded.model(torch.tensor([ids])).logits[0, -1].double().log_softmax(-1)
            others.append([float(logits[token]) for token in watched])
            token = int(logits.argmax())
            if token in loaded.stop_ids:
                stopped += 1
                break
            ids.append(token)
            log_probs.append(float(logits[token]))
        assert answer is not None
        assert answer.ids == tuple(ids[len(context) :])
        assert answer.log_probs == pytest.approx(log_probs, abs=1e-4)
        assert len(answer.watched) == len(others)
        for found, expected in zip(answer.watched, others, strict=True):
            assert found == pytest.approx(expected, abs=1e-3)
    assert stopped


def test_answers_agree_with_the_scoring_core(loaded: Loaded) -> None:
    """What generation says of its tokens, padded left and cached, scoring says too, padded right and not."""
    contexts = [tuple(loaded.tokenizer(text).input_ids) for text in ("Do you", "可以", "x")]
    answers = greedy_answers(loaded.model, contexts, watch=[()] * 3, answer_tokens=30, stop_ids=loaded.stop_ids)
    said = [(context, answer) for context, answer in zip(contexts, answers, strict=True) if answer and answer.ids]
    assert said
    scores = score(loaded.model, [TokenPair(context, answer.ids) for context, answer in said])
    for (_, answer), found in zip(said, scores, strict=True):
        assert found is not None
        assert all(found.likeliest)
        assert found.log_probs == pytest.approx(answer.log_probs, abs=1e-4)


def test_what_cannot_be_answered_is_not_measured(tiny: ModuleType) -> None:
    """An empty context, an unknown id or NaN gives None, and the others their answers."""
    import torch

    model = tiny.tiny_model().eval()
    with torch.no_grad():
        model.get_input_embeddings().weight[7] = math.nan
    contexts = [(), (1, 2), (1, 259), (7, 1), (1, 2)]
    answers = greedy_answers(model, contexts, watch=[(1,), (1,), (1,), (1,), (300,)], answer_tokens=4, stop_ids=(258,))
    assert [answer is None for answer in answers] == [True, False, True, True, True]


def test_no_room_for_the_answer_is_not_measured() -> None:
    """Absolute positions end: a context that leaves no room gives None at each of the three, and never an error."""
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(n_positions=24, n_embd=8, n_layer=1, n_head=1, vocab_size=259, bos_token_id=1, eos_token_id=258)
    model = GPT2LMHeadModel(config).eval()
    loaded = SimpleNamespace(tokenizer=_Decoding(), stop_ids=(258,))
    contexts = [(1,) * length for length in (30, 24, 21, 20, 1)]
    answers = greedy_answers(model, contexts, watch=[()] * 5, answer_tokens=4, stop_ids=())
    assert [answer is None for answer in answers] == [True, True, True, False, False]
    said = sampled_texts(model, loaded, contexts, sampler=Sampler(), tokens=4, seed=0)  # type: ignore[arg-type]
    assert [text is None for text in said] == [True, True, True, False, False]
    close = near(model, loaded, [TokenPair(context, (5, 6, 7, 8)) for context in contexts])  # type: ignore[arg-type]
    assert [each is None for each in close] == [True, True, True, True, False]


class _Decoding:
    """Ids as text, one character each."""

    def decode(self, ids: list[int], **_: object) -> str:
        return "".join(map(chr, ids))

    def batch_decode(self, rows: Any, **_: object) -> list[str]:
        return [self.decode(row) for row in rows.tolist()]
