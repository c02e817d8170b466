"""Which modules hold the trained parameters, and their forward passes while gradients are kept apart."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn

from finewarden.callbacks.differential_privacy.engines import captured_layers
from finewarden.callbacks.differential_privacy.engines.captured_layers import Keep
from finewarden.callbacks.refusal import GuardRefusal, Problem

__all__ = ["GUARD", "MICROBATCH", "Capture", "names_of", "owners", "refuse_outside", "why_not"]

GUARD = "DifferentialPrivacyCallback"
MICROBATCH = 'set engine="microbatch", which is exact on every path that ends in p.grad'

Layer = Callable[[Any, Tensor, Keep], Tensor]
Owners = list[tuple[str, nn.Module]]


def owners(model: nn.Module, parameters: Sequence[Tensor]) -> Owners:
    """(name, module) of each module of *model* that owns one of *parameters*; a shared parameter has several owners."""
    wanted = {id(each) for each in parameters}
    return [
        (name, module)
        for name, module in model.named_modules()
        if any(id(each) in wanted for each in module._parameters.values())
    ]


def why_not(module: nn.Module) -> str | None:
    """Why the gradients of *module*'s parameters can't be kept apart; None if they can."""
    if "forward" in vars(module):
        return "its forward was replaced on the instance"
    if _layer(module) is None:
        return f"{type(module).__name__} is not a plain nn.Linear, nn.Embedding or RMSNorm"
    if isinstance(module, nn.Embedding) and (module.max_norm is not None or module.scale_grad_by_freq or module.sparse):
        return "its max_norm, scale_grad_by_freq or sparse couples the examples of a batch"
    return None


class Capture:
    """Keeps each example's gradients apart for the length of one backward pass, and leaves the modules as they were.

    Args:
        model: the model that holds *parameters*.
        parameters: what is trained. Their modules must all pass `why_not`.
    """

    def __init__(self, model: nn.Module, parameters: Sequence[Tensor]) -> None:
        self._owners = owners(model, parameters)

    @contextmanager
    def rows(self, count: int, length: int) -> Iterator[dict[Tensor, Tensor]]:
        """Within: a backward pass of *count* rows of *length* tokens fills the dictionary with (count, *shape) tensors.

        A parameter used several times (tied, or in a loop) has its uses added up. Raises GuardRefusal, out of the
        forward pass, where a module gets something else than these rows.
        """
        found: dict[Tensor, Tensor] = {}

        def keep(parameter: Tensor, gradient: Tensor) -> None:
            before = found.get(parameter)
            found[parameter] = gradient if before is None else before.float() + gradient.float()

        replaced: list[nn.Module] = []
        try:
            for name, module in self._owners:
                layer, reason = _layer(module), why_not(module)
                if layer is None or reason is not None:
                    raise GuardRefusal(GUARD, [Problem(f"{name}: {reason}", MICROBATCH)])
                # Straight into the instance's dictionary: nn.Module.__setattr__ costs ten times as much.
                vars(module)["forward"] = functools.partial(_forward, name, module, layer, (count, length), keep)
                replaced.append(module)
            yield found
        finally:
            for module in replaced:
                del vars(module)["forward"]


def _forward(name: str, module: nn.Module, layer: Layer, rows: tuple[int, int], keep: Keep, x: Tensor) -> Tensor:
    # Both dimensions: tokens of all rows in one dimension (experts, packing) may happen to be as many as the rows.
    if tuple(x.shape[:2]) != rows:
        what = (
            f"{name} gets an input of shape {tuple(x.shape)}, not the {rows[0]} rows of {rows[1]} tokens of its batch"
        )
        raise GuardRefusal(GUARD, [Problem(f"{what}: whose gradient is whose can't be told", MICROBATCH)])
    return layer(module, x, keep)


def _layer(module: nn.Module) -> Layer | None:
    """How the gradients of *module* are kept apart, if they can be."""
    kind, own = type(module), {name: each for name, each in module._parameters.items() if each is not None}
    if "weight" not in own or not own.keys() <= {"weight", "bias"}:
        return None  # weight_norm and its like compute the weight from other parameters
    if kind.forward is nn.Linear.forward:
        return captured_layers.linear
    if kind.forward is nn.Embedding.forward:
        return captured_layers.embedding
    # transformers writes one for each architecture; what they do with their one weight is proven on the first batch.
    if kind.__name__.endswith("RMSNorm") and kind is not nn.RMSNorm and "bias" not in own and own["weight"].ndim == 1:
        return captured_layers.norm
    return None


def names_of(model: nn.Module, parameters: Sequence[Tensor]) -> list[str]:
    """The name of each of *parameters* in *model*."""
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    return [names.get(id(each), "a parameter outside the model") for each in parameters]


def refuse_outside(model: nn.Module, parameters: Sequence[Tensor]) -> None:
    """Raise GuardRefusal if a backward under `Capture.rows` left a gradient on one of *parameters*, and remove them."""
    outside = [each for each in parameters if each.grad is not None]
    for each in parameters:
        each.grad = None
    if outside:
        what = (
            f"{', '.join(names_of(model, outside))}: got a gradient by a path past the module (a fused kernel, or code "
            "that reads the weight itself), which no example's clip would hold"
        )
        raise GuardRefusal(GUARD, [Problem(what, MICROBATCH)])
