"""`finewarden.callbacks.gradient_clipping`."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MethodType
from typing import Any

import pytest
import torch
from accelerate.utils import DistributedType
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import TrainerCallback

from finewarden.callbacks import GradientClippingCallback, GuardRefusal, global_grad_norm
from finewarden.callbacks.gradient_clipping import clip_tolerance, environment_problems
from tests.callbacks.runs import Runs

pytestmark = pytest.mark.training


# -- the pure functions -----------------------------------------------------------------------------------------------


def parameters(seed: int, shapes: list[tuple[int, ...]], dtypes: list[Any], scale: float = 1.0) -> list[Any]:
    """Parameters with random gradients."""
    generator = torch.Generator().manual_seed(seed)
    made = []
    for shape, dtype in zip(shapes, dtypes, strict=True):
        parameter = torch.nn.Parameter(torch.zeros(shape, dtype=dtype))
        parameter.grad = (torch.randn(shape, generator=generator) * scale).to(dtype)
        made.append(parameter)
    return made


SHAPES = st.lists(st.lists(st.integers(1, 7), max_size=3).map(tuple), min_size=1, max_size=6)


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 2**31), shapes=SHAPES)
def test_the_norm_is_that_of_all_gradients_as_one_vector(seed: int, shapes: list[tuple[int, ...]]) -> None:
    """global_grad_norm agrees with torch's own and with the square root of the sum of squares."""
    given_parameters = parameters(seed, shapes, [torch.float32] * len(shapes))
    grads = [parameter.grad for parameter in given_parameters]

    norm = global_grad_norm(given_parameters)

    assert norm.shape == ()
    torch.testing.assert_close(norm, torch.nn.utils.get_total_norm(grads))
    assert float(norm) == pytest.approx(math.sqrt(sum(float(v) ** 2 for g in grads for v in g.flatten())), rel=1e-5)


def test_half_precision_gradients_are_summed_in_float32() -> None:
    """The norm of bfloat16 and float16 gradients, mixed, is exact to float32, where bfloat16 itself rounds to 0.4 %."""
    mixed = parameters(0, [(501,)] * 3, [torch.bfloat16, torch.float16, torch.float32])
    exact = math.sqrt(sum(float(p.grad.double().square().sum()) for p in mixed))

    assert global_grad_norm(mixed).dtype == torch.float32
    assert float(global_grad_norm(mixed)) == pytest.approx(exact, rel=1e-6)


def test_parameters_without_a_gradient_count_as_zero() -> None:
    """A frozen parameter changes nothing, and none at all is the norm 0."""
    frozen = torch.nn.Parameter(torch.ones(3), requires_grad=False)

    assert float(global_grad_norm([frozen, *parameters(0, [(4,)], [torch.float32])])) > 0
    assert float(global_grad_norm([frozen])) == 0


@settings(deadline=None, max_examples=100)
@given(
    seed=st.integers(0, 2**31),
    dtype=st.sampled_from([torch.float32, torch.bfloat16, torch.float16]),
    max_norm=st.floats(0.01, 10),
    scale=st.floats(0.1, 10),
    count=st.integers(1, 12),
)
def test_what_torch_clips_is_within_the_tolerance(
    seed: int, dtype: Any, max_norm: float, scale: float, count: int
) -> None:
    """A correct clip is never mistaken for a violation, whatever the type of the gradients rounds."""
    clipped = parameters(seed, [(37, 11)] * count, [dtype] * count, scale)

    torch.nn.utils.clip_grad_norm_(clipped, max_norm)

    assert float(global_grad_norm(clipped)) <= max_norm * (1 + clip_tolerance({dtype}))


def test_the_tolerance_is_that_of_the_coarsest_type() -> None:
    """float32 leaves 0.01 %, and bfloat16 in the mix no more than 3.2 %."""
    assert clip_tolerance({torch.float32}) == pytest.approx(1e-4, rel=0.01)
    assert 0.03 < clip_tolerance({torch.float32, torch.bfloat16}) < 0.032


