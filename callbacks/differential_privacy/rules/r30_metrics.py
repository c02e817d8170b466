"""Metrics of the training data leave the machine, and are not private.

Training loss, gradient norm, entropy, token accuracy and number of tokens are computed without noise; trackers upload
them at each log, `push_to_hub` with the model card. A gradient norm of a micro-batch of one is that of one example.

Cost: outside of the claim: epsilon bounds the weights, not what is logged.
"""

from __future__ import annotations

from collections.abc import Iterator

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def check(run: Run) -> Iterator[Problem]:
    """Trackers and uploads."""
    if run.settings is not None and run.settings.metrics != "keep":
        return
    trackers = [
        type(each).__name__ for each in run.callbacks if type(each).__module__.startswith("transformers.integr")
    ]
    if trackers:
        yield Problem(
            what=f"{', '.join(trackers)} gets loss and norms of the training data, which are not private",
            remedy="set report_to='none', or use DifferentialPrivacyCallback(metrics='suppress')",
        )
    if run.args.push_to_hub:
        yield Problem(
            what="push_to_hub=True publishes the training log with the model card",
            remedy="set push_to_hub=False and publish after finalize(), or suppress the metrics",
        )


RULE = Rule(
    number=30,
    name="metrics",
    action="warn",
    text=__doc__,
    example="TrainingArguments(report_to='wandb')",
    source="jax-privacy, docs/sharp_edges_dp_training_pitfalls.md (auxiliary information)",
    before=check,
)
