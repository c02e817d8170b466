"""How the gradient of each example is got from a micro-batch: an engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from torch import Tensor

from finewarden.callbacks.differential_privacy.clipping import ClippedSum

__all__ = ["Backward", "Engine"]

# The trainer's own training_step on one micro-batch: forward, mean loss, backward. Returns the detached loss.
Backward = Callable[[dict[str, Any]], Tensor]


class Engine(Protocol):
    """Turns a micro-batch into clipped gradients of its units."""

    name: str

    def add(self, backward: Backward, inputs: dict[str, Any], total: ClippedSum) -> Tensor:
        """Run *backward* on *inputs*, add each unit's clipped gradient to *total*, leave every `p.grad` None.

        Returns the loss, detached, as *backward* gave it: the mean over the tokens of the micro-batch.
        """
