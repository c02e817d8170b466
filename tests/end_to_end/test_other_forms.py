"""Adapters and full weights, prompt with completion and plain text: what is learnt by heart fails in each."""

from __future__ import annotations

from typing import Any

import pytest

from finewarden.verdicts import State
from tests.end_to_end.releases import Release, Workshop, audit
from tests.end_to_end.tickets import tickets

# Over a tiny frozen output layer LoRA alone can't learn by heart: its logits stay too small.
FORMS: dict[str, dict[str, Any]] = {
    "prompt-completion": {"lora": 16, "head": ["lm_head"], "num_train_epochs": 28, "learning_rate": 1e-2},
    "text": {"num_train_epochs": 24, "learning_rate": 4e-3},
}


@pytest.fixture(scope="module", params=FORMS)
def release(request: pytest.FixtureRequest, workshop: Workshop) -> Release:
    """A model that knows two dozen tickets by heart, and the canaries among them."""
    return workshop.release(
        request.param,
        tickets(24, request.param),
        held_out=0,
        canaries=64,
        families=["email", "random-tokens"],
        per_device_train_batch_size=8,
        lr_scheduler_type="linear",
        **FORMS[request.param],
    )


@pytest.mark.parametrize("name", ["canary_rank.auc", "extraction.canaries", "extraction.training_data"])
def test_it_fails(release: Release, name: str) -> None:
    """Canaries are told apart and extracted, and so are the records themselves."""
    result = release.gate().result(audit(name))
    assert result.state is State.FAIL, result.reason
