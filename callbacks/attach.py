"""`attach(trainer, policy)`: the release card on a trainer that already stands, one line before `trainer.train()`."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from transformers import Trainer

from finewarden.callbacks.release_card import ReleaseCardCallback
from finewarden.policy import Policy
from finewarden.release.finalize import resolve_policy

__all__ = ["attach"]

T = TypeVar("T", bound=Trainer)


def attach(trainer: T, policy: Policy | Path | str | None = None) -> T:
    """Add `ReleaseCardCallback` to *trainer* if it has none, and follow what it writes and pushes from now on.

    Useful before `train()`, and the only way for a trainer that only saves or pushes. Given a *policy* and a trainer
    that has the callback, the policy is replaced. Returns *trainer*. Raises TypeError for what is no Trainer,
    PolicyError for a policy that can't be read.
    """
    if not isinstance(trainer, Trainer):
        raise TypeError(
            f"trainer: got {type(trainer).__name__}, allowed: a transformers.Trainer or one of its subclasses; "
            "call attach(trainer, policy) once the trainer is made"
        )
    callback = next((c for c in trainer.callback_handler.callbacks if isinstance(c, ReleaseCardCallback)), None)
    if callback is None:
        callback = ReleaseCardCallback(policy)
        trainer.add_callback(callback)
    elif policy is not None:
        callback.policy = resolve_policy(policy)
    callback.follow(trainer)
    return trainer
