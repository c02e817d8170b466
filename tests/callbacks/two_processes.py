"""Run by `test_two_processes.py` in each of two processes: `python -m torch.distributed.run ... BASE OUT`.

Trains with DDP under both guards, then again with a callback that changes gradients, and writes what came of it to
`OUT/<rank>.json`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, Trainer, TrainerCallback, TrainingArguments

from finewarden.callbacks import ActivationGuardCallback, GradientClippingCallback, GuardRefusal


class DoublesGradients(TrainerCallback):
    """Changes the gradients after the clip."""

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        for parameter in kwargs["model"].parameters():
            parameter.grad.mul_(2)


def trainer(base: str, out: Path, *callbacks: TrainerCallback) -> Trainer:
    """A DDP training of the model in *base*, the data another on each process."""
    torch.set_num_threads(1)
    rows = torch.randint(0, 250, (16, 12), generator=torch.Generator().manual_seed(0))
    return Trainer(
        model=AutoModelForCausalLM.from_pretrained(base),
        args=TrainingArguments(
            output_dir=str(out),
            max_steps=2,
            per_device_train_batch_size=2,
            gradient_accumulation_steps=2,
            logging_steps=1,
            save_strategy="no",
            report_to=[],
            use_cpu=True,
            disable_tqdm=True,
        ),
        train_dataset=[{"input_ids": row, "labels": row} for row in rows],
        callbacks=list(callbacks),
    )


def main(base: str, out: Path) -> None:
    """Train twice and report."""
    guard = GradientClippingCallback(max_norm=0.5)
    clean = trainer(base, out / "clean", ActivationGuardCallback(), guard)
    clean.train()
    refusal = ""
    try:
        trainer(base, out / "bad", guard, ActivationGuardCallback(), DoublesGradients()).train()
    except GuardRefusal as error:
        refusal = str(error)
    report = {
        "wrapped": type(clean.model_wrapped).__name__,
        "steps": clean.state.global_step,
        "norm_max_logged": guard.norm_max_logged,
        "hooks": sum(len(module._forward_hooks) for module in clean.model.modules()),
        "refusal": refusal,
    }
    (out / f"{clean.args.process_index}.json").write_text(json.dumps(report))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
