"""A prefix that many rows share, read once. Imports torch and transformers: import it where they are needed.

The prefix's keys and values stay one row. Each layer of each pass widens them to the batch and forgets them, so a pass
needs the memory of one widened layer, not of all, and the same prefix serves any number of passes.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from transformers import Cache, DynamicCache
from transformers.cache_utils import DynamicLayer

__all__ = ["SharedPrefix", "read_prefix"]


class _SharedLayer(DynamicLayer):  # type: ignore[no-untyped-call]
    """One layer's keys and values of the prefix, [1, heads, tokens, size]; never changed by what reads them."""

    def __init__(self, keys: Tensor, values: Tensor) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.keys, self.values = keys, values
        self.dtype, self.device, self.is_initialized = keys.dtype, keys.device, True

    def update(self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        """The prefix before each row of the batch."""
        assert self.keys is not None
        assert self.values is not None
        rows = len(key_states)
        return (
            torch.cat([self.keys.expand(rows, -1, -1, -1), key_states], -2),
            torch.cat([self.values.expand(rows, -1, -1, -1), value_states], -2),
        )


class SharedPrefix(Cache):
    """A cache that holds a prefix for a batch of any size."""

    def __init__(self, layers: list[DynamicLayer]) -> None:
        super().__init__(layers=[_SharedLayer(*_states(layer)) for layer in layers])


def read_prefix(model: Any, ids: tuple[int, ...]) -> SharedPrefix | None:
    """Read *ids* once. None when the model's state is more than keys and values of every token: sliding windows,
    linear attention, layers that share what others hold. Call it in inference mode.
    """
    device = next(model.parameters()).device
    cache = getattr(model(input_ids=torch.tensor([ids], device=device), use_cache=True), "past_key_values", None)
    layers = cache.layers if type(cache) is DynamicCache else []
    plain = [layer for layer in layers if type(layer) is DynamicLayer and layer.is_initialized]
    whole = (1, len(ids))
    if (
        not plain
        or len(plain) < len(layers)
        or any((len(states), states.shape[-2]) != whole for layer in plain for states in _states(layer))
    ):
        return None
    return SharedPrefix(plain)


def _states(layer: DynamicLayer) -> tuple[Tensor, Tensor]:
    assert layer.keys is not None
    assert layer.values is not None
    return layer.keys, layer.values
