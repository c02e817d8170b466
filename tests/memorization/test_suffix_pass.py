"""Only the positions that are asked for pass through the output layer, and what comes out is what all of it gives."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from finewarden.memorization.suffix_pass import logits_of

pytestmark = pytest.mark.training

ROWS = [(5, 6, 7, 8, 9), (5, 6), (11, 12, 13)]
COUNTS = [2, 1, 3]


def expected(model: Any) -> Any:
    """Each row alone, all its logits, the last ones kept."""
    import torch

    with torch.no_grad():
        return torch.cat(
            [model(torch.tensor([row])).logits[0, -n:].float() for row, n in zip(ROWS, COUNTS, strict=True)]
        )


def test_the_output_layer_sees_nothing_else(tiny: ModuleType) -> None:
    """Six positions are asked for and six are multiplied by the vocabulary; the hook is gone afterwards."""
    import torch

    model = tiny.tiny_model().eval()
    wanted = expected(model)
    seen: list[torch.Size] = []
    model.lm_head.register_forward_hook(lambda module, args, out: seen.append(out.shape))
    with torch.inference_mode():
        assert torch.allclose(logits_of(model, ROWS, COUNTS), wanted, atol=1e-5)
    assert seen == [torch.Size([1, 6, 259])]
    assert len(model.lm_head._forward_pre_hooks) == 0


@pytest.mark.parametrize("told", ["no layer", "another layer", "the embedding"])
def test_a_model_that_names_another_output_layer_is_read_whole(
    tiny: ModuleType, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the layer that is named is none, is not used, or also embeds ids, all logits are made and then picked."""
    import torch

    model = tiny.tiny_model().eval()
    wanted = expected(model)
    named = {"no layer": None, "another layer": torch.nn.Linear(2, 2), "the embedding": model.model.embed_tokens}[told]
    monkeypatch.setattr(model, "get_output_embeddings", lambda: named)
    with torch.inference_mode():
        assert torch.allclose(logits_of(model, ROWS, COUNTS), wanted, atol=1e-5)


def test_what_comes_after_the_output_layer_is_kept() -> None:
    """Gemma 2 caps its logits behind the output layer; the cap is in what is returned."""
    import torch
    from transformers import Gemma2Config, Gemma2ForCausalLM

    torch.manual_seed(0)
    config = Gemma2Config(
        vocab_size=259,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        final_logit_softcapping=0.05,
        pad_token_id=0,
    )
    model = Gemma2ForCausalLM(config).eval()
    with torch.inference_mode():
        found = logits_of(model, ROWS, COUNTS)
        assert torch.allclose(found, expected(model), atol=1e-5)
        assert found.abs().max() <= 0.05
