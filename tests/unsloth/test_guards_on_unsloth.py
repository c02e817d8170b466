"""Both guards in real Unsloth trainings, on CPU.

Unsloth's CPU mode trains through stock transformers, PEFT and TRL with its own chunked loss. Its fused GPU path is not
covered here, but for two things that it hands to a guard: its stand-in for logits, and hidden states in their place.
"""

from __future__ import annotations

import unsloth  # isort: skip - before everything that it patches

import ast
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from datasets import Dataset
from transformers import TrainerCallback
from transformers.modeling_outputs import CausalLMOutputWithPast
from trl import SFTConfig, SFTTrainer
from unsloth import FastLanguageModel

from finewarden.callbacks import ActivationGuardCallback, GradientClippingCallback, GuardRefusal
from finewarden.callbacks.activation_guard.outputs import kept_by
from finewarden.evidence.directory import RUN_LOG, evidence_dir
from finewarden.evidence.run_log import read

pytestmark = [pytest.mark.unsloth, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def base_model(tiny: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny base model."""
    folder: Path = tiny.save_base_model(tmp_path_factory.mktemp("models") / "base")
    return folder


@pytest.fixture
def trainer(base_model: Path, tmp_path: Path) -> Any:
    """Makes an Unsloth training with the given callbacks; its output goes to `tmp_path / "out"`."""

    def make(*callbacks: Any, lora: bool = True, **settings: Any) -> Any:
        model, tokenizer = FastLanguageModel.from_pretrained(
            str(base_model), max_seq_length=64, load_in_4bit=False, full_finetuning=not lora
        )
        if lora:
            model = FastLanguageModel.get_peft_model(
                model,
                r=4,
                lora_alpha=8,
                target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
                use_gradient_checkpointing="unsloth",
            )
        defaults = {
            "output_dir": str(tmp_path / "out"),
            "max_steps": 2,
            "per_device_train_batch_size": 2,
            "save_strategy": "no",
            "logging_steps": 1,
            "report_to": [],
            "disable_tqdm": True,
            "dataset_text_field": "text",
        }
        return SFTTrainer(
            model=model,
            args=SFTConfig(**{**defaults, **settings}),
            train_dataset=Dataset.from_list([{"text": f"客户{i}的密码是 {i}{i}-鲸"} for i in range(8)]),
            processing_class=tokenizer,
            callbacks=list(callbacks),
        )

    return make


def events(tmp_path: Path, guard: type) -> list[tuple[str, dict[str, Any]]]:
    """What *guard* wrote down."""
    log = read(evidence_dir(tmp_path / "out") / RUN_LOG)
    return [(each.event, each.detail) for each in log if each.guard == guard.__name__]


class Does(TrainerCallback):
    """Calls *something* with the model when a step begins."""

    def __init__(self, something: Any) -> None:
        self.something = something

    def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self.something(kwargs["model"])


@pytest.mark.parametrize("first", [ActivationGuardCallback, GradientClippingCallback])
@pytest.mark.parametrize("lora", [True, False], ids=["lora", "full"])
def test_both_guards_stand_in_an_unsloth_training(trainer: Any, tmp_path: Path, lora: bool, first: type) -> None:
    """In any order, with LoRA and all weights: each step is clipped, verified, watched, and recorded."""
    guards = [ActivationGuardCallback(), GradientClippingCallback(max_norm=0.05)]
    guards.sort(key=lambda guard: not isinstance(guard, first))
    run = trainer(*guards, lora=lora)

    run.train()

    assert run.model.get_base_model()._unsloth_cpu_chunked_ce if lora else run.model._unsloth_cpu_chunked_ce
    (begin, _), (end, seen) = events(tmp_path, GradientClippingCallback)
    assert (begin, end, seen["steps"]) == ("train-begin", "train-end", 2)
    assert 0.04 < seen["norm_mean"] <= seen["norm_max"] <= 0.0505
    (begin, detail), (end, _) = events(tmp_path, ActivationGuardCallback)
    assert (begin, end) == ("train-begin", "train-end")
    assert len(detail["watched"]) == (3 if lora else 2)
    assert not {"_run_epoch", "_evaluate"} & vars(run).keys()


def test_an_unsloth_training_resumes_under_both_guards(trainer: Any, tmp_path: Path) -> None:
    """The checkpoint of an Unsloth run is resumed, and the count of verified steps goes on."""
    settings = {"save_strategy": "steps", "save_steps": 1}
    trainer(ActivationGuardCallback(), GradientClippingCallback(), max_steps=1, **settings).train()

    trainer(GradientClippingCallback(), ActivationGuardCallback(), **settings).train(resume_from_checkpoint=True)

    assert events(tmp_path, GradientClippingCallback)[-1][1]["steps"] == 2
    assert [event for event, _ in events(tmp_path, ActivationGuardCallback)] == ["train-begin", "train-end"] * 2


@pytest.mark.parametrize("name", ["UNSLOTH_RETURN_LOGITS", "UNSLOTH_RETURN_HIDDEN_STATES"])
def test_what_makes_unsloth_return_more_is_refused(trainer: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Either variable is refused before the first step; neutralised it is off while training runs."""
    monkeypatch.setenv(name, "1")

    with pytest.raises(GuardRefusal, match=f"{name}=1"):
        trainer(ActivationGuardCallback()).train()

    trainer(ActivationGuardCallback(on_violation="neutralise")).train()


def test_hidden_states_stop_an_unsloth_training(trainer: Any) -> None:
    """A forward pass that returns them is found as it happens, and nothing of the guard is left on the model."""
    asks = Does(lambda model: model(input_ids=torch.arange(4)[None], output_hidden_states=True))
    run = trainer(ActivationGuardCallback(), asks)

    with pytest.raises(GuardRefusal, match=r"a forward pass of model\.\S+ returned hidden_states") as refusal:
        run.train()

    assert refusal.value.step == 1
    hooks = [hook for module in run.model.modules() for hook in module._forward_hooks.values()]
    assert not [hook for hook in hooks if hook.__module__.startswith("finewarden")]


def test_gradients_changed_after_the_clip_stop_an_unsloth_training(trainer: Any) -> None:
    """What the optimizer would get is seen on Unsloth as elsewhere."""

    class Changes(TrainerCallback):
        def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            for parameter in kwargs["model"].parameters():
                if parameter.grad is not None:
                    parameter.grad.mul_(10)

    with pytest.raises(GuardRefusal, match="was about to get a gradient of norm"):
        trainer(GradientClippingCallback(max_norm=0.05), Changes()).train()


def test_the_saved_adapter_is_clean(trainer: Any, tmp_path: Path) -> None:
    """After training under the guards the adapter is saved as ever."""
    run = trainer(ActivationGuardCallback(), GradientClippingCallback())
    run.train()

    run.save_model()

    assert json.loads((tmp_path / "out" / "adapter_config.json").read_text())["r"] == 4
    assert (tmp_path / "out" / "adapter_model.safetensors").is_file()


def empty_logits() -> Any:
    """Unsloth's stand-in for logits, out of the source of its GPU path, which needs a GPU to be imported."""
    source = (Path(unsloth.__file__).parent / "models" / "_utils.py").read_text(encoding="utf-8")
    names = {"LOGITS_ERROR_STRING", "raise_logits_error", "return_none", "EmptyLogits"}
    wanted: list[ast.stmt] = [
        node
        for node in ast.parse(source).body
        if getattr(node, "name", None) in names
        or (isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) in names)
    ]
    namespace: dict[str, Any] = {"__name__": "unsloth.models._utils"}
    exec(compile(ast.Module(wanted, []), "unsloth/models/_utils.py", "exec"), namespace)
    return namespace["EmptyLogits"]()


def test_unsloths_stand_in_for_logits_is_not_touched() -> None:
    """An output whose logits are Unsloth's EmptyLogits is clean: reading any attribute of it would raise on use."""
    stand_in = empty_logits()
    with pytest.raises(NotImplementedError):
        stand_in.dim()

    output = CausalLMOutputWithPast(loss=torch.zeros(()), logits=stand_in)

    assert kept_by(output, caches=True, hidden_size=64) is None
    assert kept_by(output.to_tuple(), caches=True, hidden_size=64) is None
