"""The clipped sum of one update: each privacy unit adds a vector of L2 norm at most C, whatever its gradient was."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

__all__ = ["ClippedSum"]

# So many squares are added up in float32 before float64 takes over: at most a few dozen roundings of 6e-8 in a row. A
# sum of 50 million in float32 is 0.4 % off; all in float64 costs 27 times as much on a CPU (45 ms for 12 million).
BLOCK = 256
# Gradients of fewer elements a unit are copied together: a call costs more than the copy.
SMALL = 1 << 16


class ClippedSum:
    """Sum over units i of g_i · min(1, C / ‖g_i‖₂), where g_i runs over all *parameters* as one vector (flat clipping).

    Abadi et al. 2016, arXiv 1607.00133, algorithm 1. Kept in float32 whatever the parameters' type: the rounding of
    bfloat16 is 0.4 %, and a sum that rounds depends on the order of its terms. No matrix product is used: TF32 and its
    like round the factors, and with them the bound. A unit whose gradient is not finite adds nothing; skipping the step
    instead would tell that the unit was drawn.

    Args:
        parameters: what is trained; every one of them is in the clip.
        max_grad_norm: C, above 0; infinity clips nothing (for tests without noise).
    """

    def __init__(self, parameters: Sequence[Tensor], max_grad_norm: float) -> None:
        self.parameters = list(parameters)
        self.max_grad_norm = max_grad_norm
        self.sums = [torch.zeros_like(each, dtype=torch.float32) for each in self.parameters]

    def add(self, gradients: Sequence[Tensor | None]) -> float:
        """Add one unit. gradients: one a parameter, of its shape, None for zero. Returns the norm before the clip."""
        one = [None if each is None else each.unsqueeze(0) for each in gradients]
        return float(self.add_batch(one, torch.ones(1))[0])

    def add_batch(self, gradients: Sequence[Tensor | None], scale: Tensor) -> Tensor:
        """Add B units. gradients: one a parameter, (B, *shape), None for zero.

        scale: (B,), multiplies a unit's gradient before the clip; 0 adds nothing, whatever the gradient. Returns the
        (B,) norms before the clip, after the scale: float64, on the CPU.
        """
        pairs = [(total, each) for total, each in zip(self.sums, gradients, strict=True) if each is not None]
        if not pairs:
            return torch.zeros(len(scale), dtype=torch.float64)
        totals, given = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        scale = scale.detach().double().cpu()
        # All norms first: the device is waited for once.
        norms = torch.where(scale == 0, 0.0, _norms(given).double().cpu() * scale)
        rows = [each.unbind() for each in given]
        for unit, (norm, factor) in enumerate(zip(norms.tolist(), scale.tolist(), strict=True)):
            if math.isfinite(norm) and norm > 0:
                own = [each[unit].float() for each in rows]
                torch._foreach_add_(totals, own, alpha=factor * min(1.0, self.max_grad_norm / norm))
        return norms

    def clear(self) -> None:
        """Begin the next update."""
        torch._foreach_zero_(self.sums)


def _norms(gradients: Sequence[Tensor]) -> Tensor:
    """The L2 norm of each unit over all *gradients* (B, *shape), exact to 1e-6 at any number of elements: (B,)."""
    device = gradients[0].device
    if device.type != "cpu":
        precision = torch.float32 if device.type == "mps" else torch.float64
        units = [torch._foreach_norm(list(unit), 2, dtype=precision) for unit in zip(*gradients, strict=True)]
        table = torch.stack([torch.stack([each.to(device) for each in unit]) for unit in units])
        return _norm(table, dim=1)
    flat = [each.reshape(len(each), -1) for each in gradients]
    small = [each for each in flat if each.shape[1] < SMALL]
    joined = [*(each for each in flat if each.shape[1] >= SMALL), *([torch.cat(small, dim=1)] if small else [])]
    norms = _norm(torch.cat([_blocks(each) for each in joined], dim=1), dim=1, dtype=torch.float64)
    for unit in torch.isfinite(norms).logical_not().nonzero().flatten().tolist():  # 1e20 has no square in float32
        norms[unit] = _norm(torch.stack([_norm(each[unit], dim=0, dtype=torch.float64) for each in joined]), dim=0)
    return norms


def _blocks(rows: Tensor) -> Tensor:
    """The norms of all blocks of BLOCK elements of each of *rows* (B, n), and of what is left: float32 or finer."""
    rows = rows if rows.dtype == torch.float64 else rows.float()
    whole = rows.shape[1] // BLOCK * BLOCK
    blocks = rows[:, :whole].view(len(rows), whole // BLOCK, BLOCK)
    return torch.cat([_norm(blocks, dim=2), _norm(rows[:, whole:], dim=1).unsqueeze(1)], dim=1)


def _norm(tensor: Tensor, dim: int, dtype: torch.dtype | None = None) -> Tensor:
    norm: Tensor = torch.linalg.vector_norm(tensor, dim=dim, dtype=dtype)
    return norm
