"""Engine "hooks" against a backward of each example alone, through a real trainer."""

from __future__ import annotations

import math
from types import ModuleType
from typing import Any

import pytest

from tests.callbacks.differential_privacy.engines.conftest import Make
from tests.callbacks.differential_privacy.engines.micro_batches import (
    PAD,
    add,
    batch,
    clipped,
    distance,
    example,
    one_by_one,
    refusal,
    row,
    trained,
)

pytestmark = pytest.mark.training

LENGTHS = (9, 23, 14, 2)
# B of LoRA is zero at first, and would hide what is wrong with A.
LORA = {"init_lora_weights": False}
KINDS = {
    "LoRA": LORA,
    "LoRA and modules_to_save": {**LORA, "modules_to_save": ["lm_head", "embed_tokens"]},
    "LoRA and biases": {**LORA, "bias": "all"},
    "all weights": None,
}


def engine(trainer: Any) -> Any:
    """The engine under test."""
    from finewarden.callbacks.differential_privacy.engines.hooks import HooksEngine

    return HooksEngine(trainer)


def rows(side: str = "right", extra: int = 0) -> dict[str, Any]:
    """Four examples of different lengths; the last has no trained token, and the first has the padding token in it."""
    examples = [example(length, seed) for seed, length in enumerate(LENGTHS)]
    examples[0]["input_ids"][4] = PAD
    return batch(examples, side, extra)


