"""After training the weights are what they were before, or they are not finite.

Epsilon grows, the loss falls, and nothing was learned: an adapter that the optimizer does not hold, or whose weights
were moved to a device after the engine took them. A release that passes every privacy check, and is useless.

Cost: reported: six runs and 45 GPU hours, with epsilon spent on private data.
"""

from __future__ import annotations

from collections.abc import Iterator

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.differential_privacy.weights_moved import all_finite, moved
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def check(run: Run) -> Iterator[Problem]:
    """The trained weights against those that the run began with."""
    trained = [each for name, each in run.trainable.items() if name in run.began.trainable]
    if not trained or not moved(run.began.marks, trained):
        yield Problem(
            what="no trained weight changed in this run",
            remedy="look that the optimizer holds the adapter's parameters, that the learning rate is above 0, and "
            "that the model is on its device before the adapter is made",
        )
    elif not all_finite(trained):
        yield Problem(
            what="trained weights are not finite",
            remedy="lower the learning rate, and train in bf16 or float32; do not publish this model",
        )


RULE = Rule(
    number=33,
    name="adapter-unchanged",
    action="refuse",
    text=__doc__,
    example="TrainingArguments(learning_rate=0.0)",
    source="opacus issue 820",
    after=check,
)
