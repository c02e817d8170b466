"""The further cases of the rules: what else breaks them, and the nearest thing that doesn't."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

pytestmark = pytest.mark.training

from finewarden.callbacks.differential_privacy.rules import RULES, Moment, Run  # noqa: E402
from tests.callbacks.differential_privacy.rules.examples import fused, ours  # noqa: E402
from tests.callbacks.differential_privacy.rules.trainers import SETTINGS, Trainers  # noqa: E402


def breaks(number: int, run: Run, moment: Moment = "before") -> bool:
    """Whether rule *number* finds anything at *moment*."""
    check = RULES[number - 1].check(moment)
    assert check is not None
    return bool(list(check(run)))


def test_01_one_example_a_step(trainers: Trainers) -> None:
    """With one example an update there is nobody to depend on; without a count, several in a micro-batch still are."""
    assert not breaks(1, Run.of(trainers.plain(per_device_train_batch_size=1)))
    several = trainers.plain("plain")
    several.model_accepts_loss_kwargs = False
    assert breaks(1, Run.of(several))
    several.args.per_device_train_batch_size = 1
    several.args.gradient_accumulation_steps = 8
    assert not breaks(1, Run.of(several))
    assert not breaks(1, Run.of(trainers.plain("dpo")))


def test_02_clipping_callback(trainers: Trainers) -> None:
    """GradientClippingCallback has no place beside our callback; max_grad_norm is set to 0 by it, and no problem."""
    from finewarden.callbacks import GradientClippingCallback

    assert breaks(2, ours(trainers.plain(callbacks=[GradientClippingCallback()])))
    assert not breaks(2, ours(trainers.plain(max_grad_norm=1.0)))


def test_04_reentrant_or_not(trainers: Trainers) -> None:
    """Non-reentrant checkpointing breaks rules 5 and 4, reentrant neither: as measured on per-example gradients."""
    for reentrant in (True, False):
        trainer = trainers.opacus().prepared()
        trainer.model.enable_input_require_grads()
        trainer.model.base_model.model.gradient_checkpointing_enable({"use_reentrant": reentrant})
        run = Run.of(trainer)
        trainer.backward()
        assert breaks(5, run) is not reentrant
        assert breaks(4, run.later(), "step") is not reentrant


def test_04_position_embedding(trainers: Trainers) -> None:
    """A position embedding that is looked up once a batch has one gradient where there are four examples."""
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(n_layer=1, n_head=2, n_embd=8, vocab_size=300, n_positions=64, tie_word_embeddings=False)
    trainer = trainers.opacus(model=GPT2LMHeadModel(config))
    run = Run.of(trainer)
    trainer.backward()
    (problem,) = RULES[3].check("step")(run.later())  # type: ignore[misc]
    assert "1 and 4" in problem.what
    assert "wpe" in problem.what


def test_04_our_engine_needs_no_hooks(trainers: Trainers) -> None:
    """Weights that are read past their modules don't concern our callback."""
    trainer = trainers.plain("plain")
    fused(next(each for name, each in trainer.model.named_modules() if name.endswith("q_proj")))
    assert not breaks(4, ours(trainer).later(), "step")


def test_06_while_training(trainers: Trainers) -> None:
    """A parameter that is unfrozen, or handed to the optimizer, after the run began."""
    import torch

    trainer = trainers.plain("plain")
    run = ours(trainer)
    assert not breaks(6, run.later(), "step")
    trainer.model.get_output_embeddings().weight.requires_grad_(True)
    assert breaks(6, run.later(), "step")
    trainer.create_optimizer()
    assert not breaks(6, ours(trainer))
    trainer.optimizer.add_param_group({"params": [torch.nn.Parameter(torch.zeros(3))]})
    assert breaks(6, ours(trainer))


def test_07_losses(trainers: Trainers) -> None:
    """BatchNorm mixes examples at any size; DPO's aot loss only where several are in a micro-batch."""
    import torch

    trainer = trainers.plain("plain")
    trainer.model.extra = torch.nn.LayerNorm(3)
    assert not breaks(7, ours(trainer))
    trainer.model.extra = torch.nn.BatchNorm1d(3)
    assert breaks(7, ours(trainer))
    aot = trainers.plain("dpo", loss_type=["aot"])
    assert breaks(7, Run.of(aot))
    assert not breaks(7, ours(aot))
    assert not breaks(7, Run.of(trainers.plain("dpo")))


