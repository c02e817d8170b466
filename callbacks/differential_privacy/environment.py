"""What the training loop itself must offer so that an update can be made private."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from transformers import EarlyStoppingCallback, Trainer

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
    if trainer.eval_dataset is not None and trainer.eval_dataset is trainer.train_dataset:
        plateau = trainer.args.lr_scheduler_type in ("reduce_lr_on_plateau", "greedy")
        stops = any(isinstance(each, EarlyStoppingCallback) for each in trainer.callback_handler.callbacks)
        if plateau or stops or trainer.args.load_best_model_at_end:
            yield Problem(
                "the learning rate, the end of training or the choice of a checkpoint follows an evaluation on the "
                "training data, without noise",
                "evaluate on other data, or take a fixed schedule (lr_scheduler_type='constant', no early stopping, "
                "load_best_model_at_end=False)",
            )
    if not any(each.requires_grad for each in trainer.model.parameters()):  # type: ignore[union-attr]
        yield Problem("no parameter of the model is trained", "set requires_grad, or pass a peft_config")
