"""A run goes on from a checkpoint, and what was spent before is forgotten.

transformers restores the state of callbacks only with `restore_callback_states_from_checkpoint=True`, and not by
default. Our callback keeps a ledger and a log of its own, and refuses to go on without them or with another mechanism.

Cost: epsilon of the part after the last resume only: half of it, or any part.
"""

from __future__ import annotations

from collections.abc import Iterator

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def check(run: Run) -> Iterator[Problem]:
    """A resumed run whose accountant starts at zero."""
    done = run.trainer.state.global_step
    if run.foreign is not None and done > 0 and run.foreign.accounted == 0:
        yield Problem(
            what=f"the run goes on from step {done}, and the accountant holds no step",
            remedy="set restore_callback_states_from_checkpoint=True and keep the accountant in a callback's state, or "
            "load its state before training",
        )


def sees(run: Run) -> bool:
    """Whether the accountant is seen."""
    return run.settings is not None or (run.foreign is not None and run.foreign.accountant is not None)


RULE = Rule(
    number=24,
    name="resume",
    action="refuse",
    text=__doc__,
    example="trainer.train(resume_from_checkpoint=True)  # with a PrivacyEngine",
    source="transformers/training_args.py (restore_callback_states_from_checkpoint); opacus/privacy_engine.py",
    before=check,
    sees=sees,
)
