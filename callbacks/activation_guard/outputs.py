"""What a forward pass hands back beyond what training needs: the check of one output.

Pure functions that `torch.compile` traces without a graph break: plain isinstance tests, no formatting, no attribute of
anything but tensors (Unsloth's stand-in for logits hands out a function that raises, whatever the attribute).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor
from transformers.cache_utils import Cache

__all__ = ["ACTIVATIONS", "CACHES", "kept_by"]

# Fields of transformers' output classes that hold activations of inner layers. Absent on purpose: `router_logits`, from
# which mixture-of-experts models compute their auxiliary loss, `image_hidden_states`, which vision-language models
# always return, and `last_hidden_state`, which is a backbone's actual result.
ACTIVATIONS = frozenset(
    {
        "hidden_states",
        "attentions",
        "cross_attentions",
        "encoder_hidden_states",
        "encoder_attentions",
        "decoder_hidden_states",
        "decoder_attentions",
    }
)
# Fields that hold a cache of keys and values, or the state that takes its place in recurrent models.
CACHES = frozenset({"past_key_values", "cache_params", "mems"})


def kept_by(output: object, *, caches: bool, hidden_size: int | None = None) -> str | None:
    """The name of the first thing in a module's *output* that remembers activations; None for a clean output.

    output: a mapping (ModelOutput) or a tuple (`return_dict=False`), of which nested tuples of tensors are activations.
    caches: whether a key-value cache counts (it does where gradients are computed, and is needed for generating).
    hidden_size: the width H of the model, when its logits have another; logits of shape (..., H) are hidden states then
    (what Unsloth's UNSLOTH_RETURN_HIDDEN_STATES puts there). None skips that check.
    """
    if isinstance(output, tuple):
        return _in_tuple(output, caches, hidden_size)
    if isinstance(output, (dict, Mapping)):
        return _in_mapping(output, caches, hidden_size)
    return None


def _in_mapping(output: Mapping[str, Any], caches: bool, hidden_size: int | None) -> str | None:
    for name, value in output.items():
        if name in ACTIVATIONS:
            if _holds(value):
                return name
        elif name in CACHES:
            if caches and _holds(value):
                return name
        elif name == "logits" and _is_hidden(value, hidden_size):
            return "hidden states in .logits"
    return None


def _in_tuple(output: tuple[Any, ...], caches: bool, hidden_size: int | None) -> str | None:
    first = True  # of the tensors with a sequence dimension: that one is the logits
    for value in output:
        if isinstance(value, Tensor):
            if first and value.dim() >= 3:
                first = False
                if _is_hidden(value, hidden_size):
                    return "hidden states in .logits"
        elif isinstance(value, (tuple, list)):
            if _holds(value) and not _routes(value):
                return "a nested tuple of tensors"
        elif caches and isinstance(value, Cache):
            return "past_key_values"
    return None


def _holds(value: object) -> bool:
    """Anything but None, an empty sequence (what SDPA returns for attentions) or a sequence of such."""
    if isinstance(value, (tuple, list)):
        for item in value:  # noqa: SIM110 - torch.compile traces the loop, not the generator
            if _holds(item):
                return True
        return False
    return value is not None


def _is_hidden(value: object, hidden_size: int | None) -> bool:
    return hidden_size is not None and isinstance(value, Tensor) and value.dim() >= 3 and value.shape[-1] == hidden_size


def _routes(value: tuple[Any, ...] | list[Any]) -> bool:
    """Router logits of all layers: (tokens, experts) each, where activations have a batch and a sequence dimension."""
    for item in value:  # noqa: SIM110 - as above
        if not isinstance(item, Tensor) or item.dim() != 2:
            return False
    return True
