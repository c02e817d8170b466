"""Hooks on the model that no training library put there: each one sees every activation it is called with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from torch import nn
from torch.nn.modules import module as torch_module

from finewarden.callbacks.refusal import Problem

__all__ = ["TRUSTED", "HookCensus", "debugger_problems"]

# Whose hooks are part of training: transformers' output capture (inert until asked, and what it captures is seen in the
# output) and NEFTune, accelerate's placement, PEFT's adapters, TRL's casts and offloading, parallel wrappers in torch.
TRUSTED = (
    "accelerate",
    "bitsandbytes",
    "deepspeed",
    "finewarden",
    "liger_kernel",
    "peft",
    "torch",
    "transformers",
    "trl",
)
UNSLOTH = "unsloth"  # by prefix: its compiled modules are named unsloth_compiled_module_...

KINDS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
GLOBAL_KINDS = tuple(f"_global{kind}" for kind in KINDS)


class HookCensus:
    """All hooks of a model, and which of them are foreign.

    allowed: further packages whose hooks are trusted. The hooks are counted in each step (`changed`, a fraction of a
    millisecond for thousands of modules) and judged one by one (`problems`) only when the count says so.
    """

    def __init__(self, model: nn.Module, allowed: Sequence[str] = ()) -> None:
        self._allowed = frozenset((*TRUSTED, *allowed))
        self._places: list[tuple[str, dict[int, Any]]] = [
            (f"{name or type(model).__name__}.{kind}", vars(module)[kind])
            for name, module in model.named_modules()
            for kind in KINDS
        ]
        self._places += [(f"torch.nn.modules.module.{kind}", getattr(torch_module, kind)) for kind in GLOBAL_KINDS]
        self._hooks = [hooks for _, hooks in self._places]
        self._count = self._sum()

    def changed(self) -> bool:
        """Whether a hook was added, removed or replaced since the last call."""
        before, self._count = self._count, self._sum()
        return self._count != before

    def problems(self) -> Iterator[Problem]:
        """Each hook of a package that is not trusted, with its place."""
        for place, hooks in self._places:
            for key, hook in list(hooks.items()):
                origin = _origin(hook)
                package = origin.split(".")[0]
                if package not in self._allowed and not package.startswith(UNSLOTH):
                    yield Problem(
                        what=f"a hook from {origin} stands in {place}: it is handed activations of the training data",
                        remedy=f"remove the hook before training, or trust it: allow_hooks_from=({package!r},)",
                        mend=partial(hooks.pop, key, None),
                    )

    def _sum(self) -> int:
        # Keys are serial numbers that torch never gives twice, so that a replacement shows as well.
        return sum(sum(hooks) for hooks in self._hooks if hooks)


def debugger_problems(model: nn.Module) -> Iterator[Problem]:
    """transformers' `model_addition_debugger_context`, which replaces `forward` and writes whole tensors to disk."""
    if any("_call_tree" in vars(module) for module in model.modules()):
        yield Problem(
            what="model_addition_debugger_context is active: inputs and outputs of every module are written to disk",
            remedy="train outside of model_addition_debugger_context, on a model that was never within it",
        )


def _origin(hook: Any) -> str:
    """The module in which a hook was written: through partials, bound methods and callable objects."""
    while isinstance(hook, partial):
        hook = hook.func
    if isinstance(hook, nn.Module) or not hasattr(hook, "__name__"):
        hook = type(hook)
    return str(getattr(hook, "__module__", None) or "an unknown module")
