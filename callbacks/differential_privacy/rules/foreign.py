"""What can be seen of a DP engine that is not ours: Opacus' own objects, wherever a trainer keeps them.

Opacus is not imported: its classes are known by name, so that the guard runs where it is absent, or a fork.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from torch import nn
from transformers import Trainer

__all__ = ["ForeignEngine", "foreign_engine", "innermost", "is_named"]


def is_named(thing: object, *names: str) -> bool:
    """Whether the class of *thing*, or one that it derives from, has one of *names* in its name."""
    return any(name in cls.__name__ for cls in type(thing).__mro__ for name in names)


@dataclass(frozen=True)
class ForeignEngine:
    """Parts of somebody else's DP engine; None where a part can't be seen.

    optimizer: Opacus' DPOptimizer. hooks: its GradSampleHooks or GradSampleModule. accountant: an Opacus accountant,
    with `sample_rate` as it is told in each step. target_epsilon, delta: what the user was promised.
    """

    optimizer: Any
    hooks: Any
    accountant: Any
    sample_rate: float | None
    target_epsilon: float | None
    delta: float | None

    @property
    def ghost(self) -> bool:
        """Whether it clips by norms alone, in two backward passes."""
        return is_named(self.hooks, "FastGradientClipping")

    @property
    def accounted(self) -> int | None:
        """Optimizer steps that the accountant holds."""
        return None if self.accountant is None else sum(steps for _, _, steps in self.accountant.history)


def foreign_engine(trainer: Trainer, model: nn.Module, optimizer: Any) -> ForeignEngine | None:
    """The DP engine in *trainer* as far as it can be seen; None when nothing can."""
    while optimizer is not None and not is_named(optimizer, "DPOptimizer"):
        optimizer = getattr(optimizer, "optimizer", None)
    hooks = next(_hooks(model), None)
    accountant, sample_rate = _accountant(trainer, optimizer)
    if optimizer is None and hooks is None and accountant is None:
        return None
    promised = getattr(trainer, "privacy_args", None)  # DPTrainer and dp-transformers alike
    return ForeignEngine(
        optimizer=optimizer,
        hooks=hooks,
        accountant=accountant,
        sample_rate=sample_rate,
        target_epsilon=getattr(promised, "target_epsilon", None),
        delta=getattr(promised, "target_delta", None),
    )


def innermost(optimizer: Any) -> Any:
    """The optimizer that moves the weights, within accelerate's wrapper and a DPOptimizer's."""
    while True:
        inner = getattr(optimizer, "original_optimizer", None) or getattr(optimizer, "optimizer", None)
        if inner is None:
            return optimizer
        optimizer = inner


def _hooks(model: nn.Module) -> Iterator[Any]:
    for module in model.modules():
        for hook in module._forward_hooks.values():
            owner = getattr(hook, "__self__", None)
            if is_named(owner, "GradSample"):
                yield owner


def _accountant(trainer: Trainer, optimizer: Any) -> tuple[Any, float | None]:
    hook = getattr(optimizer, "step_hook", None)
    closure: dict[str, Any] = {}
    if inspect.isfunction(hook):
        closure = dict(inspect.getclosurevars(hook).nonlocals)
    holders = [trainer, getattr(hook, "__self__", None), *trainer.callback_handler.callbacks]
    held = [value for holder in holders if hasattr(holder, "__dict__") for value in vars(holder).values()]
    held += [vars(each)["accountant"] for each in held if is_named(each, "PrivacyEngine")]
    accountant = next((each for each in [*closure.values(), *held] if _is_accountant(each)), None)
    sample_rate = closure.get("sample_rate")
    if sample_rate is None and accountant is not None and accountant.history:
        sample_rate = accountant.history[-1][1]
    return accountant, sample_rate


def _is_accountant(thing: object) -> bool:
    return callable(getattr(thing, "get_epsilon", None)) and isinstance(getattr(thing, "history", None), list)
