"""One example whose gradient is not finite poisons the sum, and with it every weight.

NaN compares with nothing, so a clip lets it pass: the sum, the noise and the weights become NaN. Skipping the update
instead tells that such an example was in it. It must add nothing, and the update must happen.

Cost: one example can destroy the model, which is a change that no C bounds. `logging_nan_inf_filter` hides it in the
log.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def check(run: Run) -> Iterator[Problem]:
    """Per-example gradients of a foreign engine that are not finite, before they reach the weights."""
    if run.foreign is None:
        return
    for name, parameter in run.trainable.items():
        held = getattr(parameter, "grad_sample", None)
        for each in held if isinstance(held, list) else [held]:
            if each is not None and not bool(torch.isfinite(each).all()):
                yield Problem(
                    what=f"an example's gradient of {name} is not finite, and the DP engine adds it to the others",
                    remedy="use an engine that lets such an example add nothing (DifferentialPrivacyCallback), or find "
                    "why its loss is not finite",
                )
                return


def sees(run: Run) -> bool:
    """Only an engine with hooks leaves per-example gradients to look at."""
    return run.settings is not None or (run.foreign is not None and run.foreign.hooks is not None)


RULE = Rule(
    number=12,
    name="non-finite-example",
    action="fix",
    text=__doc__,
    example="{'text': ..., 'weight': float('nan')}  # a gap in a column that the loss reads",
    source="jax-privacy, docs/sharp_edges_dp_training_pitfalls.md (NaN)",
    step=check,
    sees=sees,
)