def test_09_joined_rows(trainers: Trainers) -> None:
    """Padding-free batches break rule 9 where several examples are joined; a data set packed beforehand always does."""
    joined = trainers.plain(padding_free=True, max_length=None)
    assert breaks(9, Run.of(joined))
    assert not breaks(9, ours(joined))
    packed = trainers.plain("plain")
    packed.train_dataset = packed.train_dataset.add_column("seq_lengths", [[2, 3]] * 8)
    assert breaks(9, ours(packed))


def test_13_precision_of_ours(trainers: Trainers) -> None:
    """Our callback sums in float32 whatever is trained."""
    import torch

    trainer = trainers.plain("plain", model=trainers.lora().to(torch.bfloat16), lora=False)
    assert not breaks(13, ours(trainer))


def test_14_processes(trainers: Trainers) -> None:
    """DDP is allowed under our callback; DeepSpeed, and DDP under an engine that reads averaged gradients, are not."""
    from accelerate.utils import DistributedType

    run = ours(trainers.plain("plain"))
    assert not breaks(14, run.with_(distributed=DistributedType.MULTI_CPU))
    assert not breaks(14, run.with_(distributed=DistributedType.MULTI_GPU))
    assert breaks(14, run.with_(distributed=DistributedType.DEEPSPEED))
    assert breaks(14, run.with_(distributed=DistributedType.MULTI_GPU, settings=None))


def test_15_mend(trainers: Trainers) -> None:
    """Mending rule 15 clears what was there."""
    run = Run.of(trainers.opacus().prepared().backward())
    for problem in RULES[14].check("before")(run):  # type: ignore[misc]
        assert problem.mend is not None
        problem.mend()
    assert not breaks(15, run)


def test_17_before_there_is_a_loader(trainers: Trainers) -> None:
    """Without a loader it is known how Trainer would draw, and not how somebody else's method would."""
    assert breaks(17, Run.of(trainers.plain()))
    run = Run.of(trainers.opacus())
    assert not breaks(17, run)
    assert not RULES[16].sees(run)
    assert not breaks(17, ours(trainers.plain()))


def test_20_in_training(trainers: Trainers) -> None:
    """A batch that changes while training breaks rule 20 in the update after it."""
    trainer = trainers.plain("plain")
    run = ours(trainer)
    assert not breaks(20, run.later(), "step")
    trainer._train_batch_size = 1
    assert breaks(20, run.later(), "step")
    assert breaks(20, Run.of(trainers.plain("plain", dataloader_drop_last=True)))
    assert not breaks(20, ours(trainers.plain("plain", dataloader_drop_last=True)))


def test_21_bound(trainers: Trainers) -> None:
    """A rate that is too high is sound, and our own loader draws with the rate that it accounts."""
    assert not breaks(21, ours(trainers.plain("plain")))
    assert not breaks(21, Run.of(trainers.opacus(parts={"accounted_rate": 0.95}).prepared()))


def test_07_kept_statistics(trainers: Trainers) -> None:
    """A buffer that is saved with the model and changed in training breaks rule 7; one that is not saved does not."""
    import torch

    run = ours(trainers.plain("plain"))
    layer = next(run.model.children())
    layer.register_buffer("seen", torch.zeros(3))
    layer.register_buffer("cache", torch.zeros(3), persistent=False)
    run = ours(run.trainer)
    layer.cache += 1
    assert not breaks(7, run.later(), "after")
    layer.seen += 1
    assert breaks(7, run.later(), "after")


def test_23_counting(trainers: Trainers) -> None:
    """Updates that nobody counted, and epsilon above the promise, break rule 23; as many as counted do not."""
    trainer = trainers.opacus(parts={"target_epsilon": 50.0}).prepared()
    run = Run.of(trainer)
    assert not breaks(23, run)
    trainer.accountant.history = [(1.0, 0.9, 3)]
    assert not breaks(23, run.later(steps=3), "after")
    assert breaks(23, run.later(steps=4), "after")
    trainer.accountant.history = [(1.0, 0.9, 3000)]
    assert breaks(23, run.later(steps=3000), "after")
    trainer.optimizer.attach_step_hook(None)
    trainer.accountant = None
    assert breaks(23, Run.of(trainer))


def test_24_with_its_accountant(trainers: Trainers) -> None:
    """A resumed run whose accountant holds what was spent goes on."""
    trainer = trainers.opacus().prepared()
    trainer.accountant.history = [(1.0, 0.9, 2)]
    trainer.state.global_step = 2
    assert not breaks(24, Run.of(trainer))


