"""A run that was broken off goes on, and no step of it is forgotten."""

from __future__ import annotations

import os
import shutil
import signal
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from tests.callbacks.differential_privacy.conftest import ledger, steps_in_log
from tests.callbacks.runs import Runs

pytestmark = pytest.mark.training

SAVES = {"save_strategy": "steps", "save_steps": 2, "max_steps": 8}


def killed(train: Callable[[], Any]) -> None:
    """Run *train* in a process of its own, which must end by SIGKILL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of fork beside threads; there are none
        child = os.fork()
    if child == 0:
        try:
            train()
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


def kills_at(event: str, step: int) -> Any:
    """A callback that kills its process in *event* once *step* steps are done."""
    from transformers import TrainerCallback

    def die(self: Any, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if state.global_step == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return type("Kills", (TrainerCallback,), {event: die})()


@pytest.mark.parametrize(
    ("event", "step", "taken"),
    [
        ("on_step_begin", 3, 3),
        ("on_pre_optimizer_step", 3, 4),  # recorded, and the optimizer has not moved
        ("on_optimizer_step", 4, 5),
        ("on_step_end", 5, 5),
        ("on_save", 4, 4),
    ],
)
def test_kill_and_resume_never_counts_too_little(runs: Runs, private: Any, event: str, step: int, taken: int) -> None:
    """Killed at any point, the resumed run counts the checkpoint's steps and those that came after it."""
    killed(lambda: runs.train("plain", [private(), kills_at(event, step)], **SAVES))
    assert len(steps_in_log(runs)) == taken
    saved = max(int(each.name.split("-")[1]) for each in runs.out.glob("checkpoint-*"))

    trainer = runs.train("plain", [private()], resume=True, **SAVES)

    assert trainer.state.global_step == 8
    total = taken + 8 - saved
    found = ledger(runs.out)
    assert [each["steps"] for each in found["segments"]] == [taken, 8 - saved]
    assert len({each["run"] for each in found["segments"]}) == 1
    assert len(steps_in_log(runs)) == total
    assert steps_in_log(runs)[-1]["spent"] == total


def test_resumed_steps_that_were_lost_shorten_the_run(runs: Runs, private: Any) -> None:
    """Where the budget no longer affords the planned steps, the resumed run ends earlier, within the target."""
    settings = {"noise_multiplier": None, "target_epsilon": 0.4}
    killed(lambda: runs.train("plain", [private(**settings), kills_at("on_step_end", 7)], **{**SAVES, "save_steps": 4}))
    trainer = runs.train("plain", [private(**settings)], resume=True, **{**SAVES, "save_steps": 4})
    assert trainer.state.global_step == 5
    assert sum(each["steps"] for each in ledger(runs.out)["segments"]) == 8
    assert ledger(runs.out)["epsilon"]["pld"] <= 0.4


def test_a_checkpoint_resumed_twice_counts_both_branches(runs: Runs, private: Any) -> None:
    """Steps of every branch were taken on the data, so all of them count."""
    runs.train("plain", [private()], **{**SAVES, "max_steps": 4})
    for checkpoint in ("checkpoint-2", "checkpoint-2"):
        trainer = runs.trainer("plain", [private()], **{**SAVES, "max_steps": 4, "save_strategy": "no"})
        trainer.train(resume_from_checkpoint=str(runs.out / checkpoint))
    assert sum(each["steps"] for each in ledger(runs.out)["segments"]) == 8


def test_resume_in_the_middle_of_an_epoch(runs: Runs, private: Any) -> None:
    """An epoch of three updates, resumed after the second, ends after three epochs with all steps accounted."""
    settings = {"num_train_epochs": 3, "max_steps": -1, "save_strategy": "steps", "save_steps": 2}
    killed(lambda: runs.train("plain", [private(), kills_at("on_save", 2)], **settings))
    trainer = runs.train("plain", [private()], resume=True, **settings)
    assert (trainer.state.global_step, trainer.state.epoch) == (9, 3.0)
    assert sum(each["steps"] for each in ledger(runs.out)["segments"]) == 9


def test_transformers_own_restoring_of_callbacks_does_no_harm(runs: Runs, private: Any) -> None:
    """With restore_callback_states_from_checkpoint the callback is made anew by transformers, and goes on counting."""
    settings = {**SAVES, "restore_callback_states_from_checkpoint": True}
    runs.train("plain", [private()], **{**settings, "max_steps": 4})
    runs.train("plain", [private()], resume=True, **{**settings, "max_steps": 6})
    assert [each["steps"] for each in ledger(runs.out)["segments"]] == [4, 2]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"noise_multiplier": 4.0}, "noise_multiplier was 5.0, is 4.0"),
        ({"max_grad_norm": 2.0}, "max_grad_norm was 1.0, is 2.0"),
        ({"expected_batch_size": 4}, "expected_batch_size was 3, is 4"),
        ({"dataset_size": 9}, "dataset_size was 8, is 9"),
    ],
)
def test_changed_settings_are_refused(runs: Runs, private: Any, changes: dict[str, Any], told: str) -> None:
    """A resumed run with another noise, clip or sampling rate is another mechanism."""
    from finewarden.callbacks import GuardRefusal

    runs.train("plain", [private()], **{**SAVES, "max_steps": 2})
    with pytest.raises(GuardRefusal, match=told):
        runs.train("plain", [private(**changes)], resume=True, **SAVES)


def test_other_data_or_no_evidence_is_refused(runs: Runs, private: Any) -> None:
    """Resumed on other data, without the run log, or from a checkpoint without a ledger, the cost is not known."""
    from finewarden.callbacks import GuardRefusal
    from finewarden.evidence.directory import evidence_dir

    first = runs.train("plain", [private()], **{**SAVES, "max_steps": 2})
    other = first.train_dataset.select([1, 0, 2, 3, 4, 5, 6, 7])
    with pytest.raises(GuardRefusal, match="training data is not what it was"):
        runs.train("plain", [private()], resume=True, train_dataset=other, **SAVES)
    kept = evidence_dir(runs.out).rename(runs.out.with_name("kept"))
    with pytest.raises(GuardRefusal, match="knows nothing of the run"):
        runs.train("plain", [private()], resume=True, **SAVES)
    shutil.rmtree(evidence_dir(runs.out))
    kept.rename(evidence_dir(runs.out))
    shutil.rmtree(runs.out)
    runs.train("plain", **{**SAVES, "max_steps": 2})
    with pytest.raises(GuardRefusal, match="holds no privacy ledger"):
        runs.train("plain", [private()], resume=True, **SAVES)
