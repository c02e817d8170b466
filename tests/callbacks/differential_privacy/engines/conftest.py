"""Trainers over tiny models with adapters of every kind."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from tests.callbacks.runs import Runs

Make = Callable[..., Any]


@pytest.fixture
def make(runs: Runs, tiny: ModuleType) -> Make:
    """Makes a trainer over a model: make(family, lora={...} or None, kind="plain", double=..., **settings)."""

    def trainer(
        family: Any = "llama",
        lora: dict[str, Any] | None = None,
        *,
        kind: str = "plain",
        double: bool = False,
        **given: Any,
    ) -> Any:
        from peft import LoraConfig, get_peft_model
        from transformers import DataCollatorForSeq2Seq

        model = tiny.tiny_model(family, hidden=32) if isinstance(family, str) else family
        if double:
            model = model.double()
        if lora is not None:
            model = get_peft_model(
                model,
                LoraConfig(**{"task_type": "CAUSAL_LM", "target_modules": "all-linear", "r": 4, **lora}),
                autocast_adapter_dtype=False,
            )
        made = runs.trainer(kind, model=model, **given)
        if kind == "plain":
            made.data_collator = DataCollatorForSeq2Seq(tiny.byte_tokenizer())
        return made

    return trainer
