"""fp16 needs a loss scale that follows the data, and skips updates when an example overflows.

Whether an update happened tells about the examples in it, skipped updates are accounted or not, and gradients between
micro-batches are scaled by a factor that the clip does not know.

Cost: not bounded: a skipped update is visible to everybody who counts.
"""

from __future__ import annotations

from collections.abc import Iterator

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def check(run: Run) -> Iterator[Problem]:
    """A GradScaler, or fp16 that will bring one."""
    if run.args.fp16 or getattr(run.trainer.accelerator, "scaler", None) is not None:
        yield Problem(
            what="fp16 trains with a GradScaler: loss scale and skipped updates depend on the examples",
            remedy="set bf16=True and fp16=False, or train in float32",
        )


RULE = Rule(
    number=11,
    name="fp16-scaler",
    action="refuse",
    text=__doc__,
    example="TrainingArguments(fp16=True)",
    source="opacus issue 377 (open since 2022)",
    before=check,
)
