"""A parameter gets a gradient but no per-example gradient, because the hooks do not see how it is used.

Hooks sit on modules. What reads a weight without calling its module is invisible to them: Unsloth's fused LoRA kernels
and its compiled `lora_forward`, custom autograd functions, recomputation in checkpointing. A
position embedding that is looked up once for the batch gives one gradient where there should be one an example.

Cost: measured: on Unsloth's fused path 0 of 6 LoRA layers fire a hook; with non-reentrant checkpointing 26 of 28
parameters stay without per-example gradients. What is not seen is trained without a clip, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def sees(run: Run) -> bool:
    """Only hooks leave per-example gradients to look at; our engines prove theirs themselves."""
    return run.settings is not None or (run.foreign is not None and run.foreign.hooks is not None)


def check(run: Run) -> Iterator[Problem]:
    """After a backward pass: which parameters have a gradient, and no per-example gradients of the same batch."""
    if run.settings is not None or run.foreign is None or run.foreign.hooks is None or run.foreign.ghost:
        return
    bare, sizes = [], {}
    for name, parameter in run.trainable.items():
        held = getattr(parameter, "grad_sample", None)
        last = held[-1] if isinstance(held, list) else held
        if last is not None:
            sizes[name] = len(last)
        elif parameter.grad is not None:
            bare.append(name)
    if bare:
        yield Problem(
            what=f"{len(bare)} of {len(run.trainable)} parameters have a gradient but no per-example gradient: "
            f"{_some(bare)}",
            remedy="use an engine that takes one example a micro-batch (DifferentialPrivacyCallback), or turn off what "
            "computes past the modules: fused kernels, non-reentrant checkpointing",
        )
    odd = [name for name, size in sizes.items() if size != max(sizes.values())]
    if odd:
        yield Problem(
            what=f"per-example gradients are of different numbers of examples, e.g. {sizes[odd[0]]} and "
            f"{max(sizes.values())}: {_some(odd)}",
            remedy="pass position_ids of each example, or use an engine that takes one example a micro-batch",
        )


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")


RULE = Rule(
    number=4,
    name="hook-coverage",
    action="refuse",
    text=__doc__,
    example="GradSampleHooks(FastLanguageModel.get_peft_model(model, ...))",
    source="fastDP issue 45; opacus issue 820; opacus/optimizers/optimizer.py, _get_flat_grad_sample",
    step=check,
    sees=sees,
)
