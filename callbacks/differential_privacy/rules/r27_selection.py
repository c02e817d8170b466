"""A checkpoint or a setting is chosen by how well it did on private data, and the choice is not accounted.

`load_best_model_at_end`, early stopping, a search over hyperparameters, evaluation on the training data.

Cost: each choice is one more release: a search over k runs spends up to k times epsilon when all are private, and the
selection itself is free only on public data.
"""

from __future__ import annotations

from collections.abc import Iterator

from transformers import EarlyStoppingCallback

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def check(run: Run) -> Iterator[Problem]:
    """What picks one of several models by a metric."""
    if run.args.load_best_model_at_end:
        yield Problem(
            what="load_best_model_at_end=True picks a checkpoint by its evaluation",
            remedy="publish the last checkpoint, or evaluate on public data",
        )
    if any(isinstance(each, EarlyStoppingCallback) for each in run.callbacks):
        yield Problem(
            what="EarlyStoppingCallback ends the run by its evaluation",
            remedy="fix max_steps beforehand, or evaluate on public data",
        )
    if run.trainer.eval_dataset is not None and run.trainer.eval_dataset is run.train_dataset:
        yield Problem(
            what="eval_dataset is the training data: its metrics are releases without noise",
            remedy="evaluate on public data, or keep the metrics to yourself",
        )
    if run.trainer.hp_search_backend is not None or run.trainer.state.is_hyper_param_search:
        yield Problem(
            what="this run is one trial of a hyperparameter search: epsilon is that of all trials",
            remedy="search on public data, or account the selection (dp-accounting: RepeatAndSelectDpEvent)",
        )


RULE = Rule(
    number=27,
    name="selection",
    action="warn",
    text=__doc__,
    example="TrainingArguments(load_best_model_at_end=True)",
    source="arXiv 2110.03620 (hyperparameter tuning with Renyi DP)",
    before=check,
)