def sgd() -> Any:
    """An ordinary optimizer."""
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(2))], lr=0.1)


@pytest.mark.parametrize("distributed", [DistributedType.DEEPSPEED, DistributedType.FSDP, DistributedType.MEGATRON_LM])
def test_a_run_that_shards_gradients_is_a_problem(distributed: Any) -> None:
    """Where no process holds the whole gradient, the guard does not pretend."""
    (problem,) = environment_problems(distributed, "adamw_torch", sgd())

    assert distributed.value in problem.what
    assert "DDP" in problem.remedy


@pytest.mark.parametrize("optim", ["lomo", "adalomo", "galore_adamw_layerwise", "apollo_adamw_layerwise"])
def test_an_optimizer_that_steps_in_the_backward_pass_is_a_problem(optim: str) -> None:
    """LOMO and layer-wise GaLore or APOLLO never have a batch's gradient."""
    (problem,) = environment_problems(DistributedType.NO, optim, sgd())

    assert optim in problem.what


def test_something_that_is_no_optimizer_is_a_problem() -> None:
    """An optimizer without torch's step hooks can't be observed."""
    (problem,) = environment_problems(DistributedType.NO, "adamw_torch", object())

    assert problem.what.startswith("object is no torch.optim.Optimizer")


@contextmanager
def lone_mesh(folder: Path) -> Iterator[Any]:
    """A device mesh of this process alone."""
    torch.distributed.init_process_group("gloo", init_method=f"file://{folder}/store", rank=0, world_size=1)
    try:
        yield torch.distributed.device_mesh.init_device_mesh("cpu", (1,))
    finally:
        torch.distributed.destroy_process_group()


# torch warns of its own collectives when a process group has one member.
@pytest.mark.filterwarnings("ignore::UserWarning:torch.distributed")
def test_sharded_parameters_are_a_problem(tmp_path: Path) -> None:
    """Tensor-parallel parameters (DTensor) show each process a part of the gradient."""
    from torch.distributed.tensor import Replicate, distribute_tensor

    with lone_mesh(tmp_path) as mesh:
        sharded = torch.nn.Parameter(distribute_tensor(torch.zeros(2), mesh, [Replicate()]))
        (problem,) = environment_problems(DistributedType.NO, "adamw_torch", torch.optim.SGD([sharded]))

    assert "DTensor" in problem.what


@pytest.mark.parametrize("distributed", [DistributedType.NO, DistributedType.MULTI_GPU, DistributedType.MULTI_CPU])
def test_one_process_and_ddp_are_no_problem(distributed: Any) -> None:
    """Where each process holds the whole gradient there is nothing to refuse."""
    assert not list(environment_problems(distributed, "adamw_torch_fused", sgd()))


@pytest.mark.parametrize("max_norm", [0, -1.0, None, math.inf, math.nan, "1", True])
def test_a_bound_that_bounds_nothing_is_refused(max_norm: Any) -> None:
    """max_norm is a finite number above 0; the error says what it got and what to do."""
    with pytest.raises(ValueError, match=r"max_norm: got .*allowed: a finite number above 0.*leave"):
        GradientClippingCallback(max_norm=max_norm)


# -- real runs --------------------------------------------------------------------------------------------------------


