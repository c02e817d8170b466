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
        return float(self._add([gradients], torch.ones(1, dtype=torch.float64))[0])

    def add_batch(self, gradients: Sequence[Tensor | None], scale: Tensor) -> Tensor:
        """Add B units. gradients: one a parameter, (B, *shape), None for zero.

        scale: (B,), multiplies a unit's gradient before the clip; 0 adds nothing, whatever the gradient. Returns the
        (B,) norms before the clip, after the scale: float64, on the CPU.
        """
        rows = [None if each is None else each.unbind() for each in gradients]
        units = [[None if each is None else each[unit] for each in rows] for unit in range(len(scale))]
        return self._add(units, scale.detach().double().cpu())

    def clear(self) -> None:
        """Begin the next update."""
        torch._foreach_zero_(self.sums)

    def _add(self, units: Sequence[Sequence[Tensor | None]], scale: Tensor) -> Tensor:
        # All norms first: the device is waited for once.
        norms = torch.stack([_norm([each for each in unit if each is not None]) for unit in units]).double().cpu()
        norms = torch.where(scale == 0, 0.0, norms * scale)
        for unit, norm, factor in zip(units, norms.tolist(), scale.tolist(), strict=True):
            if math.isfinite(norm) and norm > 0:
                factor = factor * min(1.0, self.max_grad_norm / norm)
                pairs = [(total, each) for total, each in zip(self.sums, unit, strict=True) if each is not None]
                torch._foreach_add_([pair[0] for pair in pairs], [pair[1].float() for pair in pairs], alpha=factor)
        return norms


def _norm(tensors: Sequence[Tensor]) -> Tensor:
    """The L2 norm of *tensors* as one vector, exact to 1e-6 at any number of elements: a scalar on their device."""
    if not tensors:
        return torch.zeros(())
    device = tensors[0].device
    if device.type != "cpu":
        return _in_double(tensors, device)
    parts = [part for each in tensors for part in _blocks(each)]
    norm = torch.linalg.vector_norm(torch.cat(parts), dtype=torch.float64)
    # 1e20 has no square in float32.
    return norm if math.isfinite(norm) else _in_double(tensors, device)


def _in_double(tensors: Sequence[Tensor], device: torch.device) -> Tensor:
    precision = torch.float32 if device.type == "mps" else torch.float64
    norms = torch._foreach_norm(list(tensors), 2, dtype=precision)
    norm: Tensor = torch.linalg.vector_norm(torch.stack([each.to(device) for each in norms]))
    return norm


def _blocks(tensor: Tensor) -> list[Tensor]:
    """The norms of all blocks of BLOCK elements of *tensor*, and of what is left: one-dimensional, float32 or finer."""
    flat = tensor.reshape(-1)
    flat = flat if flat.dtype == torch.float64 else flat.float()
    whole = flat.numel() // BLOCK * BLOCK
    norms = [torch.linalg.vector_norm(flat[:whole].view(-1, BLOCK), dim=1)] if whole else []
    return [*norms, torch.linalg.vector_norm(flat[whole:]).view(1)] if whole < flat.numel() else norms