@pytest.mark.parametrize("family", ["llama", "qwen2"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_example_adds_the_gradient_of_its_own_token_mean(make: Make, kind: str, family: str) -> None:
    """Without clip or noise the sum is that of the examples' own mean gradients, to 1e-6, with padding on any side."""
    trainer = make(family, KINDS[kind], double=True)
    hooks = engine(trainer)
    for side in ("right", "left"):
        assert distance(clipped(trainer, hooks, rows(side)), one_by_one(trainer, rows(side))) < 1e-6


def test_each_example_is_clipped_by_its_own_norm(make: Make) -> None:
    """With a bound that cuts some examples and spares others the sum is that of one-by-one clipping."""
    trainer = make(lora=LORA, double=True)
    norms = [float(sum(each.square().sum() for each in one_by_one(trainer, row(rows(), n))) ** 0.5) for n in range(3)]
    bound = sorted(norms)[1]
    assert distance(clipped(trainer, engine(trainer), rows(), bound), one_by_one(trainer, rows(), bound)) < 1e-6


def test_tied_embeddings_add_up_in_each_example(make: Make, tiny: ModuleType) -> None:
    """A weight that is used as embedding and as head gets both gradients, example by example."""
    model = tiny.tiny_model(hidden=32)
    model.config.tie_word_embeddings = True
    model.lm_head.weight = model.model.embed_tokens.weight
    trainer = make(model, double=True)
    assert distance(clipped(trainer, engine(trainer), rows()), one_by_one(trainer, rows())) < 1e-6


@pytest.mark.parametrize("reentrant", [True, False])
def test_checkpointing_recomputes_and_changes_nothing(make: Make, reentrant: bool) -> None:
    """With activation checkpointing of either kind each layer is computed twice, and the sum is the same."""
    trainer = make(lora=LORA, double=True)
    trainer.model.gradient_checkpointing_enable({"use_reentrant": reentrant})
    if reentrant:
        trainer.model.enable_input_require_grads()
    hooks = engine(trainer)
    expected = one_by_one(trainer, rows())
    clipped(trainer, hooks, rows())  # the proof's passes
    calls: list[int] = []
    layer = trainer.model.base_model.model.model.layers[0].mlp
    handle = layer.register_forward_pre_hook(lambda *_: calls.append(1))
    assert distance(clipped(trainer, hooks, rows()), expected) < 1e-6
    handle.remove()
    assert len(calls) == 2


def test_bfloat16_autocast_gives_what_autocast_gives(make: Make) -> None:
    """Under autocast one example's gradient is that of an ordinary backward, but for the last product's rounding."""
    trainer = make(lora={**LORA, "modules_to_save": ["lm_head"]}, bf16=True)
    trainer.model_wrapped = trainer.accelerator.prepare_model(trainer.model)
    hooks = engine(trainer)
    for number in range(3):
        one = row(rows(), number)
        assert distance(clipped(trainer, hooks, one), one_by_one(trainer, one)) < 2**-9
    # In a batch other kernels round elsewhere, as they do without us.
    assert distance(clipped(trainer, hooks, rows()), one_by_one(trainer, rows())) < 2**-6


def test_dropout_trains_as_ever(make: Make) -> None:
    """The proof is made without dropout, the micro-batch with it, on the random numbers of the untouched run."""
    import torch

    trainer = make(lora={**LORA, "lora_dropout": 0.5}, double=True)
    hooks, one = engine(trainer), row(rows(), 0)
    torch.manual_seed(3)
    ours, after = clipped(trainer, hooks, one), torch.rand(1)
    torch.manual_seed(3)
    theirs, expected = one_by_one(trainer, one), torch.rand(1)
    assert distance(ours, theirs) < 1e-6
    assert after == expected
    assert distance(clipped(trainer, hooks, one), theirs) > 0.1


def test_a_batch_of_one_and_rows_without_labels(make: Make) -> None:
    """One row works as many do; a row without trained tokens adds nothing, alone or among others."""
    trainer = make(lora=LORA, double=True)
    hooks = engine(trainer)
    one = batch([example(9, seed=0)])
    assert distance(clipped(trainer, hooks, one), one_by_one(trainer, one)) < 1e-6
    silent = batch([example(9, seed=0), example(20, seed=9, prompt=20)])
    assert distance(clipped(trainer, hooks, silent, 1e-3), one_by_one(trainer, one, 1e-3)) < 1e-6
    assert not any(bool(each.any()) for each in clipped(trainer, hooks, row(silent, 1)))


def test_nan_in_one_example_does_not_touch_the_others(make: Make, tiny: ModuleType) -> None:
    """An example whose gradient is not finite adds nothing; its neighbours add what they always do."""
    import torch

    model = tiny.tiny_model(hidden=32)
    with torch.no_grad():
        model.model.embed_tokens.weight[258] = math.nan
    trainer = make(model, LORA, double=True)
    hooks = engine(trainer)
    clean, poisoned = rows(), rows()
    clipped(trainer, hooks, clean)
    poisoned["input_ids"][1, 5] = 258
    others = {name: value[[0, 2, 3]] for name, value in clean.items()}
    assert distance(clipped(trainer, hooks, poisoned), one_by_one(trainer, others)) < 1e-6


def test_nothing_is_left_behind(make: Make) -> None:
    """After a micro-batch, and after one that failed, forwards, modes, weights and gradients are as before."""
    import torch

    def state() -> list[Any]:
        model = trainer.model
        return [
            [sorted(vars(each)) for each in model.modules()],
            [each.training for each in model.modules()],
            [each.detach().clone() for each in model.parameters()],
        ]

    trainer = make(lora={"lora_dropout": 0.1})
    trainer.model.train()
    before, hooks = state(), engine(trainer)

    def same() -> bool:
        now = state()
        weights = all(torch.equal(a, b) for a, b in zip(before[2], now[2], strict=True))
        return before[:2] == now[:2] and weights and all(each.grad is None for each in trained(trainer))

    clipped(trainer, hooks, rows())
    assert same()

    class BrokenError(Exception):
        pass

    def broken(given: dict[str, Any]) -> Any:
        trainer.training_step(trainer.model, given, None)
        raise BrokenError

    from finewarden.callbacks.differential_privacy.clipping import ClippedSum

    for once_more in (hooks, engine(trainer)):  # in the micro-batch, and in the proof
        with pytest.raises(BrokenError):
            once_more.add(broken, rows(), ClippedSum(trained(trainer), 1.0))
        assert same()


def test_a_gradient_by_a_path_past_the_module_stops_the_run(make: Make) -> None:
    """A kernel that reads a trained weight itself is found at any micro-batch, by the parameter's name."""
    import torch.nn.functional as F

    trainer = make(lora=LORA)
    hooks = engine(trainer)
    clipped(trainer, hooks, rows())
    attention = trainer.model.base_model.model.model.layers[1].self_attn
    fused = attention.q_proj
    attention.q_proj.forward = lambda x: F.linear(
        F.linear(x, fused.lora_A["default"].weight), fused.lora_B["default"].weight
    )
    for once_more in (hooks, engine(trainer)):
        text = refusal(lambda hooks=once_more: clipped(trainer, hooks, rows()))
        assert "layers.1.self_attn.q_proj.lora_A.default.weight" in text
        assert "path past the module" in text
        assert "microbatch" in text
        assert all(each.grad is None for each in trained(trainer))


def test_rows_that_are_not_examples_are_refused(make: Make) -> None:
    """What does not have the examples in its first dimension is refused: packing, and positions shared by all rows."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    trainer = make(lora=LORA)
    hooks = engine(trainer)
    packed = {**row(rows(), 0), "cu_seq_lens_q": torch.tensor([0, 4, 23])}
    assert "cu_seq_lens_q of shape (3,)" in refusal(lambda: clipped(trainer, hooks, packed))
    unmasked = {name: value for name, value in rows().items() if name != "attention_mask"}
    assert "without attention_mask" in refusal(lambda: clipped(trainer, hooks, unmasked))
    assert "input_ids and labels" in refusal(lambda: clipped(trainer, hooks, {"input_ids": rows()["input_ids"]}))

    shape = GPT2Config(
        vocab_size=259, n_embd=32, n_layer=1, n_head=2, n_positions=64, bos_token_id=None, eos_token_id=258
    )
    lora = {**LORA, "target_modules": ["c_attn"], "fan_in_fan_out": True}
    positions = make(GPT2LMHeadModel(shape), {**lora, "modules_to_save": ["wpe"]})
    text = refusal(lambda: clipped(positions, engine(positions), rows()))
    assert "wpe" in text
    assert "not the 4 rows of 23 tokens" in text


@pytest.mark.parametrize("loss_type", ["nll", "dft"])
def test_sft_trainer_trains_through_it(make: Make, loss_type: str) -> None:
    """In SFTTrainer.train(), with its own loss, head and checkpointing, each micro-batch is the sum one by one."""
    trainer = make(lora=LORA, kind="sft", loss_type=loss_type, bf16=False, max_steps=2)
    hooks, seen, original = engine(trainer), [], trainer.training_step

    def step(model: Any, inputs: dict[str, Any], count: Any = None) -> Any:
        counts = trainer._total_train_tokens, {name: len(each) for name, each in trainer._metrics["train"].items()}
        trainer.training_step = original
        seen.append(distance(clipped(trainer, hooks, inputs), one_by_one(trainer, inputs)))
        assert counts[0] < trainer._total_train_tokens
        # One micro-batch by the engine and two single rows for comparison; the proof counts nothing.
        assert len(trainer._metrics["train"]["entropy"]) == counts[1].get("entropy", 0) + 3
        trainer.training_step = step
        return original(model, inputs, None)

    trainer.training_step = step
    trainer.train()
    assert max(seen) < 1e-5
    assert len(seen) == 2


def test_the_loss_is_that_of_the_micro_batch(make: Make) -> None:
    """add() returns the loss of the trainer's own step, detached."""
    from finewarden.callbacks.differential_privacy.clipping import ClippedSum

    trainer = make(lora=LORA)
    loss = add(trainer, engine(trainer), rows(), ClippedSum(trained(trainer), 1.0))
    expected = trainer.model(**rows()).loss.detach()
    assert not loss.requires_grad
    assert float(loss) == pytest.approx(float(expected), rel=1e-5)
