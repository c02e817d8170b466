"""Whether training changed the weights, and left them finite: a run that moved nothing passes every privacy check."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

__all__ = ["all_finite", "marks", "moved", "persistent_buffers"]


def marks(parameters: Sequence[Tensor]) -> list[tuple[float, float]]:
    """Two numbers of each parameter that a change of it changes: the sum and the norm, in float64."""
    return [
        (
            float(each.detach().sum(dtype=torch.float64)),
            float(torch.linalg.vector_norm(each.detach(), dtype=torch.float64)),
        )
        for each in parameters
    ]


def moved(before: Sequence[tuple[float, float]], parameters: Sequence[Tensor]) -> bool:
    """Whether any of *parameters* is not what it was when `marks` returned *before*."""
    return list(before) != marks(parameters)


def persistent_buffers(model: nn.Module) -> dict[str, tuple[float, float]]:
    """`marks` of each floating-point buffer that is saved with *model*, by name."""
    found = {
        f"{prefix}.{name}": each
        for prefix, module in model.named_modules()
        for name, each in module._buffers.items()
        if each is not None and each.is_floating_point() and name not in module._non_persistent_buffers_set
    }
    return dict(zip(found, marks(list(found.values())), strict=True))


def all_finite(parameters: Sequence[Tensor]) -> bool:
    """Whether every number of *parameters* is finite."""
    return all(bool(torch.isfinite(each).all()) for each in parameters)
