"""`finewarden.callbacks.activation_guard.environment`."""

from __future__ import annotations

import pytest

from finewarden.callbacks.activation_guard.environment import (
    DUMPS,
    computes_from_hidden_states,
    dump_problems,
    tracker_problems,
    unsloth_problems,
)
from tests.callbacks.runs import Runs

pytestmark = pytest.mark.training


@pytest.mark.parametrize("name", ["UNSLOTH_RETURN_LOGITS", "UNSLOTH_RETURN_HIDDEN_STATES"])
def test_what_makes_unsloth_return_more_is_found_and_switched_off(name: str) -> None:
    """Either variable at "1" is found; "0" and absence are clean; the mend sets "0"."""
    environ = {name: "1"}

    (problem,) = unsloth_problems(environ)
    assert problem.what.startswith(f"{name}=1")
    assert problem.mend is not None
    problem.mend()

    assert environ == {name: "0"}
    assert list(unsloth_problems(environ)) == []
    assert list(unsloth_problems({})) == []


def test_a_trainer_that_computes_from_hidden_states_may_have_them() -> None:
    """In a trainer of the GRPO kind Unsloth sets UNSLOTH_RETURN_HIDDEN_STATES itself; logits stay a finding."""
    both = {"UNSLOTH_RETURN_HIDDEN_STATES": "1", "UNSLOTH_RETURN_LOGITS": "1"}

    (problem,) = unsloth_problems(both, from_hidden_states=True)

    assert problem.what.startswith("UNSLOTH_RETURN_LOGITS")


@pytest.mark.parametrize(("kind", "expected"), [("plain", False), ("sft", False), ("dpo", True)])
def test_the_kind_of_trainer_is_told_from_its_class(runs: Runs, kind: str, expected: bool) -> None:
    """DPO is of the kind that Unsloth runs from hidden states; supervised training is not."""
    assert computes_from_hidden_states(runs.trainer(kind)) is expected


@pytest.mark.parametrize("name", sorted(DUMPS))
def test_each_switch_that_dumps_inputs_is_found(name: str) -> None:
    """A debugging switch of torch.compile that writes real inputs is found when it is on."""
    (problem,) = dump_problems({name: "aot" if name.endswith("AFTER") else "1"})

    assert name in problem.what
    assert "unset" in problem.remedy
    assert list(dump_problems({name: ""})) == []
    assert list(dump_problems({})) == []


@pytest.mark.parametrize(
    ("tracker", "name", "bad", "clean"),
    [
        ("wandb", "WANDB_LOG_MODEL", "checkpoint", "false"),
        ("wandb", "WANDB_WATCH", "gradients", "off"),
        ("comet_ml", "COMET_LOG_ASSETS", "TRUE", "FALSE"),
        ("mlflow", "HF_MLFLOW_LOG_ARTIFACTS", "1", "0"),
        ("dagshub", "HF_DAGSHUB_LOG_ARTIFACTS", "true", "false"),
        ("dvclive", "HF_DVCLIVE_LOG_MODEL", "all", "FALSE"),
        ("swanlab", "SWANLAB_LOG_MODEL", "checkpoint", ""),
        ("clearml", "CLEARML_LOG_MODEL", "TRUE", "FALSE"),
    ],
)
def test_each_upload_of_a_tracker_is_found(tracker: str, name: str, bad: str, clean: str) -> None:
    """A tracker that uploads on its own is found if it is reported to, and only then."""
    (problem,) = tracker_problems([tracker], {name: bad})

    assert name in problem.what
    assert list(tracker_problems([tracker], {name: clean})) == []
    assert list(tracker_problems(["tensorboard"], {name: bad})) == []


def test_clearml_uploads_unless_told_not_to() -> None:
    """The default of CLEARML_LOG_MODEL is on; all others are off."""
    everything = ["wandb", "comet_ml", "mlflow", "dagshub", "dvclive", "swanlab", "clearml", "tensorboard"]

    (problem,) = tracker_problems(everything, {})

    assert "CLEARML_LOG_MODEL is 'true' unless set" in problem.what
