"""Which engine a run gets, and the reason that is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.callbacks.differential_privacy.engines.conftest import Make
from tests.callbacks.differential_privacy.engines.micro_batches import refusal

pytestmark = pytest.mark.training


def choose(requested: Any, trainer: Any, unit: str = "example", rows: int = 4) -> tuple[str, str]:
    """(name of the engine, reason)."""
    from finewarden.callbacks.differential_privacy.engines.choice import choose

    engine, reason = choose(requested, trainer, unit=unit, rows=rows)
    return engine.name, reason


def test_auto_takes_hooks_only_where_it_holds_and_gains(make: Make) -> None:
    """LoRA with several examples a micro-batch: hooks; one example, units, a whole model, DoRA: microbatch, and why."""
    small = make(lora={"target_modules": ["q_proj"], "r": 1})
    assert choose("auto", small)[0] == "hooks"
    for given, word in (({"rows": 1}, "per_device_train_batch_size=1"), ({"unit": "customer"}, "unit='customer'")):
        name, reason = choose("auto", small, **given)
        assert name == "microbatch"
        assert word in reason
    for trainer, word in ((make(), "more than the model's own"), (make(lora={"use_dora": True}), "DoRA")):
        name, reason = choose("auto", trainer)
        assert name == "microbatch"
        assert word in reason


def test_a_requested_engine_is_given_or_refused_with_all_reasons(make: Make) -> None:
    """What is asked for is what runs: hooks that can't hold are refused with every reason, never replaced."""
    small = make(lora={"target_modules": ["q_proj"]})
    assert choose("microbatch", small)[0] == "microbatch"
    assert choose("hooks", small, rows=1) == ("hooks", "as requested")
    dora = make(lora={"use_dora": True}, label_smoothing_factor=0.1)
    text = refusal(lambda: choose("hooks", dora, unit="customer"))
    for word in ("DoRA", "label_smoothing_factor", "unit='customer'", 'engine="microbatch"'):
        assert word in text
