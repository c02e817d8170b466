"""The parts of `dp_gpu.py`, a process each: `python dp_gpu_parts.py PART transformers|unsloth BASE OUT bf16|4-bit`.

Unsloth changes other libraries for all that comes after it in a process, so it gets its own, and is imported first.
"""

from __future__ import annotations

import sys

if "unsloth" in sys.argv[1:]:
    import unsloth  # isort: skip  # noqa: F401 - before everything that it patches

import gc
import logging
import math
import statistics
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
import transformers
from dp_gpu_models import FULL, Size, by_unsloth, example, fused, plain, trained
from torch import Tensor
from transformers import PrinterCallback, Trainer, TrainerCallback, TrainingArguments

from finewarden.callbacks import DifferentialPrivacyCallback
from finewarden.callbacks.differential_privacy.engines.microbatch import MicroBatchEngine

ROWS = 8
FUSED, OFF, PLAIN, EXACT = "microbatch, Unsloth", "autograd, Unsloth, fused off", "autograd", "autograd, float32"
ENGINE = "microbatch"
Found = dict[str, Any]


# -- 1. gradients ------------------------------------------------------------------------------------------------------


def by_autograd(model: Any, size: Size, *, autocast: bool) -> dict[int, Tensor]:
    """Each example's gradient by a backward of it alone, by its length."""
    model.train()
    found = {}
    for length in size.proven:
        inputs = {name: torch.tensor([value], device=size.device) for name, value in example(size, length).items()}
        with torch.autocast(size.device, torch.bfloat16, enabled=autocast):
            loss = model(**inputs).loss
        loss.backward()
        found[length] = torch.cat([each.grad.float().flatten().cpu() for _, each in trained(model)])  # type: ignore[union-attr]
        model.zero_grad(set_to_none=True)
    return found


def by_engine(model: Any, size: Size) -> dict[int, Tensor]:
    """Each example's gradient as the engine adds it in one step of a private run in which all are drawn, unclipped."""
    order = {name: place for place, (name, _) in enumerate(trained(model))}
    names = [name for name, each in model.named_parameters() if each.requires_grad]
    count = len(size.proven)
    private = DifferentialPrivacyCallback(
        continues="public",  # random weights, lora_B among them
        noise_multiplier=0,
        delta=1e-6,
        max_grad_norm=float("inf"),
        expected_batch_size=count,
        dataset_size=count,
    )
    with recorded() as found:
        rows = [example(size, length) for length in size.proven]
        run(model, rows, [private], size, max_steps=1, per_device_train_batch_size=1)
    return {
        length: torch.cat([each for _, each in sorted(zip(names, parts, strict=True), key=lambda pair: order[pair[0]])])
        for length, parts in found.items()
    }


@contextmanager
def recorded() -> Iterator[dict[int, list[Tensor]]]:
    """What the engine adds for each micro-batch, by its length: one flat tensor a parameter."""
    original, found = MicroBatchEngine.add, dict[int, list[Tensor]]()

    def add(self: MicroBatchEngine, backward: Any, inputs: dict[str, Any], total: Any) -> Tensor:
        before, length = [each.clone() for each in total.sums], inputs["input_ids"].shape[1]
        total.clear()
        loss = original(self, backward, inputs, total)
        found[length] = [each.flatten().to("cpu", copy=True) for each in total.sums]
        torch._foreach_add_(total.sums, before)
        return loss

    MicroBatchEngine.add = add  # type: ignore[method-assign]
    try:
        yield found
    finally:
        MicroBatchEngine.add = original  # type: ignore[method-assign]


def errors(found: dict[int, Tensor], reference: dict[int, Tensor]) -> tuple[float, float]:
    """Largest relative error of the norm and of the gradient over the examples."""
    norms = [abs(float(found[n].norm() / each.norm()) - 1) for n, each in reference.items()]
    whole = [float((found[n] - each).norm() / each.norm()) for n, each in reference.items()]
    return max(norms), max(whole)


# -- 2. speed ----------------------------------------------------------------------------------------------------------


class Clock(TrainerCallback):
    """Seconds of each step, everything on the device done."""

    def __init__(self) -> None:
        self.marks: list[float] = []

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        self.on_step_end()

    def on_step_end(self, *_: Any, **__: Any) -> None:
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        self.marks.append(time.perf_counter())


