"""The batch changes while training, or examples are left out of it, and the accountant does not know.

`auto_find_batch_size` halves the batch when memory runs out and starts again, on updates already made;
`dataloader_drop_last` leaves the last examples of each epoch out and changes the number of batches that Opacus takes
the sampling rate from.

Cost: q and the number of updates in the claim are not those of the run.
"""

from __future__ import annotations

from collections.abc import Iterator

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def before(run: Run) -> Iterator[Problem]:
    """Settings that change the batch."""
    if run.args.auto_find_batch_size:
        yield Problem(
            what="auto_find_batch_size=True changes the batch and starts over when memory runs out",
            remedy="set auto_find_batch_size=False and per_device_train_batch_size to what fits",
        )
    if run.settings is None and run.args.dataloader_drop_last:
        yield Problem(
            what="dataloader_drop_last=True leaves examples out, and changes the number of batches in an epoch",
            remedy="set dataloader_drop_last=False",
        )


def step(run: Run) -> Iterator[Problem]:
    """A batch that is not what it was when the run began."""
    now = run.trainer._train_batch_size
    if now != run.began.micro_batch:
        yield Problem(
            what=f"the batch of a process was {run.began.micro_batch} when training began, and is {now} now",
            remedy="leave the batch size alone while training; a schedule of batches needs accounting of its own",
        )


RULE = Rule(
    number=20,
    name="changing-batches",
    action="refuse",
    text=__doc__,
    example="TrainingArguments(auto_find_batch_size=True)",
    source="opacus issues 571, 819; accelerate/utils/memory.py, find_executable_batch_size",
    before=before,
    step=step,
)
