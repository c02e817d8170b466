"""Noise and draws come from a generator whose seed is known to everybody.

`Trainer.__init__` seeds torch's global generator with `args.seed`, 42 by default, and Opacus draws from it when it is
given no generator of its own. Whoever knows the seed subtracts the noise. Trainer also writes the generator's state to
`rng_state.pth` in each checkpoint.

Cost: measured: two Trainers in two processes drew the same "noise", bit for bit. No privacy against a reader of the
script.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import torch

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.differential_privacy.rules.samplers import poisson_sampler
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]

UNSEEDED = 67280421310721  # what a torch.Generator starts with when nobody seeds it


def check(run: Run) -> Iterator[Problem]:
    """Where a foreign engine takes its noise, and its sampler its draws, from."""
    drawers = {"noise": run.foreign.optimizer if run.foreign is not None else None, "draws": poisson_sampler(run)}
    for what, drawer in drawers.items():
        if run.settings is None and drawer is not None and hasattr(drawer, "generator"):
            seed = None if drawer.generator is None else drawer.generator.initial_seed()
            if seed in (None, UNSEEDED, run.args.seed, run.args.data_seed):
                yield _problem(run, what, drawer, seed)


def _problem(run: Run, what: str, drawer: Any, seed: int | None) -> Problem:
    devices = {each.device for each in run.trainable.values()} if what == "noise" else {torch.device("cpu")}

    def mend() -> None:
        drawer.generator = torch.Generator(device=devices.pop())
        drawer.generator.manual_seed(secrets.randbits(63))

    origin = "torch's global generator" if seed is None else "a generator"
    known = run.args.seed if seed is None else seed
    return Problem(
        what=f"{type(drawer).__name__} takes its {what} from {origin}, seeded with {known}",
        remedy="give it a torch.Generator of its own, seeded with secrets.randbits(63)",
        mend=mend if len(devices) == 1 else None,
    )


def sees(run: Run) -> bool:
    """Whether the one that draws the noise is seen."""
    return run.settings is not None or (run.foreign is not None and run.foreign.optimizer is not None)


RULE = Rule(
    number=28,
    name="public-noise",
    action="fix",
    text=__doc__,
    example="PrivacyEngine().make_private(...)  # noise_generator=None",
    source="transformers/trainer.py (set_seed, _save_rng_state); opacus/optimizers/optimizer.py (generator=None)",
    before=check,
    sees=sees,
)
