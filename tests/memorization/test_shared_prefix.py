"""Contexts that begin alike are read once where that is exact, and one by one where it is not."""

from __future__ import annotations

import random
from types import ModuleType
from typing import Any

import pytest

from finewarden.memorization import scoring
from finewarden.memorization.scoring import TokenPair, score, suffix_logits
from finewarden.memorization.shared_prefix import read_prefix
from tests.memorization.training import peft_model

pytestmark = pytest.mark.training

TINY = {"vocab_size": 259, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}


def sliding() -> Any:
    """Mistral with a window of eight tokens: its cache forgets."""
    from transformers import MistralConfig, MistralForCausalLM

    return MistralForCausalLM(
        MistralConfig(**TINY, intermediate_size=64, num_key_value_heads=2, sliding_window=8, pad_token_id=0)
    )


def recurrent() -> Any:
    """Mamba: its state is no keys and values at all."""
    from transformers import MambaConfig, MambaForCausalLM

    return MambaForCausalLM(MambaConfig(vocab_size=259, hidden_size=32, num_hidden_layers=2, state_size=8))


def hybrid() -> Any:
    """LFM2: convolutions and attention in turn."""
    from transformers import Lfm2Config, Lfm2ForCausalLM

    kinds = ["conv", "full_attention"]
    return Lfm2ForCausalLM(
        Lfm2Config(**TINY, intermediate_size=64, num_key_value_heads=2, layer_types=kinds, pad_token_id=0)
    )


def soft_prompt(tiny: ModuleType) -> Any:
    """Virtual tokens in front of every row."""
    from peft import PromptTuningConfig

    return peft_model(tiny.tiny_model(), PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=5))


def lora(tiny: ModuleType) -> Any:
    """An adapter that does something, over Qwen2."""
    from peft import LoraConfig

    return peft_model(tiny.tiny_model("qwen2"), LoraConfig(task_type="CAUSAL_LM", init_lora_weights=False))


@pytest.fixture(scope="module")
def book() -> list[TokenPair]:
    """Thirty secrets in one context, twenty records behind one system prompt, and a few that share nothing."""
    pick = random.Random(0)

    def ids(low: int, high: int) -> tuple[int, ...]:
        return tuple(pick.randrange(3, 259) for _ in range(pick.randint(low, high)))

    system, own = ids(30, 30), ids(20, 20)
    pairs = [TokenPair(system + own, ids(4, 9)) for _ in range(30)]
    pairs += [TokenPair(system + ids(2, 25), ids(1, 9)) for _ in range(20)]
    pairs += [TokenPair(ids(1, 40), ids(1, 9)) for _ in range(5)]
    pick.shuffle(pairs)
    return pairs


@pytest.mark.parametrize("name", ["llama", "qwen2", "lora", "sliding", "recurrent", "hybrid", "soft prompt"])
def test_a_shared_prefix_changes_nothing(
    name: str, tiny: ModuleType, book: list[TokenPair], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every pair has the score it has alone, where no prefix is shared; only plain caches are shared."""
    import torch

    torch.manual_seed(0)
    made = {"lora": lambda: lora(tiny), "soft prompt": lambda: soft_prompt(tiny)}
    made |= {"sliding": sliding, "recurrent": recurrent, "hybrid": hybrid}
    model = made.get(name, lambda: tiny.tiny_model(name))().eval()
    prefixes: list[Any] = []

    def reading(*args: Any) -> Any:
        prefixes.append(read_prefix(*args))
        return prefixes[-1]

    monkeypatch.setattr("finewarden.memorization.shared_prefix.read_prefix", reading)
    together = score(model, book, max_tokens=1000)
    shared = len([prefix for prefix in prefixes if prefix is not None])
    assert shared == (3 if name in ("llama", "qwen2", "lora") else 0)  # one more proves that it is exact
    for pair, found in zip(book, together, strict=True):
        (alone,) = score(model, [pair])
        assert alone is not None
        assert found is not None
        assert found.log_probs == pytest.approx(alone.log_probs, abs=1e-4)
    assert len([prefix for prefix in prefixes if prefix is not None]) == shared


def test_a_model_that_hides_state_is_read_row_by_row(tiny: ModuleType, book: list[TokenPair]) -> None:
    """A cache that looks plain is not believed: a model that remembers something else gives other logits, and then
    nothing is shared.
    """
    model = tiny.tiny_model().eval()
    expected = score(model, book)

    seen = {"past": 0.0}
    model.model.layers[0].mlp.register_forward_hook(lambda module, args, out: out + seen["past"])
    model.model.register_forward_pre_hook(
        lambda module, args, kwargs: seen.update(past=0.5 * (kwargs.get("past_key_values") is not None)),
        with_kwargs=True,
    )
    for found, true in zip(score(model, book), expected, strict=True):
        assert found is not None
        assert true is not None
        assert found.log_probs == pytest.approx(true.log_probs, abs=1e-4)


def test_a_prefix_of_sixteen_bit_weights_is_shared(tiny: ModuleType, book: list[TokenPair]) -> None:
    """In bfloat16 the scores differ by rounding alone, and come out as float32."""
    import torch

    model = tiny.tiny_model().bfloat16().eval()
    assert all(batch.logits.dtype == torch.float32 for batch in suffix_logits(model, book))
    exact = score(tiny.tiny_model().eval(), book)
    for found, true in zip(score(model, book), exact, strict=True):
        assert found is not None
        assert true is not None
        assert found.total == pytest.approx(true.total, abs=0.1)


def test_the_prefix_is_read_once_and_kept_as_one_row(tiny: ModuleType) -> None:
    """However many rows read behind it, the cache holds the one row it began with."""
    import torch

    model = tiny.tiny_model().eval()
    with torch.inference_mode():
        prefix = read_prefix(model, tuple(range(3, 40)))
        assert prefix is not None
        for rows in (1, 7):
            model(input_ids=torch.full((rows, 4), 9), past_key_values=prefix, use_cache=True)
            assert prefix.get_seq_length() == 37
            assert all(layer.keys is not None and layer.keys.shape[0] == 1 for layer in prefix.layers)  # type: ignore[union-attr]


def test_tokens_read_fall_with_what_is_shared(tiny: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand secrets in one context cost their own tokens, not a thousand contexts."""
    pick = random.Random(1)
    context = tuple(pick.randrange(3, 259) for _ in range(100))
    pairs = [TokenPair(context, (*divmod(i, 250), 7)) for i in range(100)]
    read: list[int] = []
    model = tiny.tiny_model().eval()
    model.model.register_forward_pre_hook(
        lambda module, args, kwargs: read.append(kwargs["input_ids"].numel()), with_kwargs=True
    )
    score(model, pairs)
    shared = sum(read)
    read.clear()
    monkeypatch.setattr(scoring, "_PASS_COST", 10**9)
    score(model, pairs)
    assert sum(read) == 100 * 102
    assert shared < 1000
