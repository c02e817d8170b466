"""A run as the rules see it: one frozen view of a trainer, made when a rule is to be checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
from accelerate.utils import DistributedType  # type: ignore[import-untyped]
from torch import nn
from torch.nn import Parameter
from torch.utils.data import IterableDataset
from transformers import Trainer, TrainerCallback, TrainingArguments

from finewarden.callbacks.differential_privacy.rules.foreign import ForeignEngine, foreign_engine, innermost, is_named
from finewarden.callbacks.differential_privacy.settings import Settings
from finewarden.callbacks.differential_privacy.weights_moved import marks, persistent_buffers
from finewarden.callbacks.trainer_of import model_of

__all__ = ["Began", "Run"]


@dataclass(frozen=True)
class Began:
    """What a run was when it began, for the rules that compare.

    trainable: names of the trainable parameters. marks, buffers: `weights_moved.marks` of them, and of the buffers that
    are saved with the model. micro_batch: examples in one. accounted: steps that a foreign accountant held.
    """

    trainable: frozenset[str]
    marks: list[tuple[float, float]]
    buffers: dict[str, tuple[float, float]]
    micro_batch: int
    accounted: int | None


@dataclass(frozen=True)
class Run:
    """What the rules look at. Nothing here is changed by them.

    model: without wrappers of accelerate. optimizer: the torch optimizer within accelerate's wrapper; None before it is
    made. dataloader: the one that trains; None before training. settings: of our own callback; None when the DP engine
    is somebody else's, of which `foreign` holds what can be seen. steps: how often the optimizer has moved since the
    run began; None when nobody counts.
    """

    trainer: Trainer
    args: TrainingArguments
    model: nn.Module
    optimizer: torch.optim.Optimizer | None
    train_dataset: Any
    data_collator: Any
    dataloader: Any
    settings: Settings | None
    foreign: ForeignEngine | None
    distributed: DistributedType
    began: Began
    steps: int | None = None

    @classmethod
    def of(cls, trainer: Trainer, settings: Settings | None = None) -> Run:
        """The run that *trainer* is about to make, as it is now."""
        return cls._view(trainer, settings, None, None)

    def later(self, steps: int | None = None) -> Run:
        """The same run as it is now: what it `began` with is kept."""
        return self._view(self.trainer, self.settings, self.began, steps)

    @classmethod
    def _view(cls, trainer: Trainer, settings: Settings | None, began: Began | None, steps: int | None) -> Run:
        model, optimizer = model_of(trainer), trainer.optimizer
        foreign = foreign_engine(trainer, model, optimizer) if settings is None else None
        named = [(name, each) for name, each in model.named_parameters() if each.requires_grad]
        return cls(
            trainer=trainer,
            args=trainer.args,
            model=model,
            optimizer=None if optimizer is None else getattr(optimizer, "optimizer", optimizer),
            train_dataset=trainer.train_dataset,
            data_collator=trainer.data_collator,
            dataloader=trainer.callback_handler.train_dataloader,
            settings=settings,
            foreign=foreign,
            distributed=trainer.accelerator.distributed_type,
            began=began
            or Began(
                trainable=frozenset(name for name, _ in named),
                marks=marks([each for _, each in named]),
                buffers=persistent_buffers(model),
                micro_batch=trainer._train_batch_size,
                accounted=None if foreign is None else foreign.accounted,
            ),
            steps=steps,
        )

    @property
    def trainable(self) -> dict[str, Parameter]:
        """Each parameter that training may change, by name."""
        return {name: each for name, each in self.model.named_parameters() if each.requires_grad}

    @property
    def callbacks(self) -> list[TrainerCallback]:
        """All callbacks of the trainer."""
        return list(self.trainer.callback_handler.callbacks)

    @property
    def micro_batch(self) -> int:
        """Examples that one backward pass of this process takes together."""
        return 1 if self.settings is not None and self.settings.engine != "hooks" else self.args.train_batch_size

    @property
    def streams(self) -> bool:
        """Whether the training data is a stream, without a length or an order of its own."""
        return isinstance(self.train_dataset, IterableDataset) or not hasattr(self.train_dataset, "__len__")

    @property
    def columns(self) -> list[str]:
        """Names of the columns of the training data; empty where it has none."""
        return list(getattr(self.train_dataset, "column_names", None) or [])

    @property
    def mover(self) -> Any:
        """The optimizer that moves the weights, within all wrappers."""
        return innermost(self.optimizer)

    def is_a(self, *names: str) -> bool:
        """Whether the trainer is of a kind that has one of *names* in its name, as "DPO" in DPOTrainer."""
        return is_named(self.trainer, *names)

    def with_(self, **changes: Any) -> Run:
        """This view with *changes*."""
        return replace(self, **changes)
