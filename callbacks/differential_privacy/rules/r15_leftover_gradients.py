"""Gradients of something else are in the buffers when training begins.

A backward pass before `train()` (a probe, a learning-rate finder) leaves `p.grad`, and with Opacus `p.grad_sample`,
which `model.zero_grad()` does not clear: the first update takes it in.

Cost: examples that were never drawn take part in an update, unaccounted.
"""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor
from torch.nn import Parameter

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def check(run: Run) -> Iterator[Problem]:
    """Gradients, and Opacus' per-example gradients, that are there before the first micro-batch."""
    if run.settings is not None:
        return
    for held in ("grad", "grad_sample", "summed_grad"):
        full = [each for each in run.trainable.values() if _holds(getattr(each, held, None))]
        if full:
            yield _problem(held, full)


def _holds(value: object) -> bool:
    """Whether a buffer holds anything but zeros; Opacus keeps lists when it accumulates."""
    return bool((value != 0).any()) if isinstance(value, Tensor) else bool(value)


def _problem(held: str, full: list[Parameter]) -> Problem:
    def clear() -> None:
        for each in full:
            setattr(each, held, None)

    return Problem(
        what=f"p.{held} of {len(full)} parameters holds gradients from before this run",
        remedy="call optimizer.zero_grad() before train()",
        mend=clear,
    )


RULE = Rule(
    number=15,
    name="leftover-gradients",
    action="fix",
    text=__doc__,
    example="model(**batch).loss.backward()  # before trainer.train()",
    source="dp-transformers issue 47; opacus/optimizers/optimizer.py, zero_grad",
    before=check,
)
