"""Random numbers that nobody can draw again: seeded by the operating system, never by `args.seed`, never saved.

`Trainer` calls `set_seed(args.seed)` (42 by default) and saves the global generators in every checkpoint: noise drawn
from those is public, and subtracting it undoes the mechanism. Each update gets fresh entropy, so that a resumed run, a
second process and a second run share nothing, and what leaks of one update tells nothing of another.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

__all__ = ["add_gaussian_", "fresh_seed", "sampling_generator"]


def fresh_seed() -> int:
    """128 bits from the operating system."""
    return secrets.randbits(128)


def sampling_generator(seed: int) -> np.random.Generator:
    """The generator that draws batches; *seed* is secret (`fresh_seed`), and equal on all processes of a run."""
    return np.random.Generator(np.random.PCG64DXSM(seed))


def add_gaussian_(tensors: Sequence[Tensor], standard_deviation: float) -> None:
    """Add independent N(0, standard_deviation²) to each number of *tensors* (float32), in place.

    On a CPU from Philox under a fresh 128-bit key, because torch's generator there takes only 32 bits of a seed; on an
    accelerator from torch's own generator there (Philox, a fresh 64-bit key).
    """
    if standard_deviation == 0:
        return
    on_host: np.random.Generator | None = None
    on_device: dict[torch.device, torch.Generator] = {}
    for each in tensors:
        if each.device.type == "cpu":
            on_host = on_host or np.random.Generator(np.random.Philox(key=fresh_seed()))
            drawn = torch.from_numpy(on_host.standard_normal(tuple(each.shape), dtype=np.float32))
            each.add_(drawn, alpha=standard_deviation)
        else:
            if each.device not in on_device:
                on_device[each.device] = torch.Generator(each.device).manual_seed(secrets.randbits(63))
            each.add_(torch.empty_like(each).normal_(generator=on_device[each.device]), alpha=standard_deviation)
