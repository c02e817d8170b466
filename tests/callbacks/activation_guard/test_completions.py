"""`finewarden.callbacks.activation_guard.completions`."""

from __future__ import annotations

from typing import Any

import pytest
from datasets import Dataset
from transformers import AutoTokenizer
from trl import GRPOConfig, GRPOTrainer, LogCompletionsCallback, RLOOConfig, RLOOTrainer

from finewarden.callbacks.activation_guard.completions import completion_problems
from tests.callbacks.runs import Runs

pytestmark = pytest.mark.training


def reward(completions: list[str], **_: Any) -> list[float]:
    """Longer is better."""
    return [float(len(each)) for each in completions]


def rl_trainer(runs: Runs, kind: str = "grpo", **settings: Any) -> Any:
    """A trainer that generates from its training prompts."""
    trainer_class, config_class = {"grpo": (GRPOTrainer, GRPOConfig), "rloo": (RLOOTrainer, RLOOConfig)}[kind]
    args = config_class(
        output_dir=str(runs.out),
        per_device_train_batch_size=2,
        num_generations=2,
        max_completion_length=4,
        report_to=[],
        use_cpu=True,
        **settings,
    )
    return trainer_class(
        model=str(runs.base),
        args=args,
        train_dataset=Dataset.from_list([{"prompt": f"客户{i}"} for i in range(4)]),
        processing_class=AutoTokenizer.from_pretrained(runs.base),
        reward_funcs=reward,
    )


@pytest.mark.parametrize("kind", ["grpo", "rloo"])
def test_completion_logging_is_found_and_switched_off(runs: Runs, kind: str) -> None:
    """log_completions is found in the arguments; the mend reaches the copy that the trainer made."""
    trainer = rl_trainer(runs, kind, log_completions=True)

    (problem,) = completion_problems(trainer)
    assert problem.what.startswith("log_completions writes training prompts")
    assert problem.mend is not None
    problem.mend()

    assert trainer.log_completions is False
    assert list(completion_problems(trainer)) == []


def test_a_trainer_that_logs_no_completions_is_clean(runs: Runs) -> None:
    """GRPO as it comes writes no texts."""
    assert list(completion_problems(rl_trainer(runs))) == []


def test_an_upload_of_completions_is_found(runs: Runs) -> None:
    """log_completions_hub_repo is found besides; it began when the trainer was made, and can't be mended."""
    trainer = rl_trainer(runs)
    trainer.args.log_completions_hub_repo = "someone/completions"

    (problem,) = completion_problems(trainer)

    assert "uploads prompts and completions" in problem.what
    assert problem.mend is None


def test_callbacks_that_upload_texts_are_found(runs: Runs) -> None:
    """TRL's LogCompletionsCallback, and one derived from it, is found by its class."""

    class Derived(LogCompletionsCallback):
        pass

    trainer = runs.trainer("sft", eval_strategy="steps", eval_steps=1)
    trainer.eval_dataset = Dataset.from_list([{"prompt": "客户"}])
    assert list(completion_problems(trainer)) == []
    trainer.add_callback(Derived(trainer))

    (problem,) = completion_problems(trainer)

    assert problem.what == "Derived sends prompts and completions to a tracker"
