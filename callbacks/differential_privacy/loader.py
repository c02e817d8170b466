"""The training loader under differential privacy: the trainer's own data set and collator, fed by our sampler.

The mark (real, empty, discard) travels within the batch: Trainer fetches all micro-batches of an update ahead, worker
processes fetch further ahead still, and a queue beside the loader drifts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch.utils.data import DataLoader, Dataset

from finewarden.callbacks.differential_privacy.slots import Mark, MicroBatch, SlotSampler
from finewarden.callbacks.differential_privacy.units import Units

__all__ = ["DISCARD", "EMPTY", "MARK", "swap_sampler"]

# In each batch under MARK: how many units it holds, or one of these two.
MARK = "finewarden_units"
EMPTY, DISCARD = 0, -1


class _Marked(Dataset[tuple[MicroBatch, list[Any]]]):
    """The data set as the sampler asks for it: a micro-batch in, that micro-batch and its rows out."""

    def __init__(self, rows: Any, units: Units) -> None:
        self.rows, self.units = rows, units

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, wanted: MicroBatch) -> tuple[MicroBatch, list[Any]]:
        return wanted, [self.rows[row] for unit in wanted.units for row in self.units.rows(unit)]


class _Collate:
    """The trainer's collator, and the mark. A class, because worker processes may have to pickle it."""

    def __init__(self, collate: Callable[[list[Any]], Any], main_input: str) -> None:
        self.collate, self.main_input = collate, main_input

    def __call__(self, fetched: list[tuple[MicroBatch, list[Any]]]) -> Any:
        [(wanted, rows)] = fetched
        if wanted.mark is Mark.EMPTY:
            # Trainer counts the tokens of each micro-batch under this name, and warns where it is missing.
            return {self.main_input: torch.empty((1, 0), dtype=torch.long), MARK: EMPTY}
        batch = self.collate(rows)
        if not isinstance(batch, Mapping):
            raise TypeError(
                f"the data collator returned {type(batch).__name__}, where DifferentialPrivacyCallback needs a mapping "
                "of names to tensors: return a dict from it"
            )
        batch[MARK] = DISCARD if wanted.mark is Mark.DISCARD else len(wanted.units)  # type: ignore[index]  # dict and BatchEncoding can
        return batch


def swap_sampler(loader: Any, sampler: SlotSampler, units: Units, main_input: str) -> Any:
    """Make *loader* (accelerate's wrapper) draw from *sampler*; everything else about it stays. Returns *loader*."""
    base: DataLoader[Any] = loader.base_dataloader
    loader.base_dataloader = DataLoader(
        _Marked(base.dataset, units),
        batch_sampler=sampler,
        collate_fn=_Collate(base.collate_fn, main_input),
        num_workers=base.num_workers,
        pin_memory=base.pin_memory,
        timeout=base.timeout,
        worker_init_fn=base.worker_init_fn,
        multiprocessing_context=base.multiprocessing_context,
        prefetch_factor=base.prefetch_factor,
        persistent_workers=base.persistent_workers,
        in_order=getattr(base, "in_order", True),
    )
    return loader
