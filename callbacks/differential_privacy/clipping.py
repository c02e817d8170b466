"""The clipped sum of one update: each privacy unit adds a vector of L2 norm at most C, whatever its gradient was."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

__all__ = ["ClippedSum"]


class ClippedSum:
    """Sum over units i of g_i · min(1, C / ‖g_i‖₂), where g_i runs over all *parameters* as one vector (flat clipping).

    Abadi et al. 2016, arXiv 1607.00133, algorithm 1. Kept in float32 whatever the parameters' type: the rounding of
    bfloat16 is 0.4 %, and a sum that rounds depends on the order of its terms. A unit whose gradient is not finite adds
    nothing; skipping the step instead would tell that the unit was drawn.

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
        pairs = [(total, gradient) for total, gradient in zip(self.sums, gradients, strict=True) if gradient is not None]
        if not pairs:
            return 0.0
        totals, given = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        norms = torch._foreach_norm(given, 2, dtype=_precision(given[0]))
        norm = float(torch.linalg.vector_norm(torch.stack([each.to(norms[0].device) for each in norms])))
        if math.isfinite(norm):
            torch._foreach_add_(totals, [each.float() for each in given], alpha=_factor(norm, self.max_grad_norm))
        return norm

    def add_batch(self, gradients: Sequence[Tensor], scale: Tensor) -> Tensor:
        """Add B units. gradients: one a parameter, (B, *shape); scale: (B,), multiplies a unit's gradient before the clip.

        Returns the (B,) norms before the clip, after the scale.
        """
        squares = torch.zeros_like(scale, dtype=_precision(scale))
        for each in gradients:
            squares += torch.linalg.vector_norm(each.flatten(1), dim=1, dtype=squares.dtype).square().to(squares.device)
        norms = squares.sqrt() * scale
        finite = torch.isfinite(norms)
        factors = torch.where(norms > self.max_grad_norm, self.max_grad_norm / norms, 1.0) * scale
        weights = torch.where(finite, factors, 0.0).float()
        for total, each in zip(self.sums, gradients, strict=True):
            known = each if bool(finite.all()) else torch.nan_to_num(each, nan=0.0, posinf=0.0, neginf=0.0)
            total += torch.einsum("b,bn->n", weights.to(total.device), known.flatten(1).float()).view_as(total)
        return norms

    def clear(self) -> None:
        """Begin the next update."""
        torch._foreach_zero_(self.sums)


def _factor(norm: float, bound: float) -> float:
    return bound / norm if norm > bound else 1.0


def _precision(like: Tensor) -> torch.dtype:
    """float64 where the device has it, so that the norm of a billion numbers is exact to 1e-6 and 1e30 has a square."""
    return torch.float32 if like.device.type == "mps" else torch.float64
