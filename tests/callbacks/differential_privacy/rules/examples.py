"""For each rule a run that breaks it, as in its `example`, on a trainer that is sound in all else."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from finewarden.callbacks.differential_privacy.rules import Moment, Run
from tests.callbacks.differential_privacy.rules.trainers import SETTINGS, Trainers

Build = Callable[[Trainers], Run]
# number -> (moment, the run, other rules that the same line breaks)
EXAMPLES: dict[int, tuple[Moment, Build, frozenset[int]]] = {}


def example(number: int, *others: int, moment: Moment = "before") -> Callable[[Build], Build]:
    """Enters the decorated function as the example of rule *number*."""

    def enter(build: Build) -> Build:
        EXAMPLES[number] = (moment, build, frozenset(others))
        return build

    return enter


def ours(trainer: Any) -> Run:
    """Under our own callback."""
    return Run.of(trainer, SETTINGS)


def fused(layer: Any) -> None:
    """Let a LoRA layer read its weights past its modules, as Unsloth's kernels and compiled forwards do."""
    down, up = layer.lora_A["default"].weight, layer.lora_B["default"].weight
    layer.forward = lambda x: layer.base_layer(x) + (x @ down.T @ up.T) * layer.scaling["default"]


@example(1)
def token_mean_loss(make: Trainers) -> Run:
    return Run.of(make.opacus(cls="TokenMeanTrainer").prepared())


@example(2)
def batch_clip(make: Trainers) -> Run:
    return Run.of(make.opacus(max_grad_norm=1.0).prepared())


@example(3)
def data_parallel(make: Trainers) -> Run:
    trainer = make.plain()
    trainer.args._n_gpu = 2  # what transformers finds by itself where two GPUs are
    return ours(trainer)


@example(4, moment="step")
def hook_coverage(make: Trainers) -> Run:
    trainer = make.opacus().prepared()
    fused(next(each for name, each in trainer.model.named_modules() if name.endswith("q_proj")))
    run = Run.of(trainer)
    trainer.backward()
    return run.later()


@example(5)
def checkpointing(make: Trainers) -> Run:
    return Run.of(make.opacus(gradient_checkpointing=True).prepared())


@example(6)
def outside_the_clip(make: Trainers) -> Run:
    trainer = make.opacus()
    trainer.model.get_output_embeddings().weight.requires_grad_(True)
    return Run.of(trainer.prepared())


@example(7)
def cross_example_loss(make: Trainers) -> Run:
    from datasets import Dataset
    from trl import KTOConfig, KTOTrainer

    rows = [{"prompt": "a", "completion": f"{i}", "label": bool(i % 2)} for i in range(8)]
    trainer = KTOTrainer(
        model=str(make.base),
        args=KTOConfig(output_dir=str(make.out), report_to=[], use_cpu=True, per_device_train_batch_size=2),
        processing_class=make.tokenizer(),
        train_dataset=Dataset.from_list(rows),
    )
    return ours(trainer)


@example(8, 7)
def generations(make: Trainers) -> Run:
    from datasets import Dataset
    from trl import GRPOConfig, GRPOTrainer

    trainer = GRPOTrainer(
        model=str(make.base),
        args=GRPOConfig(
            output_dir=str(make.out), report_to=[], use_cpu=True, per_device_train_batch_size=8, num_generations=8
        ),
        processing_class=make.tokenizer(),
        reward_funcs=lambda completions, **_: [0.0] * len(completions),
        train_dataset=Dataset.from_list([{"prompt": f"{i}"} for i in range(8)]),
    )
    return ours(trainer)


@example(9)
def packing(make: Trainers) -> Run:
    trainer = make.plain(packing=True, max_length=64)
    return Run.of(trainer, SETTINGS)


@example(10)
def fused_backward(make: Trainers) -> Run:
    return ours(make.plain(optim="galore_adamw_layerwise"))


@example(11)
def fp16_scaler(make: Trainers) -> Run:
    return ours(make.plain("plain", fp16=True))


@example(12, moment="step")
def non_finite_example(make: Trainers) -> Run:
    trainer = make.opacus(remove_unused_columns=False).prepared()
    trainer.train_dataset = trainer.train_dataset.add_column("weight", [1.0, float("nan"), *[1.0] * 6])
    run = Run.of(trainer)
    trainer.backward()
    return run.later()


@example(13)
def low_precision_sum(make: Trainers) -> Run:
    import torch

    return Run.of(make.opacus(model=make.lora().to(torch.bfloat16)).prepared())


