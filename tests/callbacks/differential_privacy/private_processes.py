"""Run by `test_processes.py`: `python -m torch.distributed.run ... BASE OUT`, or alone, `python ... BASE OUT`.

Trains without noise, with a clip that bites, on all examples in each step; then with noise and next to no gradient.
What came of it goes to `OUT/<rank>.pt`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import SFTConfig, SFTTrainer

from finewarden.callbacks import DifferentialPrivacyCallback

# Seven over two processes: one of them has a place left where the other computes and discards.
TEXTS = [f"客户{i}的密码是 {i}{i}-鲸" * (1 + i % 3) for i in range(7)]


class Looks(TrainerCallback):
    """Keeps what the optimizer gets."""

    def __init__(self) -> None:
        self.seen: list[torch.Tensor] = []

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        grads = [each.grad.flatten() for each in kwargs["model"].parameters() if each.grad is not None]
        self.seen.append(torch.cat(grads).clone())


def train(base: str, out: Path, **private: Any) -> tuple[SFTTrainer, Looks]:
    """LoRA with SFTTrainer, whose metrics are gathered from all processes in each forward pass."""
    torch.set_num_threads(1)
    looks = Looks()
    torch.manual_seed(0)
    trainer = SFTTrainer(
        model=AutoModelForCausalLM.from_pretrained(base),
        args=SFTConfig(
            output_dir=str(out),
            max_steps=3,
            per_device_train_batch_size=2,
            learning_rate=0.3,
            optim="sgd",
            lr_scheduler_type="constant",
            bf16=False,
            logging_steps=1,
            save_strategy="no",
            report_to=[],
            use_cpu=True,
            disable_tqdm=True,
            seed=1,
        ),
        train_dataset=Dataset.from_list([{"text": text} for text in TEXTS]),
        processing_class=AutoTokenizer.from_pretrained(base),
        peft_config=LoraConfig(task_type="CAUSAL_LM", target_modules="all-linear", r=4),
        callbacks=[looks, DifferentialPrivacyCallback(delta=1e-3, dataset_size=7, **private)],
    )
    trainer.train()
    return trainer, looks


def main(base: str, out: Path) -> None:
    """Train twice and report."""
    exact, _ = train(base, out / "exact", engine="auto", noise_multiplier=0, max_grad_norm=0.05, expected_batch_size=7)
    _, noisy = train(base, out / "noisy", noise_multiplier=5.0, max_grad_norm=1e-6, expected_batch_size=3)
    report = {
        "wrapped": type(exact.model_wrapped).__name__,
        "weights": {name: each.detach() for name, each in exact.model.named_parameters() if each.requires_grad},
        "noise": noisy.seen,
        "loss": [each["loss"] for each in exact.state.log_history if "loss" in each],
    }
    torch.save(report, out / f"{exact.args.process_index}.pt")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