def run(model: Any, rows: list[dict[str, list[int]]], callbacks: list[Any], size: Size, **settings: Any) -> None:
    """A run of Trainer in bfloat16 on *model*, as it is."""
    with tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(
            model=model,
            args=TrainingArguments(
                output_dir=folder,
                learning_rate=1e-6,
                bf16=True,
                save_strategy="no",
                logging_strategy="no",
                report_to=[],
                use_cpu=size.device == "cpu",
                disable_tqdm=True,
                **settings,
            ),
            train_dataset=rows,
            callbacks=callbacks,
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train()
    model.zero_grad(set_to_none=True)


def speed(model: Any, size: Size, length: int, engine: Any, rows: int) -> Found:
    """Seconds a step and peak GiB of ROWS examples of *length* a step, *rows* in a micro-batch."""
    clock, callbacks, steps = Clock(), list[Any](), ROWS // rows
    if engine is not None:
        # Noise so large that the accountant is done in a moment; every example is drawn, no slot is empty.
        callbacks = [
            DifferentialPrivacyCallback(
                continues="public",  # random weights, lora_B among them
                noise_multiplier=50.0,
                delta=1e-3,
                expected_batch_size=ROWS,
                dataset_size=ROWS,
                engine=engine,
            )
        ]
    gc.collect()
    if size.device == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    found = {"length": length, "engine": engine, "rows": rows, "seconds": math.nan, "peak": math.nan}
    try:
        run(
            model,
            [example(size, length)] * ROWS,
            [*callbacks, clock],
            size,
            max_steps=size.warm_up + size.steps,
            per_device_train_batch_size=rows,
            gradient_accumulation_steps=steps,
        )
    except torch.cuda.OutOfMemoryError:
        model.zero_grad(set_to_none=True)
        return found
    seconds = [b - a for a, b in zip(clock.marks, clock.marks[1:], strict=False)][size.warm_up :]
    peak = torch.cuda.max_memory_allocated() / 2**30 if size.device == "cuda" else math.nan
    return {**found, "seconds": statistics.median(seconds), "peak": peak}


def speeds(stack: str, model: Any, size: Size, engines: list[tuple[str, int]], *, four_bit: bool) -> list[Found]:
    """All arms of one *stack*: without privacy at micro-batches of 1 and 8, and each engine at its own."""
    arms: list[tuple[str | None, int]] = [(None, 1), (None, ROWS), *engines]
    lengths = size.lengths[1:2] if four_bit else size.lengths
    return [{"stack": stack, **speed(model, size, n, *arm)} for n in lengths for arm in arms]


# -- parts, each in a process of its own on a GPU ----------------------------------------------------------------------


def plain_part(base: Path, size: Size, *, four_bit: bool) -> Found:
    """References by transformers and PEFT, and the engines there."""
    kind = "4-bit" if four_bit else "bf16"
    model = plain(base, size, torch.float32, four_bit=four_bit)
    gradients = {(kind, EXACT): by_autograd(model, size, autocast=False)}
    del model
    model = plain(base, size, torch.bfloat16, four_bit=four_bit)
    gradients[kind, PLAIN] = by_autograd(model, size, autocast=True)
    gradients[kind, ENGINE] = by_engine(model, size)
    rows = speeds(kind, model, size, [("microbatch", 1), ("hooks", ROWS)], four_bit=four_bit)
    return {"gradients": gradients, "speeds": rows}


def unsloth_part(base: Path, size: Size, *, four_bit: bool) -> Found:
    """The engine on Unsloth's fused path."""
    kind = "4-bit" if four_bit else "bf16"
    model = by_unsloth(base, size, four_bit=four_bit)
    if not (count := fused(model)) and size.device == "cuda":
        raise RuntimeError("Unsloth put no fused kernel in: what this part is to prove is not there")
    notes = [f"{kind}: Unsloth has fused {count} of {size.shape['num_hidden_layers']} attention blocks"]
    gradients = {(kind, FUSED): by_engine(model, size)}
    rows = speeds(f"{kind}, Unsloth", model, size, [("microbatch", 1)], four_bit=four_bit)
    return {"gradients": gradients, "notes": notes, "speeds": rows}


def off_part(base: Path, size: Size, *, four_bit: bool) -> Found:
    """Autograd in Unsloth without its fused kernels; UNSLOTH_COMPILE_DISABLE=1 is set for this process."""
    kind = "4-bit" if four_bit else "bf16"
    model = by_unsloth(base, size, four_bit=four_bit)
    notes = [f"{kind}: {fused(model, switch_off=True)} fused kernels switched off for the reference"]
    return {"gradients": {(kind, OFF): by_autograd(model, size, autocast=True)}, "notes": notes}


PARTS = {"plain": plain_part, "unsloth": unsloth_part, "off": off_part}


def quiet() -> None:
    """Only tables are printed."""
    warnings.simplefilter("ignore")  # of libraries, on every model that they load
    logging.disable(logging.WARNING)
    transformers.utils.logging.disable_progress_bar()


if __name__ == "__main__":
    quiet()
    name, _, base, out = sys.argv[1:5]
    torch.save(PARTS[name](Path(base), FULL, four_bit="4-bit" in sys.argv[5:]), out)
