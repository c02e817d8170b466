"""The proof refuses what is not the example's own gradient, and leaves no trace."""

from __future__ import annotations

import copy
import random
from types import ModuleType
from typing import Any

import pytest

from tests.callbacks.differential_privacy.engines.conftest import Make
from tests.callbacks.differential_privacy.engines.micro_batches import (
    PAD,
    batch,
    clipped,
    example,
    refusal,
)

pytestmark = pytest.mark.training


def engine(trainer: Any) -> Any:
    """The engine that makes the proof."""
    from finewarden.callbacks.differential_privacy.engines.hooks import HooksEngine

    return HooksEngine(trainer)


def rows(*lengths: int, side: str = "right") -> dict[str, Any]:
    """Examples of *lengths*."""
    return batch([example(length, seed) for seed, length in enumerate(lengths)], side)


def test_examples_that_see_each_other_are_refused(make: Make) -> None:
    """A layer that mixes the rows of a batch makes a captured gradient another than that of the example alone."""
    trainer = make(lora={})
    norm = trainer.model.base_model.model.model.norm
    norm.register_forward_hook(lambda module, given, output: output - output.mean(0, keepdim=True))
    text = refusal(lambda: clipped(trainer, engine(trainer), rows(9, 14)))
    assert "lora_A.default.weight: the gradient captured for an example differs" in text
    assert "lora_B.default.weight" in text


def test_a_loss_that_is_no_token_mean_is_refused_once_it_can_be_seen(make: Make, tiny: ModuleType) -> None:
    """A mean over rows is a mean over tokens while all rows weigh the same; the first rows that do not are refused."""
    import torch.nn.functional as F

    trainer = make(lora={})

    def by_rows(logits: Any, labels: Any, vocab_size: int, **kwargs: Any) -> Any:
        losses = [
            F.cross_entropy(row[:-1], each[1:], ignore_index=-100) for row, each in zip(logits, labels, strict=True)
        ]
        return sum(losses) / len(losses)

    hooks = engine(trainer)
    trainer.model.get_base_model().loss_function = by_rows  # after the static check
    clipped(trainer, hooks, rows(9, 9))
    assert "not the mean over their tokens" in refusal(lambda: clipped(trainer, hooks, rows(9, 14)))


def test_a_gradient_that_depends_on_padding_is_refused(make: Make) -> None:
    """Absolute positions with padding on the left: how far an example moves depends on how long its neighbours are."""
    from transformers import GPT2Config, GPT2LMHeadModel

    shape = GPT2Config(
        vocab_size=259, n_embd=32, n_layer=1, n_head=2, n_positions=64, bos_token_id=None, eos_token_id=258
    )
    trainer = make(GPT2LMHeadModel(shape), {"target_modules": ["c_attn"], "fan_in_fan_out": True})
    hooks = engine(trainer)
    clipped(trainer, hooks, rows(9, 14, side="right"))
    assert "are not independent" in refusal(lambda: clipped(trainer, hooks, rows(9, 14, side="left")))


def test_the_proof_leaves_no_trace(make: Make) -> None:
    """Random numbers of torch and Python, modes, weights and the trainer's metrics are as before a proof."""
    import torch

    trainer = make(lora={"lora_dropout": 0.3}, kind="sft", bf16=False)
    from finewarden.callbacks.differential_privacy.clipping import ClippedSum
    from tests.callbacks.differential_privacy.engines.micro_batches import add, trained

    def draws() -> tuple[float, float]:
        return torch.rand(1).item(), random.random()

    def run(hooks: Any) -> Any:
        torch.manual_seed(5)
        random.seed(5)
        trainer._metrics, trainer._total_train_tokens = copy.deepcopy(metrics), 0
        loss = add(trainer, hooks, rows(9, 14), ClippedSum(trained(trainer), 1.0))
        return draws(), float(loss), trainer._total_train_tokens, copy.deepcopy(trainer._metrics)

    # Something that draws in each forward pass, also where dropout does not.
    trainer.model.register_forward_pre_hook(lambda *_: draws() and None)
    metrics, hooks = copy.deepcopy(trainer._metrics), engine(trainer)
    assert run(hooks) == run(hooks)  # with a proof, and without


def test_traits_are_what_a_proof_speaks_for() -> None:
    """Several rows, unequal weight, padding on a side and each input given are kinds that have to be proven."""
    from finewarden.callbacks.differential_privacy.engines.proof import traits

    given = {"given input_ids", "given labels", "given attention_mask"}
    assert traits(rows(9)) == given
    assert traits(rows(9, 9)) == given | {"several rows"}
    assert traits(rows(9, 8)) == given | {"several rows", "rows of different weight", "padding right"}
    assert traits(rows(9, 8, side="left")) >= {"padding left"}
    assert PAD == 256


def test_the_tolerance_follows_the_coarsest_type(make: Make) -> None:
    """1e-4 where all is float32; 2^-5 where autocast or a frozen base in bfloat16 rounds."""
    import torch

    from finewarden.callbacks.differential_privacy.engines.proof import tolerance

    trainer = make(lora={})
    assert tolerance(trainer) == 1e-4
    trainer.model.get_base_model().lm_head.to(torch.bfloat16)
    assert tolerance(trainer) == 2**-5
    assert tolerance(make(lora={}, bf16=True)) == 2**-5
