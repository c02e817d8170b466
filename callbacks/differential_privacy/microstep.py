"""One micro-batch of one update: skipped, computed for the engine, or computed and discarded.

Runs in place of `trainer.training_step`, so that the mark, the backward pass and the gradient are in one place: a raw
gradient never outlives the call, and no other callback, and no norm that Trainer logs, is made of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from transformers import Trainer

from finewarden.callbacks.differential_privacy.clipping import ClippedSum
from finewarden.callbacks.differential_privacy.engines import Engine
from finewarden.callbacks.differential_privacy.loader import DISCARD, EMPTY, MARK
from finewarden.callbacks.differential_privacy.unchanged import state_of
from finewarden.callbacks.trainer_of import model_of

__all__ = ["Update", "installed"]


@dataclass
class Update:
    """The update under way.

    computed: whether the model was run for it; of an empty draw it is not. state: what is saved with the model, as it
    was before the first example passed through it.
    """

    computed: bool = False
    state: dict[str, tuple[int, int]] = field(default_factory=dict)


@contextmanager
def installed(
    trainer: Trainer, engine: Engine, total: ClippedSum, expected_batch_size: int, update: Update
) -> Iterator[None]:
    """*trainer* computes for *engine*, until the context closes; then its own methods are back."""
    ours = {
        "training_step": microstep(trainer, trainer.training_step, engine, total, expected_batch_size, update),
        "get_batch_samples": without_count,
    }
    before = {name: vars(trainer)[name] for name in ours if name in vars(trainer)}
    for name, method in ours.items():
        setattr(trainer, name, method)
    try:
        yield
    finally:
        for name in ours:
            if name in before:
                setattr(trainer, name, before[name])
            else:
                delattr(trainer, name)


def microstep(
    trainer: Trainer,
    original: Callable[..., Tensor],
    engine: Engine,
    total: ClippedSum,
    expected_batch_size: int,
    update: Update,
) -> Callable[..., Tensor]:
    """A `training_step` that hands each unit's gradient to *engine* and returns its share of the update's loss."""

    def training_step(model: nn.Module, inputs: dict[str, Any], _count: Any = None) -> Tensor:
        if MARK not in inputs:
            raise RuntimeError(
                "a micro-batch reached the model that was not drawn by DifferentialPrivacyCallback: do not replace "
                "get_train_dataloader or the data loader after the trainer was made"
            )
        units = inputs.pop(MARK)
        nothing = torch.zeros((), device=trainer.args.device)
        if units == EMPTY:
            return nothing
        if not update.computed:
            update.computed = True
            update.state = state_of(model_of(trainer), buffers=trainer.args.world_size == 1)
        for parameter in total.parameters:
            parameter.grad = None

        def backward(given: dict[str, Any]) -> Tensor:
            # No count of tokens over several examples: each example's loss is its own mean, whatever was drawn with it.
            return original(model, given, None)

        with _alone(trainer), _local(model):
            if units == DISCARD:
                backward(inputs)
                for parameter in total.parameters:
                    parameter.grad = None
                return nothing
            loss = engine.add(backward, inputs, total)
        share: Tensor = loss * (units / expected_batch_size)
        return share

    return training_step


def without_count(epoch_iterator: Iterator[Any], num_batches: int, _device: torch.device) -> tuple[list[Any], None]:
    """`Trainer.get_batch_samples` without a number of items: it would join the losses of different examples."""
    return [batch for _, batch in zip(range(num_batches), epoch_iterator, strict=False)], None


@contextmanager
def _alone(trainer: Trainer) -> Iterator[None]:
    """The loss as of an update of one micro-batch: Trainer divides it by their number."""
    arguments = trainer.args
    steps, current = arguments.gradient_accumulation_steps, trainer.current_gradient_accumulation_steps
    arguments.gradient_accumulation_steps = trainer.current_gradient_accumulation_steps = 1
    try:
        yield
    finally:
        arguments.gradient_accumulation_steps, trainer.current_gradient_accumulation_steps = steps, current


def _local(model: nn.Module) -> AbstractContextManager[None]:
    """DDP without its all-reduce: averaged over processes, gradients of single examples can't be clipped any more."""
    if isinstance(model, nn.parallel.DistributedDataParallel):
        return model.no_sync()
    return nullcontext()
