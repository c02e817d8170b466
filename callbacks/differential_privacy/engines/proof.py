"""The proof of engine "hooks": what it captures equals a backward of each example alone, on the run's own micro-batch.

Made before the first micro-batch is used, and again before the first one that is different in kind (`traits`). Both
sides run the trainer's own `training_step` in train mode, so through checkpointing, autocast and every kernel of the
run; only modules that draw random numbers are in eval mode. The example alone is cut to its own tokens, so that a
gradient which depends on padding, and thereby on how long the neighbours are, is not proven. Afterwards the model, the
trainer's metrics and the random number generators are as before.
"""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from transformers import Trainer

from finewarden.callbacks.differential_privacy.engines import Backward
from finewarden.callbacks.differential_privacy.engines.capture import (
    GUARD,
    MICROBATCH,
    Capture,
    names_of,
    refuse_outside,
)
from finewarden.callbacks.differential_privacy.engines.token_means import own_mean
from finewarden.callbacks.refusal import GuardRefusal, Problem
from finewarden.callbacks.trainer_of import model_of

__all__ = ["prove", "tolerance", "traits"]

# Modules with such a setting above zero may draw random numbers in train mode: dropout, layer drop, NEFTune's noise.
RANDOM_SETTING = re.compile(r"drop|noise_alpha")
# What SFTTrainer.compute_loss counts.
METRICS = ("_metrics", "_total_train_tokens")


def traits(inputs: dict[str, Any]) -> set[str]:
    """In what kinds a micro-batch can differ for the engine: a proof speaks for the kinds that were in it.

    inputs: `input_ids` and `labels` (B, T), `attention_mask` if there is one.
    """
    labels, mask = inputs["labels"], inputs.get("attention_mask")
    found = {f"given {name}" for name, value in inputs.items() if value is not None}
    counts = (labels[:, 1:] != -100).sum(1)
    if bool((counts != counts[0]).any()):
        found.add("rows of different weight")
    if len(labels) > 1:
        found.add("several rows")
    if mask is not None:
        found |= {f"padding {side}" for side, column in (("left", 0), ("right", -1)) if not bool(mask[:, column].all())}
    return found


def prove(
    trainer: Trainer, capture: Capture, backward: Backward, inputs: dict[str, Any], parameters: Sequence[Tensor]
) -> None:
    """Compare on *inputs*; raises GuardRefusal naming each parameter whose captured gradient is another one.

    The difference is taken for each example and parameter, relative to the norm of the example's whole gradient. A row
    without trained tokens has none, and is held against zero.
    """
    model = model_of(trainer)
    names = names_of(model, parameters)
    limit = tolerance(trainer)
    worst: dict[str, float] = {}
    labels = inputs["labels"]
    with _without_trace(trainer, parameters):
        with capture.rows(*labels.shape) as found:
            backward(dict(inputs))
        refuse_outside(model, parameters)
        for row, scale in enumerate(own_mean(labels).tolist()):
            alone = _alone(backward, inputs, row, parameters) if scale else [None] * len(parameters)
            norm = _norm(alone) or 1.0
            for name, parameter, expected in zip(names, parameters, alone, strict=True):
                held = found.get(parameter)
                captured = None if held is None else held[row].float() * (scale or 1.0)
                # Written so that NaN, too, is a difference.
                if not (error := _distance(captured, expected) / norm) <= worst.get(name, limit):
                    worst[name] = error
    if worst:
        raise GuardRefusal(GUARD, [Problem(_what(name, error, limit), MICROBATCH) for name, error in worst.items()])


def tolerance(trainer: Trainer) -> float:
    """By how much two computations of one gradient may differ by rounding alone, relative to its norm.

    1e-4 in float32 (measured: below 2e-6 on the models of the tests). 2^-5 where bfloat16 or TF32 has a part: one
    rounding is 2^-9, and other shapes of the batch round elsewhere; measured up to 0.9 % a parameter, from 2 to 32
    layers, Llama and Qwen2, autocast and all in bfloat16.
    """
    model = model_of(trainer)
    coarse = any(each.element_size() < 4 for each in model.parameters())
    return 2.0**-5 if coarse or trainer.accelerator.mixed_precision != "no" or trainer.args.tf32 else 1e-4


