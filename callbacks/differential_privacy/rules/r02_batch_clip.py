"""`max_grad_norm` of the training arguments clips the gradient of the batch, which bounds no single example.

It is applied after the examples are summed, so it is not the clip of DP-SGD; a clip after the noise distorts the
noise. With our callback it is set to 0, and each example is clipped. `GradientClippingCallback` enforces the same
batch clip and would stop the run at the first update whose noise is larger than its bound.

Cost: none in epsilon, but what looks like the clipping norm of the claim is not; without a clip of each example,
epsilon is infinite.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.gradient_clipping import GradientClippingCallback
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def check(run: Run) -> Iterator[Problem]:
    """A clip of the batch beside the clip of each example."""
    if any(isinstance(each, GradientClippingCallback) for each in run.callbacks):
        yield Problem(
            what="GradientClippingCallback in a private run clips the batch, and stops at norms that noise makes",
            remedy="leave GradientClippingCallback out: DP-SGD clips each example",
        )
    if run.settings is None and run.args.max_grad_norm:
        yield Problem(
            what=f"max_grad_norm={run.args.max_grad_norm!r} clips the gradient of the batch, not that of an example",
            remedy="set max_grad_norm=0 in the training arguments, and the clipping norm where the DP engine takes it",
            mend=partial(setattr, run.args, "max_grad_norm", 0.0),
        )


RULE = Rule(
    number=2,
    name="batch-clip",
    action="fix",
    text=__doc__,
    example="TrainingArguments(max_grad_norm=1.0)",
    source="arXiv 1607.00133, algorithm 1; transformers/trainer.py, _clip_grad_norm",
    before=check,
)
