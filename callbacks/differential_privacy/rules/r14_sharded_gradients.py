"""Gradients are averaged or sharded over processes before an example's own gradient can be clipped.

FSDP, DeepSpeed and tensor parallelism reduce and shard inside the backward pass. Under DDP the last micro-batch of an
update is averaged over the processes inside its backward pass; our callback keeps every micro-batch local instead.

Cost: what is clipped is a mix of one example of each process, as in rule 3.
"""

from __future__ import annotations

from collections.abc import Iterator

from accelerate.utils import DistributedType  # type: ignore[import-untyped]
from torch.distributed.tensor import DTensor

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.gradient_clipping import WHOLE_GRADIENTS
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def check(run: Run) -> Iterator[Problem]:
    """How the run is spread over processes."""
    if run.distributed not in WHOLE_GRADIENTS:
        yield Problem(
            what=f"the run is spread by {run.distributed.value}, which reduces gradients inside the backward pass, "
            "before an example's gradient could be clipped",
            remedy="train in one process or with DDP; sharded training is not supported for now",
        )
    elif any(isinstance(each, DTensor) for each in run.model.parameters()):
        yield Problem(
            what="parameters are sharded (DTensor): each process sees a part of an example's gradient",
            remedy="load the model without tp_plan and device mesh; tensor parallelism is not supported for now",
        )
    elif run.distributed != DistributedType.NO and run.settings is None and not _per_example(run):
        yield Problem(
            what=f"DDP ({run.distributed.value}) averages the last micro-batch over the processes in its backward pass",
            remedy="clip within model.no_sync(), or train in one process",
        )


def _per_example(run: Run) -> bool:
    return run.foreign is not None and run.foreign.hooks is not None


RULE = Rule(
    number=14,
    name="sharded-gradients",
    action="refuse",
    text=__doc__,
    example="TrainingArguments(fsdp='full_shard')",
    source="transformers/trainer.py (no_sync for all micro-batches but the last); transformers issue 31095",
    before=check,
)
