"""What the training loop itself must offer so that an update can be made private."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from transformers import EarlyStoppingCallback, Trainer

from finewarden.callbacks.differential_privacy.data_fingerprint import row_hashes
from finewarden.callbacks.differential_privacy.private_loader import PrivateLoader
from finewarden.callbacks.differential_privacy.settings import Settings
from finewarden.callbacks.refusal import Problem
from finewarden.callbacks.trainer_of import model_of

__all__ = ["environment_problems", "not_ours"]


def not_ours(trainer: Trainer, loader: Any, settings: Settings) -> Problem | None:
    """Why the callback that has *settings* does not feed *trainer*. loader: its `get_train_dataloader`."""
    alike = [
        each for each in trainer.callback_handler.callbacks if isinstance(getattr(each, "settings", None), Settings)
    ]
    if len(alike) > 1:
        what = f"the trainer has {len(alike)} DifferentialPrivacyCallbacks: each would clip and add noise"
        return Problem(what, "pass one")
    if not isinstance(loader, PrivateLoader):
        return Problem(
            "the callback was added to a trainer that was made without it: its loader draws no Poisson sample",
            "pass it when the trainer is made: Trainer(..., callbacks=[DifferentialPrivacyCallback(...)])",
        )
    if loader.settings != settings:
        other = [name for name, value in vars(settings).items() if vars(loader.settings)[name] != value]
        return Problem(
            f"the checkpoint restored the callback with another {', '.join(other)} than the script gives",
            "set restore_callback_states_from_checkpoint=False, or resume with the settings of the checkpoint",
        )
    return None


def environment_problems(trainer: Trainer, optimizer: Any) -> Iterator[Problem]:
    """Why the updates of *trainer* can't be replaced. optimizer: accelerate's wrapper."""
    inner = getattr(optimizer, "optimizer", None)
    if not isinstance(inner, torch.optim.Optimizer):
        yield Problem(
            f"{type(inner).__name__} is no torch.optim.Optimizer: its step can't be watched",
            "use a torch.optim.Optimizer, e.g. optim='adamw_torch'",
        )
    plateau = trainer.args.lr_scheduler_type in ("reduce_lr_on_plateau", "greedy")
    stops = any(isinstance(each, EarlyStoppingCallback) for each in trainer.callback_handler.callbacks)
    if (plateau or stops or trainer.args.load_best_model_at_end) and _evaluates_on_training_data(trainer):
        yield Problem(
            "the learning rate, the end of training or the choice of a checkpoint follows an evaluation on the "
            "training data, without noise",
            "evaluate on other data, or take a fixed schedule (lr_scheduler_type='constant', no early stopping, "
            "load_best_model_at_end=False)",
        )
    if not any(each.requires_grad for each in model_of(trainer).parameters()):
        yield Problem("no parameter of the model is trained", "set requires_grad, or pass a peft_config")


def _evaluates_on_training_data(trainer: Trainer) -> bool:
    held = trainer.eval_dataset
    sets = list(held.values()) if isinstance(held, dict) else [held] if held is not None else []
    trained = set(row_hashes(trainer.train_dataset)) if sets else set()
    return any(not trained.isdisjoint(row_hashes(each)) for each in sets)
