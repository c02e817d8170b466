"""`finewarden.callbacks.activation_guard.watch`."""

from __future__ import annotations

from contextlib import nullcontext
from contextlib import suppress as suppress_errors
from types import ModuleType
from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model
from torch._dynamo.testing import CompileCounterWithBackend
from transformers import AutoModelForSequenceClassification

from finewarden.callbacks.activation_guard.watch import ForwardWatch, watched_modules

pytestmark = pytest.mark.training

IDS = torch.arange(12).reshape(2, 6)


class Found(Exception):
    """What a watch reports in these tests: (where, kept)."""


def report(where: str, kept: str) -> None:
    raise Found(where, kept)


def watch(model: Any, **settings: Any) -> ForwardWatch:
    """A watch over *model* and what is within."""
    defaults = {"suppress": False, "caches": True, "logits_are_logits": True}
    return ForwardWatch(watched_modules({"model": model}), report, **{**defaults, **settings})


@pytest.fixture
def model(tiny: ModuleType) -> Any:
    """A tiny model in training mode, without a cache."""
    made = tiny.tiny_model().train()
    made.config.use_cache = False
    return made


def learn(model: Any, **kwargs: Any) -> Any:
    """A forward and a backward pass."""
    output = model(input_ids=IDS, labels=IDS, **kwargs)
    (output.loss if hasattr(output, "loss") else output[0]).backward()
    return output


def test_the_model_its_backbone_and_what_wraps_them_are_watched(model: Any) -> None:
    """Each root and each PreTrainedModel within it, once, by its path; PEFT's wrapper is a root."""
    adapted = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", target_modules="all-linear"))

    modules = watched_modules({"model": adapted, "model_wrapped": adapted})

    assert list(modules) == ["model", "model.base_model.model", "model.base_model.model.model"]


def test_ordinary_training_passes(model: Any) -> None:
    """A clean forward pass is looked at and let through, with mappings and with tuples."""
    watcher = watch(model)
    assert not watcher.seen

    with watcher.open():
        learn(model)
        learn(model, return_dict=False)

    assert watcher.seen


@pytest.mark.parametrize(
    ("kwargs", "kept"),
    [
        ({"output_hidden_states": True}, "hidden_states"),
        ({"output_hidden_states": True, "return_dict": False}, "hidden_states"),
        ({"use_cache": True}, "past_key_values"),
    ],
)
def test_a_call_that_asks_for_activations_is_reported(model: Any, kwargs: dict[str, Any], kept: str) -> None:
    """The innermost model that returns them is named: that is where they are first seen."""
    with watch(model).open(), pytest.raises(Found, match=rf"model\.model.*{kept}"):
        learn(model, **kwargs)


def test_a_call_of_the_backbone_itself_is_reported(model: Any) -> None:
    """Calling model.model(...) around the outermost model escapes nothing."""
    with watch(model).open(), pytest.raises(Found):
        model.model(input_ids=IDS, output_hidden_states=True)


def test_a_model_within_an_adapter_is_reported(model: Any) -> None:
    """PEFT's wrapper passes calls on; the models within are watched."""
    adapted = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", target_modules="all-linear"))

    with watch(adapted).open(), pytest.raises(Found, match="hidden_states"):
        learn(adapted, output_hidden_states=True)


def test_hidden_states_in_logits_are_reported_where_they_can_be_told(model: Any) -> None:
    """A head that returns its input is found, unless the trainer is of the kind that computes from hidden states."""
    model.lm_head.forward = lambda hidden: hidden

    with watch(model).open(), pytest.raises(Found, match=r"hidden states in \.logits"):
        model(input_ids=IDS)
    with watch(model, logits_are_logits=False).open():
        model(input_ids=IDS)


def test_a_classifier_is_not_mistaken(tiny: ModuleType, base_model: Any) -> None:
    """A model without a vocabulary to compare with has no hidden states in its logits."""
    classifier = AutoModelForSequenceClassification.from_pretrained(base_model, num_labels=64)

    with watch(classifier, caches=False).open():
        classifier(input_ids=IDS)


def test_a_cache_is_reported_only_where_gradients_are_computed(model: Any) -> None:
    """Generating needs a cache: in evaluation, and in training mode without gradients, as GRPO generates."""
    with watch(model).open():
        model.generate(IDS, max_new_tokens=2, do_sample=False, eos_token_id=None)  # generate runs without gradients
        model.eval()
        model(input_ids=IDS, use_cache=True)
        with pytest.raises(Found):
            model(input_ids=IDS, use_cache=True, output_hidden_states=True)