@example(14)
def sharded_gradients(make: Trainers) -> Run:
    from accelerate.utils import DistributedType

    return ours(make.plain()).with_(distributed=DistributedType.FSDP)


@example(15)
def leftover_gradients(make: Trainers) -> Run:
    return Run.of(make.opacus().prepared().backward())


@example(16)
def tied_weights(make: Trainers) -> Run:
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(make.base)
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    model.lm_head.weight = model.get_input_embeddings().weight.requires_grad_(True)
    return Run.of(make.opacus(model=model, parts={"mode": "ghost"}).prepared())


@example(17)
def not_poisson(make: Trainers) -> Run:
    return Run.of(make.opacus(cls="ShuffledTrainer").prepared())


@example(18)
def poisson_per_micro_batch(make: Trainers) -> Run:
    return Run.of(make.opacus(gradient_accumulation_steps=4).prepared())


@example(19)
def streaming(make: Trainers) -> Run:
    rows = make.plain("plain").train_dataset
    return ours(make.plain("plain", train_dataset=rows.to_iterable_dataset()))


@example(20)
def changing_batches(make: Trainers) -> Run:
    return ours(make.plain(auto_find_batch_size=True))


@example(21)
def sampling_rate(make: Trainers) -> Run:
    return Run.of(make.opacus(parts={"accounted_rate": 0.75}).prepared())


@example(22)
def empty_draws(make: Trainers) -> Run:
    return Run.of(make.opacus(cls="RandomRowTrainer").prepared())


@example(23)
def steps_accounted(make: Trainers) -> Run:
    return Run.of(make.opacus(parts={"target_epsilon": 4.0}).prepared())


@example(24)
def resume(make: Trainers) -> Run:
    trainer = make.opacus().prepared()
    trainer.state.global_step = 2
    return Run.of(trainer)


@example(25)
def claim(make: Trainers) -> Run:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "GDP accounting is experimental", UserWarning)  # Opacus says so, too
        return Run.of(make.opacus(parts={"accountant": "gdp"}).prepared())


@example(26)
def privacy_unit(make: Trainers) -> Run:
    trainer = make.plain("plain")
    trainer.train_dataset = trainer.train_dataset.add_column("customer_id", [7] * 8)
    return ours(trainer)


@example(27)
def selection(make: Trainers) -> Run:
    trainer = make.plain(
        eval_strategy="steps", save_strategy="steps", eval_steps=1, save_steps=1, load_best_model_at_end=True
    )
    trainer.eval_dataset = trainer.eval_dataset.select(range(4))
    return ours(trainer)


@example(28)
def public_noise(make: Trainers) -> Run:
    return Run.of(make.opacus(parts={"generator": None}).prepared())


@example(29, 28)
def noise_twice(make: Trainers) -> Run:
    trainer = make.opacus(parts={"generator": None}).prepared()
    trainer.accountant.history = [(1.0, 0.9, 2)]
    trainer.state.global_step = 2
    return Run.of(trainer)


@example(30)
def metrics(make: Trainers) -> Run:
    trainer = make.plain()
    trainer.args.push_to_hub = True  # afterwards: the trainer would look for the hub
    return ours(trainer)


@example(31)
def preprocessing(make: Trainers) -> Run:
    trainer = make.plain("plain")
    trainer.processing_class = make.tokenizer().train_new_from_iterator(["private text"] * 9, 270)
    return ours(trainer)


@example(32)
def data_driven_start(make: Trainers) -> Run:
    import torch
    from peft import EvaConfig, LoraConfig, get_peft_model, initialize_lora_eva_weights
    from transformers import AutoModelForCausalLM

    config = LoraConfig(
        task_type="CAUSAL_LM", target_modules=["q_proj"], r=2, init_lora_weights="eva", eva_config=EvaConfig()
    )
    model = get_peft_model(AutoModelForCausalLM.from_pretrained(make.base), config, low_cpu_mem_usage=True)
    torch.manual_seed(0)
    initialize_lora_eva_weights(model, [{"input_ids": torch.randint(0, 250, (4, 8))}] * 3, show_progress_bar=False)
    return ours(make.plain("plain", model=model, lora=False))


@example(33, moment="after")
def adapter_unchanged(make: Trainers) -> Run:
    trainer = make.opacus(learning_rate=0.0)
    run = Run.of(trainer)
    trainer.train()
    return run.later(steps=3)
