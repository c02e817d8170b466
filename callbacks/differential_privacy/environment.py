"""What the training loop itself must offer so that an update can be made private."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from transformers import Trainer

from finewarden.callbacks.refusal import Problem

__all__ = ["environment_problems"]


def environment_problems(trainer: Trainer, optimizer: Any) -> Iterator[Problem]:
    """Why the updates of *trainer* can't be replaced. optimizer: accelerate's wrapper."""
    inner = getattr(optimizer, "optimizer", None)
    if not isinstance(inner, torch.optim.Optimizer):
        yield Problem(
            f"{type(inner).__name__} is no torch.optim.Optimizer: its step can't be watched",
            "use a torch.optim.Optimizer, e.g. optim='adamw_torch'",
        )
    if not any(each.requires_grad for each in trainer.model.parameters()):  # type: ignore[union-attr]
        yield Problem("no parameter of the model is trained", "set requires_grad, or pass a peft_config")
