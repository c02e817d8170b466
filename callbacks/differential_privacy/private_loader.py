"""`trainer.get_train_dataloader` under differential privacy, and the public shape of the run that follows from it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accelerate.data_loader import DataLoaderShard  # type: ignore[import-untyped]
from torch.utils.data import IterableDataset
from transformers import Trainer

from finewarden.callbacks.differential_privacy.engines import Engine
from finewarden.callbacks.differential_privacy.engines.choice import choose
from finewarden.callbacks.differential_privacy.loader import swap_sampler
from finewarden.callbacks.differential_privacy.randomness import fresh_seed
from finewarden.callbacks.differential_privacy.ranks import from_first
from finewarden.callbacks.differential_privacy.settings import Settings
from finewarden.callbacks.differential_privacy.slots import SlotSampler, default_slots
from finewarden.callbacks.differential_privacy.units import Units
from finewarden.callbacks.refusal import GuardRefusal, Problem

__all__ = ["PrivateLoader", "Shape"]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The public shape of a run. Units are examples, or what the user's column names."""

    dataset_size: int
    sampling_rate: float
    slots: int
    micro_batches: int  # of one process in one update
    width: int  # units in a micro-batch, at most


class PrivateLoader:
    """Stands in for the bound method `get_train_dataloader` of one trainer.

    What can't be sampled is kept in `.problems` and the trainer's own loader returned, so that the guard can report all
    problems together when training begins; it never lets such a run begin.
    """

    def __init__(self, trainer: Trainer, settings: Settings) -> None:
        self.trainer, self.settings = trainer, settings
        self.original = trainer.get_train_dataloader
        self.rows = trainer.args.per_device_train_batch_size
        self.engine: Engine | None = None
        self.why = ""
        self._theirs: tuple[int, int, float] | None = None
        self.problems: list[Problem] = []
        self.shape: Shape | None = None
        self.units: Units | None = None

    def __call__(self) -> Any:
        """The loader: `shape.micro_batches` micro-batches an update, ceil(dataset_size / expected_batch_size) updates
        an epoch. Sets the training arguments that the loop reads right after it."""
        loader = self.original()
        if all(getattr(each, "settings", None) != self.settings for each in self.trainer.callback_handler.callbacks):
            return loader  # the callback was removed: the trainer is its own again
        self.problems, self.shape, self.units = [], None, None
        rows: Any = getattr(loader, "dataset", None)
        if problem := self._unreadable(loader, rows):
            self.problems.append(problem)
            return loader
        try:
            self.engine, self.why = choose(self.settings.engine, self.trainer, unit=self.settings.unit, rows=self.rows)
        except GuardRefusal as refusal:
            self.problems += refusal.problems
            return loader
        width = 1 if self.engine.name == "microbatch" else self.rows
        self.units = self._units(len(rows))
        if self.units is not None:
            self.shape = self._shape(len(self.units), width)
        if self.units is None or self.shape is None:
            return loader
        self.set_arguments()
        arguments, shape = self.trainer.args, self.shape
        sampler = SlotSampler(
            seed=lambda: from_first(fresh_seed, arguments.world_size),
            present=len(self.units),
            dataset_size=shape.dataset_size,
            expected_batch_size=self.settings.expected_batch_size,
            slots=shape.slots,
            width=width,
            micro_batches=shape.micro_batches,
            rank=arguments.process_index,
            processes=arguments.world_size,
        )
        name = getattr(self.trainer.model, "main_input_name", "input_ids")
        return swap_sampler(loader, sampler, self.units, name)

    def set_arguments(self) -> None:
        """The training arguments that Trainer's loop reads: an update is all slots."""
        if self.shape is None:
            return
        arguments = self.trainer.args
        if self._theirs is None:
            self._theirs = (self.rows, arguments.gradient_accumulation_steps, arguments.max_grad_norm)
        arguments.gradient_accumulation_steps = self.shape.micro_batches
        arguments.per_device_train_batch_size = self.trainer._train_batch_size = self.shape.width

    def restore_arguments(self) -> None:
        """Give the user's training arguments back what they were: the same object may make another trainer."""
        if self._theirs is not None:
            arguments = self.trainer.args
            arguments.per_device_train_batch_size, arguments.gradient_accumulation_steps, arguments.max_grad_norm = (
                self._theirs
            )
            self.trainer._train_batch_size = arguments.train_batch_size
            self._theirs = None

    def _unreadable(self, loader: Any, rows: Any) -> Problem | None:
        """Why rows can't be drawn by number from *loader*."""
        if isinstance(rows, IterableDataset) or not hasattr(rows, "__len__"):
            return Problem(
                f"the training data ({type(rows).__name__}) is a stream, without a length and without rows by number",
                "load it with streaming=False, or write it into a datasets.Dataset first",
            )
        if not isinstance(loader, DataLoaderShard) or loader.use_stateful_dataloader:
            return Problem(
                f"{type(loader).__name__} reads the training data: batches that one process hands out, or that are "
                "restored from a checkpoint, are no fresh draw",
                "leave dispatch_batches and use_stateful_dataloader out of accelerator_config, and keep Trainer's own "
                "get_train_dataloader",
            )
        return None

    def _shape(self, present: int, width: int) -> Shape | None:
        settings = self.settings
        size = settings.dataset_size if settings.dataset_size is not None else present
        if present > size:
            self.problems.append(
                Problem(
                    f"there are {present} units ({settings.unit}) in the training data, more than "
                    f"dataset_size={size}: the accounting would claim a smaller sampling rate than what is used",
                    f"pass a public upper bound of at least {present} as dataset_size",
                )
            )
            return None
        if settings.expected_batch_size > size:
            self.problems.append(
                Problem(
                    f"expected_batch_size={settings.expected_batch_size} is more than the {size} units there are",
                    "lower expected_batch_size: a step draws each unit at most once",
                )
            )
            return None
        slots = settings.slots or default_slots(size, settings.expected_batch_size)
        micro_batches = math.ceil(slots / (width * self.trainer.args.world_size))
        return Shape(
            dataset_size=size,
            sampling_rate=settings.expected_batch_size / size,
            slots=min(size, micro_batches * width * self.trainer.args.world_size),
            micro_batches=micro_batches,
            width=width,
        )

    def _units(self, rows: int) -> Units | None:
        settings = self.settings
        if settings.unit == "example":
            return Units(rows)
        owners = _column(self.trainer.train_dataset, settings.unit)
        if owners is None or len(owners) != rows:
            self.problems.append(
                Problem(
                    f"unit={settings.unit!r}: the training data that the trainer made has no such column, or not one "
                    "value a row",
                    "keep that column when the data is prepared (no packing, no remove_columns)",
                )
            )
            return None
        try:
            return Units(rows, owners, settings.max_rows_per_unit)
        except TypeError:
            what = f"unit={settings.unit!r}: its values are lists or mappings, which name nobody"
            self.problems.append(Problem(what, "name a column of texts or numbers"))
            return None


def _column(data: Any, name: str) -> Sequence[Any] | None:
    try:
        return list(data[name])
    except (KeyError, TypeError, IndexError, ValueError):
        return None
