"""The scoring core against an independent loop: one pair at a time, no padding, double precision softmax."""

from __future__ import annotations

import math
import random
from types import ModuleType
from typing import Any

import pytest

from finewarden.evidence.measured.common import Sampler
from finewarden.memorization.extraction import suffix_log_probability
from finewarden.memorization.membership import min_k, min_k_plus_plus
from finewarden.memorization.scoring import TokenPair, score, suffix_logits
from tests.memorization.training import peft_model

pytestmark = pytest.mark.training


@pytest.fixture(scope="module", params=["llama", "qwen2", "gpt2"])
def model(request: pytest.FixtureRequest, tiny: ModuleType) -> Any:
    """Random weights say nothing sensible, and all the more of them is sensitive to a wrong position."""
    if request.param == "gpt2":  # learned absolute positions
        import torch
        from transformers import GPT2Config, GPT2LMHeadModel

        torch.manual_seed(0)
        return GPT2LMHeadModel(GPT2Config(vocab_size=259, n_embd=32, n_layer=2, n_head=2, n_positions=256)).eval()
    return tiny.tiny_model(request.param).eval()


@pytest.fixture(scope="module")
def mixed() -> list[TokenPair]:
    """Forty pairs of very different lengths, so that any batch pads."""
    pick = random.Random(0)

    def ids(low: int, high: int) -> tuple[int, ...]:
        return tuple(pick.randrange(259) for _ in range(pick.randint(low, high)))

    return [TokenPair(ids(1, 90), ids(1, 30)) for _ in range(40)]


def naive(model: Any, pair: TokenPair) -> list[float]:
    """Log-probability of each target token: one forward pass a token, softmax by its definition in double precision."""
    import torch

    found = []
    for at, token in enumerate(pair.target):
        with torch.no_grad():
            last = model(torch.tensor([pair.context + pair.target[:at]])).logits[0, -1].double().tolist()
        top = max(last)
        found.append(last[token] - top - math.log(math.fsum(math.exp(x - top) for x in last)))
    return found


def test_scores_equal_the_naive_loop(model: Any, mixed: list[TokenPair]) -> None:
    """Every token's log-probability equals the one of an unbatched, unpadded, uncached loop to 1e-4."""
    for pair, found in zip(mixed[:8], score(model, mixed[:8]), strict=True):
        assert found is not None
        assert found.log_probs == pytest.approx(naive(model, pair), abs=1e-4)
        assert found.total == pytest.approx(math.fsum(naive(model, pair)), abs=1e-3)


@pytest.mark.parametrize("max_tokens", [1, 97, 400, 100_000])
def test_batch_size_changes_nothing(model: Any, mixed: list[TokenPair], max_tokens: int) -> None:
    """Alone, in small batches or all at once, in any order: the same numbers to 1e-4."""
    alone = [score(model, [pair])[0] for pair in mixed]
    order = list(range(len(mixed)))
    random.Random(1).shuffle(order)
    batched = score(model, [mixed[i] for i in order], max_tokens=max_tokens)
    for i, found in zip(order, batched, strict=True):
        expected = alone[i]
        assert found is not None
        assert expected is not None
        assert found.log_probs == pytest.approx(expected.log_probs, abs=1e-4)


def test_likeliest_marks_what_greedy_decoding_emits(model: Any, mixed: list[TokenPair]) -> None:
    """A target is likeliest throughout exactly when it is the greedy continuation."""
    import torch

    for pair in mixed[:10]:
        ids = list(pair.context)
        for _ in range(5):
            with torch.no_grad():
                ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
        greedy = tuple(ids[len(pair.context) :])
        other = (*greedy[:4], (greedy[4] + 1) % 259)
        (right, wrong) = score(model, [TokenPair(pair.context, greedy), TokenPair(pair.context, other)])
        assert right is not None
        assert wrong is not None
        assert right.likeliest == (True,) * 5
        assert wrong.likeliest == (True,) * 4 + (False,)


def test_logits_cover_the_targets_and_no_more(model: Any, mixed: list[TokenPair]) -> None:
    """Each pass yields one row of logits a target token, within its bound of tokens, and each pair once."""
    seen: list[int] = []
    for batch in suffix_logits(model, mixed, max_tokens=300):
        assert batch.logits.shape == (sum(len(mixed[i].target) for i in batch.indices), 259)
        assert batch.targets.tolist() == [token for i in batch.indices for token in mixed[i].target]
        width = max(len(mixed[i].context) + len(mixed[i].target) for i in batch.indices)
        assert len(batch.indices) * width <= 300
        seen += batch.indices
    assert sorted(seen) == list(range(len(mixed)))


@pytest.mark.parametrize(
    "pair", [TokenPair((), (1,)), TokenPair((1,), ()), TokenPair((1,), (259,)), TokenPair((-1,), (1,))]
)
def test_what_cannot_be_scored_is_not_measured(model: Any, pair: TokenPair) -> None:
    """An empty side or an id outside the vocabulary is None, never a probability, and spares its neighbours."""
    good = TokenPair((1, 2), (3,))
    before, missing, after = score(model, [good, pair, good])
    assert missing is None
    assert before == after
    assert before is not None


