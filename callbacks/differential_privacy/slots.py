"""Poisson sampling, truncated into a fixed number of slots: what each micro-batch of each update holds.

Trainer's loop takes a fixed number of micro-batches an update, Poisson sampling draws a random number of units. Both
hold when an update has slots enough for nearly every draw: the empty ones are skipped, and of a draw that overflows a
uniformly random subset is taken, which the accountant knows of (Chua et al. 2024, arXiv 2411.04205; tight accounting in
arXiv 2508.15089). Units are drawn from `range(dataset_size)`, where dataset_size is public and may be more than there
are: a unit that does not exist takes its slot and stays empty, so that nothing depends on how many there are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import torch

from finewarden.callbacks.differential_privacy.randomness import sampling_generator

__all__ = ["Mark", "MicroBatch", "SlotSampler", "default_slots", "draw", "share"]


class Mark(IntEnum):
    """What happens to a micro-batch."""

    EMPTY = 0  # neither forward nor backward
    REAL = 1
    DISCARD = 2  # computed and thrown away: another process of the run has a real one at this place


@dataclass(frozen=True, slots=True)
class MicroBatch:
    """One micro-batch of one process: which units, or none."""

    units: tuple[int, ...]
    mark: Mark


def default_slots(dataset_size: int, expected_batch_size: int) -> int:
    """Six standard deviations above the mean: 1e-9 of all draws overflow, and an empty slot costs next to nothing."""
    rate = expected_batch_size / dataset_size
    deviation = math.sqrt(dataset_size * rate * (1 - rate))
    return min(dataset_size, math.ceil(expected_batch_size + 6 * deviation))


def draw(generator: np.random.Generator, dataset_size: int, sampling_rate: float, slots: int) -> list[int]:
    """One truncated Poisson sample of `range(dataset_size)`, in random order; at most *slots* units.

    Equal in distribution to one coin a unit and, if more than *slots* fall heads, a uniformly random subset: given
    their number, the units that fell heads are a uniformly random subset themselves.
    """
    size = min(int(generator.binomial(dataset_size, sampling_rate)), slots)
    chosen: list[int] = generator.choice(dataset_size, size=size, replace=False).tolist()
    return chosen


def share(drawn: Sequence[int], *, width: int, micro_batches: int, rank: int, processes: int) -> list[MicroBatch]:
    """What process *rank* does in one update: *micro_batches* of up to *width* units.

    All processes share one draw. Units come first, empty micro-batches last; where only some processes have a unit
    left, the others compute one of the same place and discard it, because trainers gather their metrics from all.
    """
    made = []
    for place in range(micro_batches):
        first = place * processes * width
        mine = tuple(drawn[first + rank * width : first + (rank + 1) * width])
        if mine:
            made.append(MicroBatch(mine, Mark.REAL))
        elif first < len(drawn):
            made.append(MicroBatch((drawn[first],), Mark.DISCARD))
        else:
            made.append(MicroBatch((), Mark.EMPTY))
    return made


class SlotSampler(torch.utils.data.Sampler[list[MicroBatch]]):
    """A batch sampler: for each epoch `updates` fresh draws, `micro_batches` batches each, all of the same length.

    Args:
        seed: gives the secret seed of an epoch, equal on all processes.
        present: units that exist; those drawn from `range(present, dataset_size)` stay empty.
    """

    batch_size = 1  # accelerate reads it

    def __init__(
        self,
        *,
        seed: Callable[[], int],
        present: int,
        dataset_size: int,
        expected_batch_size: int,
        slots: int,
        width: int,
        micro_batches: int,
        rank: int,
        processes: int,
    ) -> None:
        self.seed = seed
        self.present = present
        self.dataset_size = dataset_size
        self.expected_batch_size = expected_batch_size
        self.slots = slots
        self.width, self.micro_batches = width, micro_batches
        self.rank, self.processes = rank, processes
        self.updates = math.ceil(dataset_size / expected_batch_size)

    def __len__(self) -> int:
        return self.updates * self.micro_batches

    def __iter__(self) -> Iterator[list[MicroBatch]]:
        generator = sampling_generator(self.seed())
        rate = self.expected_batch_size / self.dataset_size
        for _ in range(self.updates):
            drawn = [unit for unit in draw(generator, self.dataset_size, rate, self.slots) if unit < self.present]
            for each in share(
                drawn,
                width=self.width,
                micro_batches=self.micro_batches,
                rank=self.rank,
                processes=self.processes,
            ):
                yield [each]
