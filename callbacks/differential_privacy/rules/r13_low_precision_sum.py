"""Clipped gradients are summed, and noise is added, in bfloat16 or float16.

Rounding an entry of the sum to 8 bits loses small examples and small noise, and the norm that was clipped is not the
norm that is added. TRL casts QLoRA adapters to bfloat16.

Cost: a norm in bfloat16 is off by up to 0.4 %, a long sum by far more; what is clipped to C may add more than C.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]

LOW = (torch.bfloat16, torch.float16)


def check(run: Run) -> Iterator[Problem]:
    """Parameters in a low precision under a foreign engine, which sums in the precision of the parameter."""
    if run.settings is not None or run.foreign is None:
        return
    low = {name: each.dtype for name, each in run.trainable.items() if each.dtype in LOW}
    if low:
        name, dtype = next(iter(low.items()))
        yield Problem(
            what=f"{len(low)} trained parameters are {str(dtype).removeprefix('torch.')}, e.g. {name}: per-example "
            "gradients are clipped, summed and noised in that precision",
            remedy="cast what is trained to float32 before the model is made private, and compute in bf16 by autocast",
        )


def sees(run: Run) -> bool:
    """In which precision an engine sums can't be seen when the engine can't."""
    return run.settings is not None or run.foreign is not None


RULE = Rule(
    number=13,
    name="low-precision-sum",
    action="fix",
    text=__doc__,
    example="AutoModelForCausalLM.from_pretrained(name, dtype=torch.bfloat16)",
    source="jax-privacy, docs/sharp_edges_mixed_precision.md; opacus/grad_sample/linear.py",
    before=check,
    sees=sees,
)