def test_nan_is_not_measured(tiny: ModuleType) -> None:
    """A model broken for one token gives None for the pairs that hold it and true scores for the others."""
    import torch

    model = tiny.tiny_model().eval()
    good, bad = TokenPair((1, 2), (3, 4)), TokenPair((7, 2), (3, 4))
    expected = score(model, [good])[0]
    with torch.no_grad():
        model.get_input_embeddings().weight[7] = math.nan
    assert score(model, [bad, good, bad]) == [None, expected, None]


def test_a_budget_of_nothing_is_refused(model: Any) -> None:
    """max_tokens below one names what is allowed."""
    with pytest.raises(ValueError, match="max_tokens: got 0, allowed"):
        score(model, [TokenPair((1,), (2,))], max_tokens=0)


def test_soft_prompts_do_not_shift_the_positions(tiny: ModuleType) -> None:
    """Prompt tuning puts virtual tokens in front; the target's own positions are still the ones that are read."""
    from peft import PromptTuningConfig

    model = peft_model(tiny.tiny_model(), PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=5)).eval()
    pairs = [TokenPair((1, 2, 3), (4, 5)), TokenPair((8,), (9, 1, 7))]
    for pair, found in zip(pairs, score(model, pairs), strict=True):
        assert found is not None
        assert found.log_probs == pytest.approx(naive(model, pair), abs=1e-4)


def test_padding_side_changes_nothing(tiny: ModuleType, mixed: list[TokenPair]) -> None:
    """Scored by hand with padding on the left, as generation pads, the same numbers come out to 1e-4."""
    import torch

    for family in ("llama", "qwen2"):
        model = tiny.tiny_model(family).eval()
        rows = [pair.context + pair.target for pair in mixed]
        width = max(map(len, rows))
        ids = torch.tensor([(0,) * (width - len(row)) + row for row in rows])
        mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in rows])
        with torch.no_grad():
            positions = (mask.cumsum(-1) - 1).clamp(min=0)
            logits = model(input_ids=ids, attention_mask=mask, position_ids=positions).logits.log_softmax(-1)
        for row, pair, found in zip(logits, mixed, score(model, mixed), strict=True):
            targets = torch.tensor(pair.target)
            left = row[-len(targets) - 1 : -1].gather(1, targets[:, None])[:, 0]
            assert found is not None
            assert found.log_probs == pytest.approx(left.tolist(), abs=1e-4)


def test_sampler_and_statistics_are_those_of_one_target_alone(model: Any, mixed: list[TokenPair]) -> None:
    """Batched on the device, in one pass, they equal the public functions on one target's logits to 1e-5."""
    sampler = Sampler(temperature=0.8, top_k=250, top_p=0.999)
    found = score(model, mixed, sampler=sampler, statistics=["min_k", "min_k_plus_plus"])
    finite = 0
    for batch in suffix_logits(model, mixed, max_tokens=1):
        (index,) = batch.indices
        one = found[index]
        assert one is not None
        log_probs = batch.logits.double().log_softmax(-1).gather(1, batch.targets[:, None])[:, 0]
        expected = suffix_log_probability(batch.logits, batch.targets, **sampler.model_dump())
        finite += math.isfinite(expected)
        assert one.sampled == pytest.approx(expected, abs=1e-4)
        assert one.min_k == pytest.approx(min_k(log_probs, 0.2), abs=1e-5)
        assert one.min_k_plus_plus == pytest.approx(min_k_plus_plus(batch.logits, batch.targets, 0.2), abs=1e-5)
        assert one.mean == pytest.approx(float(log_probs.mean()), abs=1e-5)
    assert 0 < finite < len(mixed)


def test_what_was_not_asked_for_is_none(model: Any) -> None:
    """No sampler, no statistic: their fields stay None; an unknown statistic is refused."""
    (found,) = score(model, [TokenPair((1,), (2, 3))])
    assert found is not None
    assert (found.sampled, found.min_k, found.min_k_plus_plus) == (None, None, None)
    with pytest.raises(ValueError, match="statistics: got 'zlib', allowed"):
        score(model, [], statistics=["zlib"])  # type: ignore[list-item]


def test_progress_ends_at_all_of_them(model: Any, mixed: list[TokenPair]) -> None:
    """It rises from pass to pass, and pairs that can't be scored are done too."""
    told: list[tuple[int, int]] = []
    score(model, [*mixed, TokenPair((), (1,))], max_tokens=200, progress=lambda *each: told.append(each))
    assert told == sorted(told)
    assert len(told) > 5
    assert told[-1] == (41, 41)


def test_more_than_the_model_can_read_is_not_measured(tiny: ModuleType) -> None:
    """1,024 positions read 1,024 tokens and predict one more; the next is None, not a guess."""
    fits, long = TokenPair((1,) * 1000, (2,) * 25), TokenPair((1,) * 1000, (2,) * 26)
    found = score(tiny.tiny_model().eval(), [fits, long])
    assert [one is None for one in found] == [False, True]