def test_a_model_that_works_through_the_cache_may_have_one(model: Any) -> None:
    """caches=False is for prompt and prefix tuning."""
    with watch(model, caches=False).open():
        learn(model, use_cache=True)


@pytest.mark.parametrize("kwargs", [{"output_hidden_states": True}, {"output_attentions": True}, {"use_cache": True}])
def test_suppressing_asks_for_nothing_in_the_first_place(model: Any, kwargs: dict[str, Any]) -> None:
    """With suppress, a call that asks for activations goes through and gets none."""
    model.set_attn_implementation("eager")

    with watch(model, suppress=True).open():
        output = learn(model, **kwargs)

    assert (output.hidden_states, output.attentions, output.past_key_values) == (None, None, None)


def test_what_can_not_be_suppressed_is_reported(model: Any) -> None:
    """A model that hands out hidden states whatever it is asked is still found."""
    backbone = type(model.model).forward

    def leak(self: Any, *args: Any, **kwargs: Any) -> Any:
        output = backbone(self, *args, **kwargs)
        output["hidden_states"] = (output.last_hidden_state,)
        return output

    model.model.forward = leak.__get__(model.model)

    with watch(model, suppress=True).open(), pytest.raises(Found, match="hidden_states"):
        learn(model)


@pytest.mark.parametrize("suppress", [False, True])
@pytest.mark.parametrize("error", [None, ValueError(), KeyboardInterrupt()])
def test_no_hook_is_left(model: Any, error: BaseException | None, suppress: bool) -> None:
    """Whatever ends it, the hooks are gone and a call for hidden states is free again."""
    watcher = watch(model, suppress=suppress)

    with suppress_errors(type(error)) if error else nullcontext(), watcher.open():
        assert model._forward_hooks
        if error:
            raise error

    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())
    assert model(input_ids=IDS, output_hidden_states=True).hidden_states


def test_gradient_checkpointing_is_watched(model: Any) -> None:
    """With recomputed activations a clean step passes and a call for hidden states is reported."""
    # transformers renamed it in 5.23.
    getattr(model, "activation_checkpointing_enable", model.gradient_checkpointing_enable)()

    with watch(model).open():
        learn(model)
        with pytest.raises(Found):
            learn(model, output_hidden_states=True)


# dynamo asks each tensor for .grad, and hides the warning from everyone but those who turn warnings into errors.
compiles = pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor:UserWarning")


@compiles
@pytest.mark.parametrize("suppress", [False, True])
def test_compiling_takes_one_graph_without_a_break(model: Any, suppress: bool) -> None:
    """Under torch.compile with fullgraph=True the watched model is one graph, traced once, and is looked at."""
    torch._dynamo.reset()
    counter = CompileCounterWithBackend("eager")
    compiled = torch.compile(model, backend=counter, fullgraph=True)
    watcher = watch(model, suppress=suppress)

    with watcher.open():
        learn(compiled)
        watcher.seen = False
        learn(compiled)

    assert counter.frame_count == 1
    assert watcher.seen


@compiles
@pytest.mark.parametrize("before", [False, True], ids=["fresh", "compiled before the watch"])
def test_a_compiled_model_is_still_watched(model: Any, before: bool) -> None:
    """A compiled model that is asked for hidden states is reported, also if it was traced before the hooks came."""
    torch._dynamo.reset()
    compiled = torch.compile(model, backend="eager")
    if before:
        learn(compiled)

    with watch(model).open():
        learn(compiled)
        with pytest.raises(Found):
            learn(compiled, output_hidden_states=True)

    assert learn(compiled, output_hidden_states=True).hidden_states  # and free again after


@compiles
@pytest.mark.parametrize("suppress", [False, True])
def test_a_compiled_model_is_left_in_peace_after(model: Any, suppress: bool) -> None:
    """A graph traced with the hooks in it neither reports nor suppresses once the watch is closed."""
    torch._dynamo.reset()
    compiled = torch.compile(model, backend="eager")
    with watch(model, suppress=suppress).open():
        learn(compiled)
        if suppress:
            assert learn(compiled, output_hidden_states=True).hidden_states is None

    assert learn(compiled, output_hidden_states=True).hidden_states
    assert learn(compiled, use_cache=True).past_key_values is not None
