"""Evaluation that keeps what the model put out.

Given `compute_metrics`, `Trainer.evaluation_loop` collects every output field of every evaluation batch until the
evaluation ends (transformers `trainer.py`, `evaluation_loop` and `prediction_step`), and with
`include_for_metrics=["inputs"]` the texts as well, and hands all of it to the user's function.
"""

from __future__ import annotations

from collections.abc import Iterator

from transformers import Trainer
from transformers.trainer_utils import IntervalStrategy

from finewarden.callbacks.refusal import Problem

__all__ = ["evaluation_problems"]


def evaluation_problems(trainer: Trainer) -> Iterator[Problem]:
    """What evaluations during the training of *trainer* would keep."""
    args = trainer.args
    evaluates = args.eval_strategy != IntervalStrategy.NO or args.eval_on_start
    if not evaluates or trainer.compute_metrics is None:
        return
    if not (
        args.prediction_loss_only
        or args.batch_eval_metrics
        or getattr(trainer, "preprocess_logits_for_metrics", None) is not None
    ):
        # No mend: each way out changes what the user's function is called with, or that it is called.
        yield Problem(
            what="evaluation keeps the logits of the whole evaluation set for compute_metrics",
            remedy="set batch_eval_metrics=True (compute_metrics then gets one batch at a time), or pass "
            "preprocess_logits_for_metrics=lambda logits, labels: logits.argmax(-1), or set prediction_loss_only=True",
        )
    if "inputs" in args.include_for_metrics:

        def without_inputs() -> None:
            args.include_for_metrics = [each for each in args.include_for_metrics if each != "inputs"]

        yield Problem(
            what="include_for_metrics holds 'inputs': the evaluation texts are kept and handed to compute_metrics",
            remedy="remove 'inputs' from include_for_metrics; labels carry what most metrics need",
            mend=without_inputs,
        )
