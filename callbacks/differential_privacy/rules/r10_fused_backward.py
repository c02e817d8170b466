"""The optimizer steps inside the backward pass, layer by layer, before anything is clipped or noised.

LOMO, AdaLomo, and the `*_layerwise` forms of GaLore and APOLLO.

Cost: the raw gradient reaches the weights: no privacy at all.
"""

from __future__ import annotations

from collections.abc import Iterator

from finewarden.callbacks.differential_privacy.rules.foreign import is_named
from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]

NAMES = ("lomo", "layerwise")


def check(run: Run) -> Iterator[Problem]:
    """Optimizers that free each gradient as soon as it is there."""
    optim = str(getattr(run.args.optim, "value", run.args.optim))
    if any(name in optim.lower() for name in NAMES) or is_named(run.mover, "Lomo", "LOMO", "LayerWise"):
        yield Problem(
            what=f"optim={optim!r} steps within the backward pass: raw gradients reach the weights",
            remedy="choose an optimizer that steps once an update, e.g. optim='adamw_torch'",
        )


RULE = Rule(
    number=10,
    name="fused-backward",
    action="refuse",
    text=__doc__,
    example="TrainingArguments(optim='galore_adamw_layerwise')",
    source="arXiv 2306.09782 (LOMO); transformers/training_args.py, OptimizerNames",
    before=check,
)
