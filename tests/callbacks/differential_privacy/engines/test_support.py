"""What is known to be beyond engine "hooks" before the first micro-batch, each with a trainer that has it."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest

from tests.callbacks.differential_privacy.engines.conftest import Make
from tests.callbacks.differential_privacy.engines.micro_batches import trained
from tests.callbacks.runs import Runs

pytestmark = pytest.mark.training


def reasons(trainer: Any) -> str:
    """All reasons why not; empty if supported."""
    from finewarden.callbacks.differential_privacy.engines.support import check_supported

    return "\n".join(check_supported(trainer, trained(trainer)))


@pytest.mark.parametrize("kind", ["plain", "sft"])
def test_what_is_supported_has_no_reason_against_it(make: Make, kind: str) -> None:
    """LoRA on plain Trainer and on SFTTrainer passes; SFTTrainer's own settings of packing do not."""
    assert reasons(make(lora={}, kind=kind)) == ""
    assert reasons(make(lora={"lora_dropout": 0.1}, kind=kind, bf16=True)) == ""


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"label_smoothing_factor": 0.1}, "label_smoothing_factor"),
        ({"torch_compile": True}, "torch_compile"),
        ({"lora": {"use_dora": True}}, "DoRA"),
        ({"lora": {"target_modules": ["embed_tokens"]}}, "lora_embedding_A"),
        ({"lora": {"modules_to_save": ["lm_head"]}, "kind": "sft"}, "output embeddings"),
        ({"lora": {}, "kind": "sft", "packing": True}, "packing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.filterwarnings("ignore:.*packing.*attention:UserWarning")
def test_each_setting_that_is_beyond_it_is_named(make: Make, settings: dict[str, Any], word: str) -> None:
    """A loss, setting or module that can't be taken apart is a reason."""
    assert word in reasons(make(**{"lora": {}, **settings}))


def test_other_losses_are_refused(make: Make, runs: Runs) -> None:
    """DPO, a compute_loss of one's own and compute_loss_func: nobody says that they are means over tokens."""
    from transformers import Trainer

    assert "DPOTrainer has its own compute_loss" in reasons(runs.trainer("dpo", lora=True))

    class Own(Trainer):
        def compute_loss(self, *args: Any, **kwargs: Any) -> Any:
            return super().compute_loss(*args, **kwargs)

    own = make(lora={})
    own.__class__ = Own
    assert "Own has its own compute_loss" in reasons(own)
    patched = make(lora={})
    patched.compute_loss = patched.compute_loss
    assert "has its own compute_loss" in reasons(patched)
    given = make(lora={})
    given.compute_loss_func = lambda *args, **kwargs: None
    assert "compute_loss_func" in reasons(given)


def test_other_models_are_refused(make: Make, tiny: ModuleType) -> None:
    """A classifier, an experts' balancing loss and a loss function of one's own are reasons."""
    from transformers import LlamaForSequenceClassification

    config = tiny.tiny_model(hidden=32).config
    assert "LlamaForSequenceClassification is not a causal" in reasons(make(LlamaForSequenceClassification(config)))
    experts = make(lora={})
    experts.model.config.output_router_logits = True
    assert "mixture of experts" in reasons(experts)
    other = make()
    other.model.loss_function = lambda **kwargs: None
    assert "ForCausalLMLoss" in reasons(other)


def test_modules_that_are_not_plain_are_named_with_their_parameters(make: Make) -> None:
    """A trained subclass of nn.Linear, a replaced forward, a coupled embedding and a stray parameter are reasons."""
    import torch
    from torch import nn

    class Odd(nn.Linear):
        def forward(self, x: Any) -> Any:
            return super().forward(x) * 2

    trainer = make()
    layers = trainer.model.model.layers
    layers[0].mlp.up_proj.__class__ = Odd
    layers[0].mlp.down_proj.forward = layers[0].mlp.down_proj.forward
    layers[1].mlp.norm = nn.LayerNorm(4)
    nn.utils.parametrizations.weight_norm(layers[1].self_attn.o_proj)
    trainer.model.model.embed_tokens.scale_grad_by_freq = True
    text = reasons(trainer)
    assert "model.layers.0.mlp.up_proj.weight: Odd is not a plain nn.Linear" in text
    assert "model.layers.0.mlp.down_proj.weight: its forward was replaced" in text
    assert "model.layers.1.mlp.norm.weight, model.layers.1.mlp.norm.bias: LayerNorm" in text
    assert "o_proj.parametrizations.weight.original0" in text
    assert "model.embed_tokens.weight: its max_norm, scale_grad_by_freq or sparse" in text

    from finewarden.callbacks.differential_privacy.engines.support import check_supported

    assert "owned by no module" in "".join(check_supported(make(lora={}), [nn.Parameter(torch.zeros(1))]))


def test_unsloth_is_refused(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Unsloth is imported its kernels may read any adapter's weight."""
    trainer = make(lora={})
    monkeypatch.setitem(sys.modules, "unsloth", ModuleType("unsloth"))
    assert "Unsloth" in reasons(trainer)


def test_an_engine_that_can_not_hold_is_not_made(make: Make) -> None:
    """HooksEngine itself refuses with all reasons, so that nobody gets round the check."""
    from finewarden.callbacks.differential_privacy.engines.hooks import HooksEngine
    from finewarden.callbacks.refusal import GuardRefusal

    trainer = make(lora={"use_dora": True}, label_smoothing_factor=0.1)
    with pytest.raises(GuardRefusal, match=r"(?s)label_smoothing_factor.*DoRA"):
        HooksEngine(trainer)
