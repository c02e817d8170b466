"""DP-SGD in real Unsloth trainings, on CPU. Its fused GPU path is not covered here."""

from __future__ import annotations

import unsloth  # isort: skip  # noqa: F401 - before everything that it patches

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from datasets import Dataset
from trl import SFTConfig, SFTTrainer
from unsloth import FastLanguageModel

from finewarden.callbacks import DifferentialPrivacyCallback

pytestmark = [pytest.mark.unsloth, pytest.mark.timeout(300)]

RATE, STEPS = 0.3, 2
TEXTS = [f"客户{i}的密码是 {i}{i}-鲸" * (1 + i % 3) for i in range(6)]


@pytest.fixture(scope="module")
def base_model(tiny: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny base model."""
    folder: Path = tiny.save_base_model(tmp_path_factory.mktemp("models") / "base")
    return folder


def made(base_model: Path, out: Path, *callbacks: Any, **settings: Any) -> Any:
    """An Unsloth LoRA trainer, in float32 so that gradients can be compared to the last digits."""
    model, tokenizer = FastLanguageModel.from_pretrained(
        str(base_model), max_seq_length=128, load_in_4bit=False, dtype=torch.float32
    )
    model = FastLanguageModel.get_peft_model(
        model,
        r=4,
        lora_alpha=8,
        target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
        use_gradient_checkpointing="unsloth",
        random_state=3,
    )
    defaults = {
        "output_dir": str(out),
        "max_steps": STEPS,
        "learning_rate": RATE,
        "optim": "sgd",
        "lr_scheduler_type": "constant",
        "bf16": False,
        "fp16": False,
        "save_strategy": "no",
        "logging_steps": 1,
        "report_to": [],
        "disable_tqdm": True,
        "dataset_text_field": "text",
    }
    return SFTTrainer(
        model=model,
        args=SFTConfig(**{**defaults, **settings}),
        train_dataset=Dataset.from_list([{"text": text} for text in TEXTS]),
        processing_class=tokenizer,
        callbacks=list(callbacks),
    )


def trained(trainer: Any) -> dict[str, torch.Tensor]:
    """The trained weights."""
    return {name: each.detach().clone() for name, each in trainer.model.named_parameters() if each.requires_grad}


def test_it_is_per_example_training(base_model: Path, tmp_path: Path) -> None:
    """Without noise and clip, the weights are those of plain descent on the mean of each example's own loss."""
    reference = made(base_model, tmp_path / "reference")
    model, expected = reference.model, {}
    model.train()
    rows = reference._remove_unused_columns(reference.train_dataset)
    parameters = {name: each for name, each in model.named_parameters() if each.requires_grad}
    before = trained(reference)
    for _ in range(STEPS):
        mean = {name: torch.zeros_like(each, dtype=torch.float64) for name, each in parameters.items()}
        for row in rows:
            model.zero_grad()
            with reference.compute_loss_context_manager():
                loss = reference.compute_loss(model, reference._prepare_inputs(reference.data_collator([row])))
            loss.backward()
            for name, each in parameters.items():
                mean[name] += each.grad.double() / len(rows)
        with torch.no_grad():
            for name, each in parameters.items():
                each -= RATE * mean[name].float()
    expected = trained(reference)

    everything = {"noise_multiplier": 0, "max_grad_norm": float("inf"), "expected_batch_size": 6, "dataset_size": 6}
    private = made(base_model, tmp_path / "private", DifferentialPrivacyCallback(delta=1e-3, **everything))
    private.train()

    reached = trained(private)
    assert sum(float((expected[name] - before[name]).norm()) for name in expected) > 0.01
    for name, each in expected.items():
        assert float((reached[name] - each).norm()) <= 1e-5 * max(1.0, float((each - before[name]).norm())), name


def test_a_private_run_ends_within_its_budget(base_model: Path, tmp_path: Path) -> None:
    """One line makes an Unsloth run private: all 33 rules hold, and epsilon is at most the target."""
    callback = DifferentialPrivacyCallback(
        target_epsilon=0.5, delta=1e-3, max_grad_norm=0.1, expected_batch_size=3, dataset_size=6
    )
    trainer = made(base_model, tmp_path / "out", callback, max_steps=4, save_strategy="steps", save_steps=2)
    trainer.train()
    for folder, steps in ((tmp_path / "out", 4), (tmp_path / "out" / "checkpoint-2", 2)):
        found = json.loads((folder / "privacy_ledger.json").read_text(encoding="utf-8"))
        assert [each["steps"] for each in found["segments"]] == [steps]
        assert found["epsilon"]["pld"] <= 0.5
        assert found["moved"] is True
        assert not [each for each in found["rules"] if each["result"] == "violated"]


def test_it_resumes(base_model: Path, tmp_path: Path) -> None:
    """A resumed Unsloth run goes on with the same ledger."""

    def trainer(steps: int) -> Any:
        callback = DifferentialPrivacyCallback(
            noise_multiplier=5.0, delta=1e-3, expected_batch_size=3, dataset_size=6, engine="auto"
        )
        return made(base_model, tmp_path / "out", callback, max_steps=steps, save_strategy="steps", save_steps=2)

    trainer(2).train()
    again = trainer(4)
    again.train(resume_from_checkpoint=True)
    found = json.loads((tmp_path / "out" / "privacy_ledger.json").read_text(encoding="utf-8"))
    assert again.state.global_step == 4
    assert [each["steps"] for each in found["segments"]] == [2, 2]
    assert found["engine"] == "microbatch"
