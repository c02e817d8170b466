"""Opacus in a Trainer as it should be, and trainers with one thing wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finewarden.callbacks.differential_privacy.settings import Settings
from tests.callbacks.runs import Runs

# Of an ordinary run under our own callback.
SETTINGS = Settings(delta=1e-6, expected_batch_size=4, target_epsilon=8.0, dataset_size=8)


@dataclass(frozen=True)
class Trainers:
    """Makes trainers over the base model in *base*; their output folder is *out*."""

    base: Path
    out: Path

    def plain(self, kind: str = "sft", callbacks: Any = (), **settings: Any) -> Any:
        """An ordinary trainer, with LoRA unless it says otherwise."""
        return Runs(base=self.base, out=self.out).trainer(kind, callbacks, **{"lora": True, **settings})

    def tokenizer(self) -> Any:
        """A fresh tokenizer of the base model."""
        from transformers import AutoTokenizer

        return AutoTokenizer.from_pretrained(self.base)

    def lora(self, **config: Any) -> Any:
        """A fresh model with an adapter."""
        from peft import LoraConfig, get_peft_model
        from transformers import AutoModelForCausalLM

        chosen = {"task_type": "CAUSAL_LM", "target_modules": "all-linear", "r": 2, **config}
        return get_peft_model(AutoModelForCausalLM.from_pretrained(self.base), LoraConfig(**chosen))

    def opacus(
        self,
        callbacks: Any = (),
        *,
        cls: str = "OpacusTrainer",
        model: Any = None,
        parts: dict[str, Any] | None = None,
        **settings: Any,
    ) -> Any:
        """A trainer that is private by Opacus. parts: of its DP engine; settings: of the training arguments."""
        from transformers import TrainingArguments

        from tests.callbacks.differential_privacy.rules import opacus_trainer

        defaults = {
            "output_dir": str(self.out),
            "max_steps": 3,
            "max_grad_norm": 0.0,
            "per_device_train_batch_size": 4,
            "learning_rate": 1e-2,
            "save_strategy": "no",
            "report_to": [],
            "use_cpu": True,
            "disable_tqdm": True,
            "dataloader_pin_memory": False,
        }
        tokenizer = self.tokenizer()
        return getattr(opacus_trainer, cls)(
            model=model if model is not None else self.lora(),
            args=TrainingArguments(**{**defaults, **settings}),
            train_dataset=Runs(base=self.base, out=self.out).data("plain", tokenizer),
            processing_class=tokenizer,
            callbacks=list(callbacks),
            **(parts or {}),
        )
