"""The private run beside the other guards, and on the ways a model is trained."""

from __future__ import annotations

from typing import Any

import pytest

from tests.callbacks.differential_privacy.conftest import ledger
from tests.callbacks.runs import Runs

pytestmark = pytest.mark.training


def test_all_guards_hold_together(runs: Runs, private: Any) -> None:
    """With the activation guard and the release card, in any order, and with updates for which nothing was drawn."""
    from finewarden.callbacks import ActivationGuardCallback, ReleaseCardCallback

    rare = private(expected_batch_size=1, dataset_size=400)  # each update draws 1/50 of an example
    guards = [ActivationGuardCallback(), rare, ReleaseCardCallback()]
    trainer = runs.train("sft", guards, lora=True, max_steps=12)
    assert trainer.state.global_step == 12
    assert len(runs.records("ActivationGuardCallback")) == 2


def test_the_batch_clip_beside_it_is_refused(runs: Runs, private: Any) -> None:
    """Clipping the noised batch again would only distort it; the refusal says which to leave out."""
    from finewarden.callbacks import GradientClippingCallback, GuardRefusal

    for guards in ([GradientClippingCallback(), private()], [private(), GradientClippingCallback()]):
        with pytest.raises(GuardRefusal, match="GradientClippingCallback"):
            runs.train("plain", guards)


@pytest.mark.parametrize(
    "settings",
    [
        {"bf16": True, "lora": True},
        {"gradient_checkpointing": True, "gradient_checkpointing_kwargs": {"use_reentrant": True}, "lora": True},
        {"torch_compile": True, "torch_compile_backend": "eager"},
        {"lora": True, "eval_strategy": "steps", "eval_steps": 1},
    ],
    ids=["bf16", "reentrant", "compile", "evaluates"],
)
def test_ways_to_train(runs: Runs, private: Any, settings: dict[str, Any]) -> None:
    """Each ends after its steps with weights that moved and a ledger without a broken rule."""
    kind = "plain" if "torch_compile" in settings else "sft"  # dynamo fails on the fused head of TRL 1.16
    trainer = runs.train(kind, [private()], max_steps=3, **settings)
    found = ledger(runs.out)
    assert trainer.state.global_step == 3
    assert found["moved"] is True
    assert [each["number"] for each in found["rules"]] == list(range(1, 34))
    assert not [each for each in found["rules"] if each["result"] == "violated"]
