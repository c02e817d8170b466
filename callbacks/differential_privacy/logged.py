"""What Trainer logs is computed from the examples that were drawn, without noise: kept, labelled or suppressed.

A training loss, a token accuracy or a count of tokens is not covered by the privacy guarantee, whoever reads the
tracker sees it all the same. The learning rate, times and the norm of the noised gradient tell nothing of the data;
what evaluation measures (`eval_...`) is of other data.
"""

from __future__ import annotations

from typing import Any

from finewarden.callbacks.differential_privacy.settings import Metrics

__all__ = ["without_private"]

LABEL = "not_private/"
# Functions of public settings and of time alone.
PUBLIC = frozenset({"epoch", "step", "learning_rate", "train_runtime", "train_steps_per_second"})


def without_private(logs: dict[str, Any], metrics: Metrics, noised_norm: float | None) -> None:
    """Change *logs* in place as *metrics* says; `grad_norm` becomes the norm of the gradient that the optimizer got."""
    if "grad_norm" in logs:
        # Trainer measured it when no gradient was there.
        logs.pop("grad_norm")
        if noised_norm is not None:
            logs["grad_norm"] = noised_norm
    if metrics == "keep":
        return
    for name in list(logs):
        if name in PUBLIC or name == "grad_norm" or name.startswith((LABEL, "eval_")):
            continue
        value = logs.pop(name)
        if metrics == "label":
            logs[LABEL + name] = value
