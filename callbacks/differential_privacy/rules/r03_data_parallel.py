"""Several examples share one backward pass where each must have its own.

`nn.DataParallel`, which Trainer chooses by itself when it sees two GPUs, averages over replicas inside one backward
pass; the microbatch engine needs one privacy unit a micro-batch.

Cost: a gradient of n examples clipped as one bounds none of them: adding one example may move it by 2 C.
"""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def check(run: Run) -> Iterator[Problem]:
    """More than one example behind what is clipped as one."""
    if run.args.n_gpu > 1 or isinstance(run.trainer.model_wrapped, nn.DataParallel):
        yield Problem(
            what=f"Trainer uses nn.DataParallel over {run.args.n_gpu} GPUs: gradients of several examples are mixed in "
            "one backward pass",
            remedy="start with CUDA_VISIBLE_DEVICES=0, or with `accelerate launch` for one process a GPU",
        )


RULE = Rule(
    number=3,
    name="data-parallel",
    action="refuse",
    text=__doc__,
    example="CUDA_VISIBLE_DEVICES=0,1 python train.py",
    source="transformers/trainer.py (n_gpu > 1 wraps the model in nn.DataParallel)",
    before=check,
)
