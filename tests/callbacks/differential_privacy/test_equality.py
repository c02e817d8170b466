"""Without noise and clip, a private run is ordinary training on the mean of per-example losses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.callbacks.runs import Runs

pytestmark = pytest.mark.training

# Plain gradient descent: Adam divides what is rounding error by its own size.
RATE = 0.3


def plainly_trained(trainer: Any, steps: int, learning_rate: float) -> dict[str, Any]:
    """The weights after *steps* of gradient descent on the mean over all examples of each example's own loss.

    Written with torch alone: the trainer is asked for its collator and for the loss of one example, nothing else.
    """
    import torch

    model = trainer.model
    model.train()
    rows = trainer._remove_unused_columns(trainer.train_dataset)
    trained = {name: each for name, each in model.named_parameters() if each.requires_grad}
    optimizer = torch.optim.SGD(trained.values(), lr=learning_rate)
    for _ in range(steps):
        mean = {name: torch.zeros_like(each, dtype=torch.float64) for name, each in trained.items()}
        for row in rows:
            loss = trainer.compute_loss(model, trainer._prepare_inputs(trainer.data_collator([row])))
            gradients = torch.autograd.grad(loss, list(trained.values()), allow_unused=True)
            for name, gradient in zip(trained, gradients, strict=True):
                if gradient is not None:
                    mean[name] += gradient.double() / len(rows)
        for name, each in trained.items():
            each.grad = mean[name].to(each.dtype)
        optimizer.step()
    return {name: each.detach().clone() for name, each in trained.items()}


@pytest.mark.parametrize(
    ("engine", "kind", "settings"),
    [
        ("microbatch", "plain", {}),
        ("microbatch", "plain", {"lora": True}),
        ("microbatch", "sft", {"lora": True}),
        ("microbatch", "sft", {"lora": True, "gradient_checkpointing": False, "dataloader_num_workers": 2}),
        ("microbatch", "sft", {"lora": True, "lora_settings": {"use_dora": True}}),
        ("microbatch", "sft", {"lora": True, "lora_settings": {"modules_to_save": ["lm_head", "embed_tokens"]}}),
        ("microbatch", "dpo", {"lora": True}),
        ("microbatch", "reward", {}),
        ("hooks", "plain", {}),
        ("hooks", "plain", {"lora": True}),
        ("hooks", "sft", {"lora": True}),
        ("hooks", "sft", {"lora": True, "gradient_checkpointing": False, "dataloader_num_workers": 2}),
        ("hooks", "plain", {"lora": True, "lora_settings": {"modules_to_save": ["lm_head", "embed_tokens"]}}),
    ],
    ids=lambda value: "-".join(map(str, value)) or "full" if isinstance(value, dict) else value,
)
def test_it_is_ordinary_training(runs: Runs, private: Any, engine: str, kind: str, settings: Any) -> None:
    """At sigma 0 and C infinite the weights are those of per-example-mean training, to 1e-6 of what moved."""
    common = {
        "max_steps": 3,
        "learning_rate": RATE,
        "optim": "sgd",
        "lr_scheduler_type": "constant",
        "bf16": False,
        **settings,
    }
    expected = plainly_trained(runs.trainer(kind, seed=1, **common), 3, RATE)
    everything = {"noise_multiplier": 0, "max_grad_norm": float("inf"), "expected_batch_size": 8}
    trainer = runs.train(kind, [private(engine=engine, **everything)], seed=1, **common)
    reached = {name: each.detach() for name, each in trainer.model.named_parameters()}
    start = {name: each.detach() for name, each in runs.trainer(kind, seed=1, **common).model.named_parameters()}
    assert sum(float((expected[name] - start[name]).norm()) for name in expected) > 0.01
    for name, each in expected.items():
        moved = float((each - start[name]).norm())
        assert float((reached[name] - each).norm()) <= 1e-6 * max(1.0, moved), name
