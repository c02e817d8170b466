"""`finewarden.callbacks.activation_guard.evaluation`."""

from __future__ import annotations

from typing import Any

import pytest

from finewarden.callbacks.activation_guard.evaluation import evaluation_problems
from tests.callbacks.runs import Runs

pytestmark = pytest.mark.training

EVALUATES = {"eval_strategy": "steps", "eval_steps": 1}


def metrics(_: Any, compute_result: bool = True) -> dict[str, float]:
    """A user's metric."""
    return {"score": 1.0}


@pytest.mark.parametrize("kind", ["plain", "sft"])
@pytest.mark.parametrize("settings", [EVALUATES, {"eval_on_start": True}], ids=["steps", "on start"])
def test_metrics_over_the_whole_set_are_found(runs: Runs, kind: str, settings: dict[str, Any]) -> None:
    """compute_metrics without a reduction keeps the logits of the whole set; only the user can choose one."""
    (problem,) = evaluation_problems(runs.trainer(kind, compute_metrics=metrics, **settings))

    assert "keeps the logits of the whole evaluation set" in problem.what
    assert problem.mend is None


@pytest.mark.parametrize(
    "settings",
    [
        {"compute_metrics": None},
        {"batch_eval_metrics": True},
        {"prediction_loss_only": True},
        {"preprocess_logits_for_metrics": lambda logits, _: logits.argmax(-1)},
        {"eval_strategy": "no"},
    ],
    ids=["loss only", "batch_eval_metrics", "prediction_loss_only", "preprocess_logits", "no evaluation"],
)
def test_each_way_out_is_clean(runs: Runs, settings: dict[str, Any]) -> None:
    """What the remedy names is accepted."""
    trainer = runs.trainer(**{**EVALUATES, "compute_metrics": metrics, **settings})

    assert list(evaluation_problems(trainer)) == []


def test_evaluation_texts_are_found_and_taken_out(runs: Runs) -> None:
    """include_for_metrics=["inputs"] keeps the texts; the mend takes just that out."""
    trainer = runs.trainer(
        compute_metrics=metrics, batch_eval_metrics=True, include_for_metrics=["inputs", "loss"], **EVALUATES
    )

    (problem,) = evaluation_problems(trainer)
    assert "'inputs'" in problem.what
    assert problem.mend is not None
    problem.mend()

    assert trainer.args.include_for_metrics == ["loss"]
    assert list(evaluation_problems(trainer)) == []
