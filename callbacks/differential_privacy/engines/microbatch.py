"""Engine "microbatch": one privacy unit a micro-batch, so that `p.grad` *is* its gradient.

Exact on every path that ends in `p.grad`: fused kernels (Unsloth), 4-bit bases, checkpointing of both kinds, tied
weights, `torch.compile`, custom autograd functions. Costs what batching would have gained; see benchmarks.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor

from finewarden.callbacks.differential_privacy.clipping import ClippedSum
from finewarden.callbacks.differential_privacy.engines import Backward

__all__ = ["MicroBatchEngine"]


class MicroBatchEngine:
    """One unit a backward pass. The mean loss over the rows of a unit depends on that unit alone."""

    name = "microbatch"

    def add(self, backward: Backward, inputs: dict[str, Any], total: ClippedSum) -> Tensor:
        """See `Engine`."""
        loss = backward(inputs)
        total.add([parameter.grad for parameter in total.parameters])
        for parameter in total.parameters:
            parameter.grad = None
        return loss
