"""Whether training changed the weights, and left them finite: a run that moved nothing passes every privacy check."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

__all__ = ["all_finite", "marks", "moved"]


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


def all_finite(parameters: Sequence[Tensor]) -> bool:
    """Whether every number of *parameters* is finite."""
    return all(bool(torch.isfinite(each).all()) for each in parameters)
