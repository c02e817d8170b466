"""`finewarden.callbacks.activation_guard.foreign_hooks`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model
from transformers import model_addition_debugger_context
from transformers.integrations.neftune import activate_neftune

from finewarden.callbacks.activation_guard.foreign_hooks import HookCensus, debugger_problems

pytestmark = pytest.mark.training


def steal(*_: Any) -> None:
    """A hook of somebody's script."""


class Thief:
    """A hook as an object."""

    def __call__(self, *_: Any) -> None: ...

    def method(self, *_: Any) -> None: ...


HOOKS = {
    "function": steal,
    "partial": partial(steal, 1),
    "object": Thief(),
    "method": Thief().method,
    "lambda": lambda *_: None,
}
KINDS = [
    "register_forward_hook",
    "register_forward_pre_hook",
    "register_full_backward_hook",
    "register_full_backward_pre_hook",
]


@pytest.fixture
def model(tiny: ModuleType) -> Any:
    """A tiny model."""
    return tiny.tiny_model()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_a_hook_of_a_script_is_found_and_taken_off(model: Any, hook: Any, kind: str) -> None:
    """In whatever shape and of whatever kind, a hook that no training library wrote is named with its place."""
    getattr(model.model.layers[1], kind)(hook)
    census = HookCensus(model)

    (problem,) = census.problems()
    assert problem.what.startswith(f"a hook from {__name__} stands in model.layers.1._")
    assert problem.mend is not None
    problem.mend()

    assert list(census.problems()) == []


def test_a_hook_on_every_module_is_found(model: Any) -> None:
    """torch's global hooks see every module of the process."""
    handle = torch.nn.modules.module.register_module_forward_hook(steal)
    try:
        (problem,) = HookCensus(model).problems()
    finally:
        handle.remove()

    assert "torch.nn.modules.module._global_forward_hooks" in problem.what


def test_the_hooks_of_training_libraries_are_trusted(model: Any) -> None:
    """transformers' output capture and NEFTune, accelerate, PEFT and torch itself put hooks there."""
    model(input_ids=torch.arange(4)[None], output_hidden_states=True)  # installs the capture hooks, which then rest
    activate_neftune(model, 5.0)
    model.enable_input_require_grads()
    model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", target_modules="all-linear"))
    model.register_forward_hook(partial(torch.nn.utils.parametrize.is_parametrized))

    assert sum(len(module._forward_hooks) for module in model.modules()) >= 5
    assert list(HookCensus(model).problems()) == []


def test_a_package_can_be_trusted_by_name(model: Any) -> None:
    """allow_hooks_from names top-level packages."""
    model.register_forward_hook(steal)

    assert list(HookCensus(model, [__name__.split(".")[0]]).problems()) == []


def test_the_model_debugger_is_found(model: Any, tmp_path: Path) -> None:
    """transformers' debugger of new models dumps every tensor; a model that never met it is clean."""
    assert list(debugger_problems(model)) == []

    with model_addition_debugger_context(model, debug_path=str(tmp_path)):
        (problem,) = debugger_problems(model)

    assert "model_addition_debugger_context is active" in problem.what


def test_a_change_is_noticed_once(model: Any) -> None:
    """Adding, replacing and removing a hook all show, and only until the next look."""
    census = HookCensus(model)
    assert not census.changed()

    handle = model.lm_head.register_forward_hook(steal)
    assert census.changed()
    assert not census.changed()

    handle.remove()
    replacement = model.lm_head.register_forward_hook(steal)
    assert census.changed()

    replacement.remove()
    assert census.changed()
