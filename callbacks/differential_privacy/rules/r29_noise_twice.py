"""The same noise is used twice, or each process adds its own.

After a resume Trainer restores the generator's state: updates that were made before the crash are made again with the
same noise and other examples, and their difference shows both. With several processes noise must be added once.

Cost: noise that is known once cancels out; W processes that average their own noise leave 1 / sqrt(W) of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from accelerate.utils import DistributedType  # type: ignore[import-untyped]

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def check(run: Run) -> Iterator[Problem]:
    """The noise of a foreign engine after a resume, and over processes."""
    optimizer = run.foreign.optimizer if run.foreign is not None else None
    if optimizer is None:
        return
    if run.trainer.state.global_step > 0 and optimizer.generator is None:
        yield Problem(
            what="a resumed run restores the global generator from rng_state.pth, and with it noise that was used",
            remedy="give the DPOptimizer a torch.Generator of its own, seeded anew in each run",
        )
    if run.distributed != DistributedType.NO and "Distributed" not in type(optimizer).__name__:
        yield Problem(
            what=f"each of {run.args.world_size} processes adds noise of its own ({type(optimizer).__name__})",
            remedy="use DistributedDPOptimizer, which adds noise in the first process and sums",
        )


def sees(run: Run) -> bool:
    """Whether the one that draws the noise is seen."""
    return run.settings is not None or (run.foreign is not None and run.foreign.optimizer is not None)


RULE = Rule(
    number=29,
    name="noise-twice",
    action="refuse",
    text=__doc__,
    example="trainer.train(resume_from_checkpoint=True)  # with noise from the global generator",
    source="transformers/trainer.py (_load_rng_state); opacus/optimizers/ddpoptimizer.py",
    before=check,
    sees=sees,
)