class Does(TrainerCallback):
    """Does *something* in *event*, and remembers how the weights stood when the run began."""

    def __init__(self, event: str, something: Any) -> None:
        self.event, self.something = event, something

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self.start = {name: value.detach().clone() for name, value in kwargs["model"].named_parameters()}
        self._maybe("on_train_begin", args, **kwargs)

    def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self._maybe("on_step_begin", args, **kwargs)

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self._maybe("on_pre_optimizer_step", args, **kwargs)

    def on_optimizer_step(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self._maybe("on_optimizer_step", args, **kwargs)

    def _maybe(self, event: str, args: Any, **kwargs: Any) -> None:
        if event == self.event:
            self.something(args=args, **kwargs)

    def moved(self, trainer: Any) -> bool:
        """Whether any weight is another than when the run began."""
        return any(not torch.equal(self.start[name], p) for name, p in trainer.model.named_parameters())


def stopped(runs: Runs, callbacks: list[Any], does: Does, **settings: Any) -> str:
    """Train, expect a stop before any weight moved, and return its text."""
    trainer = runs.trainer("plain", callbacks, **settings)
    with pytest.raises(GuardRefusal) as refusal:
        trainer.train()
    assert refusal.value.step == 1
    assert not does.moved(trainer)
    assert runs.records("GradientClippingCallback")[-1].event == "stopped"
    return str(refusal.value)


@pytest.mark.parametrize("lora", [False, True], ids=["full", "lora"])
@pytest.mark.parametrize("kind", ["plain", "sft", "dpo"])
def test_the_bound_holds_and_is_recorded(runs: Runs, kind: str, lora: bool) -> None:
    """On each trainer, with LoRA and without, every step is seen, none is above the bound, and the record says so."""
    guard = GradientClippingCallback(max_norm=0.05)

    runs.train(kind, [guard], lora=lora)

    begin, end = runs.records("GradientClippingCallback")
    assert (begin.event, end.event) == ("train-begin", "train-end")
    assert begin.detail["max_norm"] == 0.05
    assert end.detail["steps"] == 3
    assert 0.05 * 0.99 < end.detail["norm_mean"] <= end.detail["norm_max"] <= 0.05 * (1 + guard._tolerance)
    assert end.detail["norm_max_logged"] > 0.05  # the clip had something to do


@pytest.mark.parametrize("accumulate", [1, 2])
def test_what_is_seen_is_the_gradient_of_the_whole_batch(runs: Runs, accumulate: int) -> None:
    """With a bound that clips nothing, the norm at the optimizer is the one that Trainer computed before its clip."""
    guard = GradientClippingCallback(max_norm=1e9)

    runs.train("plain", [guard], gradient_accumulation_steps=accumulate)

    assert guard.steps == 3
    assert guard.norm_max == pytest.approx(guard.norm_max_logged, rel=1e-4)


def test_the_guard_sets_the_clip_whatever_the_arguments_say(runs: Runs, caplog: pytest.LogCaptureFixture) -> None:
    """A run whose arguments turn the clip off is clipped, and told once: with the old value, and that it is not DP."""
    with caplog.at_level(logging.WARNING, "finewarden"):
        trainer = runs.train("plain", [guard := GradientClippingCallback(max_norm=0.5)], max_grad_norm=0.0)

    (line,) = [each.getMessage() for each in caplog.records if each.name.startswith("finewarden")]
    assert "(args.max_grad_norm was 0.0)" in line
    assert "not differential privacy" in line
    assert trainer.args.max_grad_norm == 0.5
    assert guard.norm_max <= 0.5 * (1 + guard._tolerance)


@pytest.mark.parametrize("value", [0.0, 10.0, -1.0])
@pytest.mark.parametrize("event", ["on_train_begin", "on_step_begin"])
def test_a_clip_that_is_reset_stops_the_run(runs: Runs, event: str, value: float) -> None:
    """Another callback that writes args.max_grad_norm, once or in each step, is found before the optimizer moves."""
    resets = Does(event, lambda args, **_: setattr(args, "max_grad_norm", value))

    text = stopped(runs, [GradientClippingCallback(), resets], resets)

    assert f"args.max_grad_norm was set to {value}" in text


def test_a_clip_that_is_switched_off_for_a_moment_stops_the_run(runs: Runs) -> None:
    """A clip that is off while Trainer clips and on again when the guard looks still shows in the norm."""

    class Flickers(Does):
        def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            args.max_grad_norm = 0.01

    flickers = Flickers("on_step_begin", lambda args, **_: setattr(args, "max_grad_norm", 0))

    text = stopped(runs, [flickers, GradientClippingCallback(max_norm=0.01)], flickers)

    assert "was about to get a gradient of norm" in text


def scale_gradients(by: float) -> Any:
    """Multiplies all gradients."""

    def scale(model: Any, **_: Any) -> None:
        for parameter in model.parameters():
            parameter.grad.mul_(by)

    return scale


@pytest.mark.parametrize("first", [True, False], ids=["before the guard", "after the guard"])
@pytest.mark.parametrize(
    ("by", "what"), [(1.05, "norm 1.05"), (math.nan, "not finite"), (math.inf, "not finite")], ids=["5%", "nan", "inf"]
)
def test_gradients_changed_after_the_clip_stop_the_run(runs: Runs, by: float, what: str, first: bool) -> None:
    """What counts is what the optimizer gets, also when the callback that changes it comes after the guard."""
    changes = Does("on_pre_optimizer_step", scale_gradients(by))
    callbacks: list[Any] = [changes, GradientClippingCallback()] if first else [GradientClippingCallback(), changes]

    assert what in stopped(runs, callbacks, changes)


def test_gradients_that_are_consumed_in_the_backward_pass_stop_the_run(runs: Runs) -> None:
    """An optimizer fused into the backward pass leaves no gradient to verify: the reason is given."""
    model = runs.trainer().model
    for parameter in model.parameters():
        parameter.register_post_accumulate_grad_hook(lambda p: setattr(p, "grad", None))
    nothing = Does("never", None)

    assert "all gradients are hidden" in stopped(runs, [GradientClippingCallback(), nothing], nothing, model=model)


def test_a_step_that_goes_around_the_hooks_stops_the_run(runs: Runs) -> None:
    """An optimizer whose step was replaced is found out in the first step."""

    def bypass(optimizer: Any, **_: Any) -> None:
        inner = optimizer.optimizer
        inner.step = MethodType(lambda *_: None, inner)

    bypasses = Does("on_train_begin", bypass)

    text = stopped(runs, [GradientClippingCallback(), bypasses], bypasses)

    assert "step() ran without torch's step hooks" in text


def test_parameters_of_another_model_in_the_optimizer_stop_the_run(runs: Runs) -> None:
    """Trainer clips model.parameters() only; a further parameter in the optimizer with a large gradient is seen."""
    stray = torch.nn.Parameter(torch.zeros(10))

    def add(optimizer: Any, **_: Any) -> None:
        optimizer.add_param_group({"params": [stray], "lr": 0.1})
        stray.grad = torch.ones(10)

    adds = Does("on_pre_optimizer_step", add)

    text = stopped(runs, [GradientClippingCallback(), adds], adds)

    assert "parameters that are not the model's" in text
    assert not stray.any()


@pytest.mark.parametrize("optim", ["adamw_torch", "adamw_torch_fused"])
def test_a_step_that_the_scaler_skips_is_no_violation(runs: Runs, optim: str) -> None:
    """In fp16 an overflow skips the step: it is counted, and training goes on with the next one."""
    trainer = runs.trainer("plain", [guard := GradientClippingCallback()], fp16=True, optim=optim, max_steps=4)
    # accelerate scales on GPUs only; this one overflows once, and backs off far enough
    trainer.accelerator.scaler = torch.amp.GradScaler("cpu", init_scale=2.0**127, backoff_factor=2.0**-113)
    trainer.accelerator.native_amp = True

    trainer.train()

    assert (guard.skipped, guard.steps) == (1, 3)
    assert all(parameter.isfinite().all() for parameter in trainer.model.parameters())


def test_an_overflow_that_the_scaler_does_not_see_stops_the_run(runs: Runs) -> None:
    """A gradient that becomes infinite after the scaler looked would move the weights: stopped, scaler or not."""
    breaks = Does("on_pre_optimizer_step", scale_gradients(math.inf))
    trainer = runs.trainer("plain", [GradientClippingCallback(), breaks], fp16=True)
    trainer.accelerator.scaler = torch.amp.GradScaler("cpu", init_scale=8.0)
    trainer.accelerator.native_amp = True

    with pytest.raises(GuardRefusal, match="not finite"):
        trainer.train()

    assert not breaks.moved(trainer)


def test_a_run_that_can_not_be_seen_is_refused_at_the_start(runs: Runs) -> None:
    """A layer-wise optimizer is refused in on_train_begin, before the first forward pass, and the record says why."""
    trainer = runs.trainer("plain", [GradientClippingCallback()])
    trainer.args.optim = "galore_adamw_layerwise"
    trainer.optimizer = torch.optim.SGD(trainer.model.parameters(), lr=0.1)  # what its package would have made

    with pytest.raises(GuardRefusal, match="refuses this run") as refusal:
        trainer.train()

    assert refusal.value.step is None
    assert [each.event for each in runs.records("GradientClippingCallback")] == ["refused"]


# -- resume -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("restore", [False, True], ids=["default", "restore_callback_states"])
def test_a_resumed_run_goes_on_counting(runs: Runs, restore: bool) -> None:
    """Steps and norms of the first part stand in trainer_state.json and in the record of the second part."""
    runs.train("plain", [GradientClippingCallback(max_norm=0.05)], max_steps=4, save_strategy="steps", save_steps=2)
    half = runs.saved("checkpoint-2/trainer_state.json")["stateful_callbacks"]["GradientClippingCallback"]
    whole = runs.records("GradientClippingCallback")[-1].detail
    resumed = runs.trainer(
        "plain",
        [GradientClippingCallback(max_norm=0.05)],
        max_steps=4,
        restore_callback_states_from_checkpoint=restore,
    )

    resumed.train(resume_from_checkpoint=str(runs.out / "checkpoint-2"))

    again = runs.records("GradientClippingCallback")[-1].detail
    assert half["args"] == {"max_norm": 0.05}
    assert half["attributes"]["steps"] == 2
    assert again["steps"] == whole["steps"] == 4
    assert again["norm_max"] == pytest.approx(whole["norm_max"])
    assert again["norm_mean"] == pytest.approx(whole["norm_mean"])


def test_a_checkpoint_made_without_the_guard_can_be_resumed_with_it(runs: Runs) -> None:
    """The guard added later counts from there, and the checkpoints that follow can be saved."""
    runs.train("plain", max_steps=1, save_strategy="steps", save_steps=1)
    resumed = runs.trainer("plain", [GradientClippingCallback()], max_steps=3, save_strategy="steps", save_steps=1)

    resumed.train(resume_from_checkpoint=True)

    state = runs.saved("checkpoint-3/trainer_state.json")["stateful_callbacks"]["GradientClippingCallback"]
    assert state["attributes"]["steps"] == 2


def test_a_second_training_counts_anew(runs: Runs) -> None:
    """The same callback in a second train() without resume starts at zero."""
    trainer = runs.train("plain", [guard := GradientClippingCallback()])

    trainer.train()

    assert guard.steps == 3


def test_nothing_stays_on_the_optimizer(runs: Runs) -> None:
    """After training, and after a stop, the optimizer has no hook of ours."""
    trainer = runs.train("plain", [GradientClippingCallback()])
    assert not trainer.optimizer.optimizer._optimizer_step_pre_hooks

    changes = Does("on_pre_optimizer_step", scale_gradients(2))
    trainer = runs.trainer("plain", [GradientClippingCallback(), changes])
    with pytest.raises(GuardRefusal):
        trainer.train()
    assert not trainer.optimizer.optimizer._optimizer_step_pre_hooks
