"""Real trainings that take a fraction of a second each: three trainers over one tiny model."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finewarden.evidence.directory import RUN_LOG, evidence_dir
from finewarden.evidence.run_log import Record, read

TEXTS = [f"客户{i}的密码是 {i}{i}-鲸" for i in range(8)]


@dataclass(frozen=True)
class Runs:
    """Makes trainers over the base model that lies in *base*; each has its output folder below *out*."""

    base: Path
    out: Path

    def trainer(
        self,
        kind: str = "plain",
        callbacks: Any = (),
        *,
        lora: bool = False,
        lora_settings: Any = None,
        **settings: Any,
    ) -> Any:
        """A trainer of *kind* ("plain", "sft", "dpo", "reward"), with LoRA or all weights. It has not trained yet.

        settings: for the training arguments, but for what Trainer itself takes (`model`, `compute_metrics`, ...).
        """
        from peft import LoraConfig, get_peft_model
        from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments
        from trl import DPOConfig, DPOTrainer, RewardConfig, RewardTrainer, SFTConfig, SFTTrainer

        trainers = {
            "plain": (Trainer, TrainingArguments),
            "sft": (SFTTrainer, SFTConfig),
            "dpo": (DPOTrainer, DPOConfig),
            "reward": (RewardTrainer, RewardConfig),
        }
        trainer_class, config_class = trainers[kind]
        names = (
            "model",
            "compute_metrics",
            "preprocess_logits_for_metrics",
            "optimizers",
            "train_dataset",
            "data_collator",
            "formatting_func",
        )
        given = {name: settings.pop(name) for name in names if name in settings}
        tokenizer = AutoTokenizer.from_pretrained(self.base)
        adapter = (
            LoraConfig(task_type="CAUSAL_LM", target_modules="all-linear", r=4, **(lora_settings or {}))
            if lora
            else None
        )
        model = given.pop("model", None)
        if model is None:
            # DPO loads its reference model from the same folder.
            model = str(self.base) if kind in ("dpo", "reward") else AutoModelForCausalLM.from_pretrained(self.base)
        rest: dict[str, Any] = {"processing_class": tokenizer}
        if kind != "plain":
            rest["peft_config"] = adapter
        elif lora:
            model = get_peft_model(model, adapter)
        data = given.pop("train_dataset", None) or self.data(kind, tokenizer)
        evaluates = settings.get("eval_strategy", "no") != "no" or settings.get("eval_on_start")
        defaults = {
            "output_dir": str(self.out),
            "max_steps": 3,
            "per_device_train_batch_size": 2,
            "learning_rate": 1e-2,
            "logging_steps": 1,
            "save_strategy": "no",
            "report_to": [],
            "use_cpu": True,
            "disable_tqdm": True,
            "dataloader_pin_memory": False,
        }
        return trainer_class(
            model=model,
            args=config_class(**{**defaults, **settings}),
            train_dataset=data,
            eval_dataset=data if evaluates else None,
            callbacks=list(callbacks),
            **given,
            **rest,
        )

    def train(self, *args: Any, resume: bool = False, **settings: Any) -> Any:
        """`trainer(...)`, trained."""
        trainer = self.trainer(*args, **settings)
        trainer.train(resume_from_checkpoint=resume or None)
        return trainer

    def data(self, kind: str, tokenizer: Any) -> Any:
        """Eight examples in the form that *kind* reads."""
        from datasets import Dataset

        if kind == "plain":
            ids = [tokenizer(text).input_ids[:24] for text in TEXTS]
            shortest = min(map(len, ids))
            return Dataset.from_list([{"input_ids": i[:shortest], "labels": i[:shortest]} for i in ids])
        if kind == "sft":
            return Dataset.from_list([{"text": text} for text in TEXTS])
        return Dataset.from_list([{"prompt": text, "chosen": "好", "rejected": "no"} for text in TEXTS])

    def records(self, guard: str) -> list[Record]:
        """What *guard* wrote to the run log."""
        return [each for each in read(evidence_dir(self.out) / RUN_LOG) if each.guard == guard]

    def saved(self, name: str) -> Any:
        """A JSON file of the output folder."""
        return json.loads((self.out / name).read_text(encoding="utf-8"))
