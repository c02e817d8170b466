"""`finewarden.callbacks.activation_guard.outputs`."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
import torch
from transformers import MixtralConfig, MixtralForCausalLM, T5Config, T5ForConditionalGeneration
from transformers.modeling_outputs import CausalLMOutput, ModelOutput

from finewarden.callbacks.activation_guard.outputs import kept_by

pytestmark = pytest.mark.training

IDS = torch.arange(12).reshape(2, 6)


@pytest.fixture(scope="module")
def llama(tiny: ModuleType) -> Any:
    """A tiny Llama (64 wide, vocabulary of 259) that can hand out attentions."""
    model = tiny.tiny_model()
    model.set_attn_implementation("eager")
    return model


def forward(model: Any, **kwargs: Any) -> Any:
    """The output of one forward pass; without a cache unless asked for."""
    return model(input_ids=IDS, **{"use_cache": False, **kwargs})


BAD = [
    ({"output_hidden_states": True}, "hidden_states"),
    ({"output_hidden_states": [1]}, "hidden_states"),
    ({"output_attentions": True}, "attentions"),
    ({"use_cache": True}, "past_key_values"),
    ({"output_hidden_states": True, "return_dict": False}, "a nested tuple of tensors"),
    ({"use_cache": True, "return_dict": False}, "past_key_values"),
]


@pytest.mark.parametrize(("kwargs", "kept"), BAD)
@pytest.mark.parametrize("part", ["whole", "backbone"])
def test_what_remembers_activations_is_named(llama: Any, part: str, kwargs: dict[str, Any], kept: str) -> None:
    """Hidden states, attentions and caches are found in mappings and tuples, of the model and of its backbone."""
    model = llama if part == "whole" else llama.model

    assert kept_by(forward(model, **kwargs), caches=True, hidden_size=64 if part == "whole" else None) == kept


@pytest.mark.parametrize("return_dict", [True, False])
@pytest.mark.parametrize("labels", [None, IDS], ids=["without labels", "with labels"])
def test_an_ordinary_output_is_clean(llama: Any, return_dict: bool, labels: Any) -> None:
    """Loss and logits are what training needs."""
    output = forward(llama, labels=labels, return_dict=return_dict)

    assert kept_by(output, caches=True, hidden_size=64) is None


@pytest.mark.parametrize("return_dict", [True, False])
def test_the_result_of_a_backbone_is_clean(llama: Any, return_dict: bool) -> None:
    """`last_hidden_state` is what a backbone is called for (TRL computes its loss from it)."""
    assert kept_by(forward(llama.model, return_dict=return_dict), caches=True, hidden_size=None) is None


def test_a_cache_counts_only_where_asked(llama: Any) -> None:
    """While a model generates its cache is needed; activations count all the same."""
    assert kept_by(forward(llama, use_cache=True), caches=False) is None
    assert kept_by(forward(llama, use_cache=True, return_dict=False), caches=False) is None
    assert kept_by(forward(llama, use_cache=True, output_hidden_states=True), caches=False) == "hidden_states"


def test_the_empty_attentions_of_sdpa_are_clean(tiny: ModuleType) -> None:
    """SDPA answers output_attentions with nothing, as an empty tuple or one of Nones: nothing is kept."""
    output = CausalLMOutput(logits=torch.zeros(2, 6, 259))

    for nothing in ((), (None, None), [(), (None,)]):
        output["attentions"] = nothing
        assert kept_by(output, caches=True, hidden_size=64) is None


@pytest.mark.parametrize("hidden_size", [64, None])
@pytest.mark.parametrize("output_class", [lambda logits: CausalLMOutput(logits=logits), lambda logits: (logits,)])
def test_hidden_states_in_the_place_of_logits_are_found(output_class: Any, hidden_size: int | None) -> None:
    """Logits as wide as the model are hidden states, unless the caller can't tell the two apart."""
    found = kept_by(output_class(torch.zeros(2, 6, 64)), caches=True, hidden_size=hidden_size)

    assert found == (None if hidden_size is None else "hidden states in .logits")
    assert kept_by(output_class(torch.zeros(2, 6, 259)), caches=True, hidden_size=hidden_size) is None
    assert kept_by(output_class(torch.zeros(2, 64)), caches=True, hidden_size=hidden_size) is None  # a classifier's


class EmptyLogits:
    """What Unsloth returns for logits that it did not compute: every attribute is a function that raises."""

    def __getattribute__(self, name: str) -> Any:
        if name == "__class__":  # isinstance asks for it
            return EmptyLogits
        raise NotImplementedError(name)


def test_stand_ins_for_logits_are_not_touched() -> None:
    """Anything in `.logits` but a tensor is left alone, not even asked for an attribute."""
    output = ModelOutput(loss=torch.zeros(()))
    output["logits"] = EmptyLogits()

    assert kept_by(output, caches=True, hidden_size=64) is None
    assert kept_by((torch.zeros(()), EmptyLogits()), caches=True, hidden_size=64) is None


@pytest.mark.parametrize("return_dict", [True, False])
def test_router_logits_are_clean(return_dict: bool) -> None:
    """A mixture of experts hands out router logits for its auxiliary loss; hidden states beside them are found."""
    config = MixtralConfig(
        vocab_size=50,
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        num_local_experts=2,
    )
    model = MixtralForCausalLM(config)
    kwargs = {"output_router_logits": True, "return_dict": return_dict}

    clean = forward(model, labels=IDS, **kwargs)
    bad = forward(model, labels=IDS, output_hidden_states=True, **kwargs)

    assert kept_by(clean, caches=True, hidden_size=16) is None
    assert kept_by(bad, caches=True, hidden_size=16) is not None


def test_encoder_and_decoder_are_both_looked_at() -> None:
    """An encoder-decoder model names its hidden states by part; its encoder's result is no finding."""
    config = T5Config(vocab_size=50, d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2, decoder_start_token_id=0)
    model = T5ForConditionalGeneration(config)

    clean = forward(model, labels=IDS)
    bad = forward(model, labels=IDS, output_hidden_states=True)

    assert clean.encoder_last_hidden_state is not None
    assert kept_by(clean, caches=True, hidden_size=16) is None
    assert kept_by(bad, caches=True, hidden_size=16) in {"decoder_hidden_states", "encoder_hidden_states"}


def test_other_outputs_are_none_of_our_business() -> None:
    """A tensor or anything else that is neither mapping nor tuple is clean."""
    assert kept_by(torch.zeros(2, 3, 64), caches=True, hidden_size=64) is None
    assert kept_by(None, caches=True, hidden_size=64) is None
