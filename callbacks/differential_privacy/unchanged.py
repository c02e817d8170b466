"""Nothing that is saved may change while examples pass through the model: it would go around clip and noise."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor, nn

__all__ = ["changed", "state_of"]


def state_of(model: nn.Module, *, buffers: bool) -> dict[str, tuple[int, int]]:
    """(identity, version) of each parameter of *model* and, with *buffers*, of each buffer that is saved with it.

    torch counts up a tensor's version with each write to it. Buffers that are not saved may be caches of one sequence.
    """
    return {name: (id(each), 0 if each.is_inference() else each._version) for name, each in _saved(model, buffers)}


def changed(before: dict[str, tuple[int, int]], model: nn.Module, *, buffers: bool) -> list[str]:
    """Names of what was written to, or replaced, since `state_of` returned *before*."""
    now = state_of(model, buffers=buffers)
    return [name for name, state in before.items() if now.get(name) != state]


def _saved(model: nn.Module, buffers: bool) -> Iterator[tuple[str, Tensor]]:
    yield from model.named_parameters()
    for prefix, module in model.named_modules():
        for name, each in module._buffers.items() if buffers else ():
            if each is not None and name not in module._non_persistent_buffers_set:
                yield f"{prefix}.{name}", each