def _alone(backward: Backward, inputs: dict[str, Any], row: int, parameters: Sequence[Tensor]) -> list[Tensor | None]:
    """The gradient of one row by an ordinary backward of that row without its padding."""
    length = inputs["labels"].shape[1]
    mask = inputs.get("attention_mask")
    kept = slice(None)
    if mask is not None:
        places = mask[row].nonzero().flatten().tolist()
        kept = slice(places[0], places[-1] + 1) if places else kept
    one: dict[str, Any] = {}
    for name, value in inputs.items():
        if isinstance(value, Tensor) and value.ndim:
            value = value[row : row + 1]
            value = value[:, kept] if value.ndim > 1 and value.shape[1] == length else value
        one[name] = value
    backward(one)
    gradients = [each.grad for each in parameters]
    for each in parameters:
        each.grad = None
    return gradients


@contextmanager
def _without_trace(trainer: Trainer, parameters: Iterable[Tensor]) -> Iterator[None]:
    """Everything that the proof moves is put back: random numbers, modes, metrics, parameters, gradients."""
    model = model_of(trainer)
    wrapped: Any = trainer.model_wrapped
    parameters = list(parameters)
    modes = [(module, module.training) for module in model.modules()]
    metrics = {name: copy.deepcopy(vars(trainer)[name]) for name in METRICS if name in vars(trainer)}
    tops = {id(each): each for each in (model, wrapped)}.values()
    python = random.getstate()
    with torch.random.fork_rng(_generators(parameters)), _no_zeros(parameters):
        try:
            for top in tops:
                top.train()
                vars(top)["train"] = partial(_as_it_is, top)  # training_step would switch dropout on again
            for module in model.modules():
                if _draws(module):
                    module.training = False
            yield
        finally:
            for top in tops:
                vars(top).pop("train", None)
            for module, mode in modes:
                module.training = mode
            for each in parameters:
                each.grad = None
            vars(trainer).update(metrics)
            random.setstate(python)


@contextmanager
def _no_zeros(parameters: Iterable[Tensor]) -> Iterator[None]:
    """Small numbers in parameters that are all zero: LoRA's B begins so, and would hide whatever is wrong with A."""
    drawn = torch.Generator().manual_seed(0)
    zeros = [each for each in parameters if not bool(each.any())]
    own = [each.data for each in zeros]
    # Another tensor in their place, not a write to them: a write is what the run watches for.
    for each in zeros:
        each.data = (torch.randn(each.shape, generator=drawn) * 0.02).to(each)
    try:
        yield
    finally:
        for each, data in zip(zeros, own, strict=True):
            each.data = data


def _as_it_is(model: nn.Module, mode: bool = True) -> nn.Module:  # noqa: ARG001
    """Stands for `model.train`."""
    return model


def _draws(module: nn.Module) -> bool:
    # Attention hands the p of its dropout to a kernel itself, where it is in train mode itself.
    if any("Dropout" in type(each).__name__ for each in (module, *module.children())):
        return True
    settings = ((name, value) for name, value in vars(module).items() if RANDOM_SETTING.search(name))
    return any(isinstance(value, float | int) and value > 0 for _, value in settings)


def _generators(parameters: Iterable[Tensor]) -> list[int]:
    return sorted({each.device.index or 0 for each in parameters if each.is_cuda})


def _norm(gradients: Iterable[Tensor | None]) -> float:
    norms = [torch.linalg.vector_norm(each.float()).item() for each in gradients if each is not None]
    return float(torch.tensor(norms).norm())


def _distance(captured: Tensor | None, expected: Tensor | None) -> float:
    if captured is None or expected is None:
        return _norm([captured, expected])
    return _norm([captured - expected.float()])


def _what(name: str, error: float, limit: float) -> str:
    return (
        f"{name}: the gradient captured for an example differs from a backward of that example alone by {error:.2g} of "
        f"its norm, where rounding explains {limit:.2g}: the examples of this micro-batch are not independent, or the "
        "loss is not the mean over their tokens"
    )