def test_25_delta_and_noise(trainers: Trainers) -> None:
    """delta of 1 / N, and no noise, break rule 25, under our callback and under Opacus."""
    run = ours(trainers.plain("plain"))
    assert breaks(25, run.with_(settings=replace(SETTINGS, dataset_size=None, delta=0.125)))
    assert not breaks(25, run.with_(settings=replace(SETTINGS, dataset_size=None, delta=0.12)))
    exact = replace(SETTINGS, target_epsilon=None, noise_multiplier=0)
    assert not breaks(25, run.with_(settings=exact)), "without a claimed epsilon it is a test"
    assert breaks(25, Run.of(trainers.opacus(parts={"noise_multiplier": 0.0}).prepared()))
    assert breaks(25, Run.of(trainers.opacus(parts={"delta": 0.125}).prepared()))


def test_26_units(trainers: Trainers) -> None:
    """Rows of one owner are no problem when the owner is the unit; duplicates are, unless our callback counts them."""
    trainer = trainers.plain("plain")
    rows = trainer.train_dataset
    trainer.train_dataset = rows.add_column("customer_id", [7] * 8)
    by_owner = replace(SETTINGS, unit="customer_id", max_rows_per_unit=4)
    assert not breaks(26, ours(trainer).with_(settings=by_owner))
    trainer.train_dataset = rows.add_column("customer_id", list(range(8)))
    assert not breaks(26, ours(trainer))
    trainer.train_dataset = rows.select([0, 0, 1])
    assert breaks(26, Run.of(trainer))
    assert not breaks(26, ours(trainer))


def test_27_selection(trainers: Trainers) -> None:
    """Early stopping and evaluation on the training data are said; evaluation on other data is not."""
    from transformers import EarlyStoppingCallback

    assert breaks(27, ours(trainers.plain("plain", callbacks=[EarlyStoppingCallback()])))
    trainer = trainers.plain("plain", eval_strategy="steps", eval_steps=1)
    assert breaks(27, ours(trainer)), "these trainers evaluate on what they train on"
    trainer.eval_dataset = trainer.eval_dataset.select(range(4))
    assert not breaks(27, ours(trainer))


@pytest.mark.parametrize("seed", [42, None])
def test_28_generators(seed: int | None, trainers: Trainers) -> None:
    """A generator with the seed of the arguments, or with none, is public; mended, it is not."""
    import torch

    generator = torch.Generator()
    if seed is not None:
        generator.manual_seed(seed)
    trainer = trainers.opacus(parts={"generator": generator}).prepared()
    (problem,) = RULES[27].check("before")(Run.of(trainer))  # type: ignore[misc]
    assert problem.mend is not None
    problem.mend()
    assert trainer.optimizer.generator is not generator
    assert not breaks(28, Run.of(trainer))


def test_29_processes(trainers: Trainers) -> None:
    """Noise in each of several processes breaks rule 29."""
    from accelerate.utils import DistributedType

    run = Run.of(trainers.opacus().prepared())
    assert not breaks(29, run)
    assert breaks(29, run.with_(distributed=DistributedType.MULTI_GPU))


def test_30_trackers(trainers: Trainers) -> None:
    """A tracker is said, unless the metrics are suppressed or labelled."""
    from transformers.integrations import TensorBoardCallback

    trainer = trainers.plain("plain")
    trainer.callback_handler.callbacks.append(object.__new__(TensorBoardCallback))  # its class alone is looked at
    run = ours(trainer)
    assert breaks(30, run)
    assert not breaks(30, run.with_(settings=replace(SETTINGS, metrics="suppress")))


def test_31_added_tokens(trainers: Trainers) -> None:
    """Tokens that are added to the base model's tokenizer by hand are no learned ones."""
    trainer = trainers.plain("plain")
    trainer.processing_class.add_tokens(["<tool>"])
    assert not breaks(31, ours(trainer))


@pytest.mark.parametrize(("dataset", "said"), [(["a private text"], True), ("c4", False), (None, False)])
def test_32_quantised(dataset: Any, said: bool, trainers: Trainers) -> None:
    """A base that was calibrated on texts of the user's own is said; on a public set, or elsewhere, it is not."""
    trainer = trainers.plain("plain")
    trainer.model.config.quantization_config = {"quant_method": "gptq", "dataset": dataset}
    assert breaks(32, ours(trainer)) is said


def test_33_moved_and_finite(trainers: Trainers) -> None:
    """Weights that moved pass, weights that are not finite don't."""
    trainer = trainers.plain("plain")
    run = ours(trainer)
    weight = next(iter(run.trainable.values())).data
    assert breaks(33, run.later(), "after")
    weight += 1
    assert not breaks(33, run.later(), "after")
    weight[0] = float("nan")
    assert breaks(33, run.later(), "after")
