"""One forward pass whose output layer sees only the positions that are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

    from finewarden.memorization.shared_prefix import SharedPrefix

__all__ = ["logits_of"]


def logits_of(
    model: Any, rows: Sequence[tuple[int, ...]], targets: Sequence[int], prefix: SharedPrefix | None = None
) -> Tensor:
    """The logits, float32 of shape [sum of *targets*, vocabulary], at the last ``targets[i]`` tokens of each of *rows*.

    Rows are padded on the right, which is exact for every causal model whatever its positions or state. *prefix* is
    what was read before each row. The positions are picked in front of the output layer, row by row, so neither padding
    nor context is ever multiplied by the vocabulary. Call it in inference mode.
    """
    import torch

    device = next(model.parameters()).device
    width = max(map(len, rows))
    ids = torch.tensor([row + (0,) * (width - len(row)) for row in rows], device=device)
    before = prefix.get_seq_length() if prefix is not None else 0
    mask = torch.tensor([[1] * (before + len(row)) + [0] * (width - len(row)) for row in rows], device=device)
    places = [
        (i, at) for i, (row, n) in enumerate(zip(rows, targets, strict=True)) for at in range(len(row) - n, len(row))
    ]
    which, column = torch.tensor(places, device=device).T
    picked = False

    def pick(_: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
        nonlocal picked
        if not args or args[0].ndim != 3 or not args[0].is_floating_point():
            return args  # called for something else, such as to embed ids
        picked = True
        return (_at(args[0], which, column, width)[None], *args[1:])

    head = model.get_output_embeddings()
    handle = head.register_forward_pre_hook(pick) if head is not None else None
    try:
        cache = {"use_cache": False} if prefix is None else {"past_key_values": prefix, "use_cache": True}
        logits = model(input_ids=ids, attention_mask=mask, **cache).logits
    finally:
        if handle is not None:
            handle.remove()
    return (logits[0] if picked else _at(logits, which, column, width)).float()


def _at(states: Tensor, which: Tensor, column: Tensor, width: int) -> Tensor:
    """States of shape [rows, positions, size] at the places asked for. Counted from the end, they stay right when a
    soft prompt puts virtual tokens in front.
    """
    which, column = which.to(states.device), column.to(states.device)
    return states[which, states.shape[1] - width + column]
