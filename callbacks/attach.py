"""`attach(trainer, policy)`, one line before `trainer.train()`: the release card on a trainer that already stands, and
its data held against the admission."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from transformers import Trainer

from finewarden.callbacks.data_admission import DataAdmissionCallback
from finewarden.callbacks.refusal import GuardRefusal
from finewarden.callbacks.release_card import ReleaseCardCallback
from finewarden.evidence.admission_book import ADMISSION_BOOK
from finewarden.evidence.directory import evidence_dir
from finewarden.policy import Policy
from finewarden.release.finalize import resolve_policy

__all__ = ["attach"]

T = TypeVar("T", bound=Trainer)


def attach(trainer: T, policy: Policy | Path | str | None = None) -> T:
    """Add `ReleaseCardCallback` to *trainer* if it has none, and follow what it writes and pushes from now on.

    Useful before `train()`, and the only way for a trainer that only saves or pushes. Given a *policy* and a trainer
    that has the callback, the policy is replaced. Where the evidence folder holds an admission, `DataAdmissionCallback`
    is added too, and the data are looked at now. Returns *trainer*. Raises TypeError for what is no Trainer,
    PolicyError for a policy that can't be read, GuardRefusal for data that were not admitted.
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
    _admission(trainer)
    return trainer


def _admission(trainer: Trainer) -> None:
    guard = next((c for c in trainer.callback_handler.callbacks if isinstance(c, DataAdmissionCallback)), None)
    if guard is None and (evidence_dir(Path(str(trainer.args.output_dir))) / ADMISSION_BOOK).exists():
        guard = DataAdmissionCallback()
        trainer.add_callback(guard)
    if guard is not None and (problems := guard.look(trainer)[0]):
        raise GuardRefusal(type(guard).__name__, problems)
