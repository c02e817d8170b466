"""What an example's own gradient costs: our engines and Opacus', relative to training without privacy.

    pip install opacus==1.6.0
    python benchmarks/dp_engines.py            # about 20 minutes on one core; --smoke: seconds, no limits

One step is eight examples of T tokens and AdamW, in every arm: one micro-batch of eight (`plain`, `hooks`, Opacus) or
eight of one (`plain, one by one`, `microbatch`). The private arms clip each example and add noise. All arms train a
copy of the same Llama and take turns, in another order each round, so that what else the machine does falls on all.
Printed is the median over rounds of throughput relative to the arm's own base in the same round, with a 95 % bootstrap
interval, in processor time of one thread: waiting for a busy machine costs nothing. Beside it the memory that a process
gains at its peak, measured for each arm in a process of its own, model and optimizer in it. CPU only.

Opacus gets each example's own token mean as its loss, in a bare loop: with the loss of `transformers`, which joins the
examples of a micro-batch, its gradients are not those that are accounted.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import random
import resource
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
import transformers
from peft import LoraConfig, get_peft_model
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM, Trainer, TrainingArguments

from finewarden.callbacks.differential_privacy.clipping import ClippedSum
from finewarden.callbacks.differential_privacy.engines import Engine
from finewarden.callbacks.differential_privacy.engines.hooks import HooksEngine
from finewarden.callbacks.differential_privacy.engines.microbatch import MicroBatchEngine

ROWS = 8
BOUND, NOISE = 1.0, 0.5
WARM_UP = 2
PLAIN, SINGLE = "plain", "plain, one by one"
# Each private arm, and the training without privacy that it is held against.
BASE = {"hooks": PLAIN, "microbatch": SINGLE, "Opacus hooks": PLAIN, "Opacus ghost": PLAIN}
# At least this share of the base's throughput.
LIMITS = {("LoRA", "hooks"): 0.90, ("LoRA", "microbatch"): 0.95}

Step = Callable[[], None]
Inputs = dict[str, Tensor]


@dataclass(frozen=True)
class Size:
    """The model and the micro-batch of one comparison."""

    kind: str  # "LoRA" or "full"
    length: int
    hidden: int

    def model(self) -> Any:
        """The same weights at each call; of LoRA's both matrices train, as after the first steps."""
        torch.manual_seed(0)
        config = LlamaConfig(
            vocab_size=2048,
            hidden_size=self.hidden,
            intermediate_size=self.hidden * 11 // 4,
            num_hidden_layers=4,
            num_attention_heads=4,
            num_key_value_heads=4,
        )
        model = LlamaForCausalLM(config)
        if self.kind == "full":
            return model
        adapter = LoraConfig(task_type="CAUSAL_LM", target_modules="all-linear", r=16, init_lora_weights=False)
        return get_peft_model(model, adapter)

    def batch(self) -> Inputs:
        """Eight full rows: nothing is padding, so that one by one has no advantage but its own."""
        ids = torch.randint(0, 2048, (ROWS, self.length), generator=torch.Generator().manual_seed(1))
        return {"input_ids": ids, "attention_mask": torch.ones_like(ids), "labels": ids}


def through_trainer(model: Any, inputs: Inputs, engine: type[Engine] | None, rows: int) -> Step:
    """A step through `Trainer.training_step`, *rows* examples a micro-batch, as in a run; private with *engine*."""
    folder = tempfile.mkdtemp()
    arguments = TrainingArguments(output_dir=folder, report_to=[], use_cpu=True, gradient_accumulation_steps=1)
    trainer = Trainer(model=model, args=arguments)
    trainer.current_gradient_accumulation_steps = 1 if engine else ROWS // rows
    parameters = [each for each in model.parameters() if each.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=1e-4)
    micro_batches = [{name: value[at : at + rows] for name, value in inputs.items()} for at in range(0, ROWS, rows)]
    if engine is None:

        def plain() -> None:
            for each in micro_batches:
                trainer.training_step(model, dict(each), None)
            optimizer.step()
            optimizer.zero_grad()

        return plain

    made, total = engine(trainer) if engine is HooksEngine else engine(), ClippedSum(parameters, BOUND)
    generator = torch.Generator()

    def private() -> None:
        for each in micro_batches:
            made.add(lambda given: trainer.training_step(model, given, None), dict(each), total)
        for parameter, clipped in zip(parameters, total.sums, strict=True):
            noise = torch.randn(clipped.shape, generator=generator)
            parameter.grad = (clipped + noise.mul_(NOISE * BOUND)).div_(ROWS)
        total.clear()
        optimizer.step()
        optimizer.zero_grad()

    return private


def opacus(model: Any, inputs: Inputs, *, ghost: bool) -> Step:
    """A step of Opacus 1.6 without wrapping the model, on each example's own token mean."""
    from opacus.grad_sample import GradSampleHooks, GradSampleHooksFastGradientClipping
    from opacus.optimizers import DPOptimizer, DPOptimizerFastGradientClipping
    from opacus.utils.fast_gradient_clipping_utils import DPTensorFastGradientClipping

    model.train()
    parameters = [each for each in model.parameters() if each.requires_grad]
    given = {"noise_multiplier": NOISE, "max_grad_norm": BOUND, "expected_batch_size": ROWS, "loss_reduction": "mean"}
    hooks: Any
    if ghost:
        hooks = GradSampleHooksFastGradientClipping(model, max_grad_norm=BOUND, strict=False)
        optimizer = DPOptimizerFastGradientClipping(torch.optim.AdamW(parameters, lr=1e-4), **given)
    else:
        hooks = GradSampleHooks(model, strict=False)
        optimizer = DPOptimizer(torch.optim.AdamW(parameters, lr=1e-4), **given)
    labels = inputs["labels"][:, 1:]

    def step() -> None:
        logits = model(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"]).logits[:, :-1]
        losses = F.cross_entropy(logits.transpose(1, 2), labels, reduction="none").mean(1)
        if ghost:
            DPTensorFastGradientClipping(hooks, optimizer, losses, "mean").backward()
            hooks.enable_hooks()
        else:
            losses.mean().backward()
        optimizer.step()
        optimizer.zero_grad()

    return step


def arms(size: Size) -> dict[str, Callable[[], Step]]:
    """Each arm by name; called, it makes its own copy of model and optimizer."""
    inputs = size.batch()
    made: dict[str, Callable[[], Step]] = {
        PLAIN: lambda: through_trainer(size.model(), inputs, None, ROWS),
        "hooks": lambda: through_trainer(size.model(), inputs, HooksEngine, ROWS),
        SINGLE: lambda: through_trainer(size.model(), inputs, None, 1),
        "microbatch": lambda: through_trainer(size.model(), inputs, MicroBatchEngine, 1),
        "Opacus hooks": lambda: opacus(size.model(), inputs, ghost=False),
        "Opacus ghost": lambda: opacus(size.model(), inputs, ghost=True),
    }
    return made


def in_turns(steps: dict[str, Step], rounds: int) -> dict[str, list[float]]:
    """Processor seconds of each step of each arm; one step an arm in each round."""
    draw, seconds = random.Random(0), {name: list[float]() for name in steps}
    for number in range(WARM_UP + rounds):
        for name in draw.sample(list(steps), len(steps)):
            began = time.process_time()
            steps[name]()
            if number >= WARM_UP:
                seconds[name].append(time.process_time() - began)
    return seconds


def peak(size: Size, name: str) -> float:
    """MiB that this process gains at its peak over two steps of an arm, model and optimizer in it."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    step = arms(size)[name]()
    step()
    step()
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def interval(values: list[float]) -> tuple[float, float, float]:
    """Median and its 95 % bootstrap interval."""
    draw = random.Random(0)
    medians = sorted(statistics.median(draw.choices(values, k=len(values))) for _ in range(2000))
    return statistics.median(values), medians[50], medians[1949]


def compare(size: Size, rounds: int, memory: dict[str, float]) -> bool:
    """Measure and print one comparison, beside the *memory* of each arm; whether all limits hold."""
    seconds = in_turns({name: make() for name, make in arms(size).items()}, rounds)
    print(f"\n{size.kind}, T = {size.length}, {ROWS} examples a step, hidden size {size.hidden}")
    print(f"  {'':20}{'ms a step':>10}  {'throughput, of its base':32}{'peak, MiB':>10}")
    good = True
    for name, own in seconds.items():
        line = f"  {name:20}{1000 * statistics.median(own):10.0f}  "
        if name in BASE:
            middle, low, high = interval([a / b for a, b in zip(seconds[BASE[name]], own, strict=True)])
            limit = LIMITS.get((size.kind, name))
            good &= limit is None or middle >= limit
            told = f"{middle:.3f} [{low:.3f}, {high:.3f}]" + (f"  limit {limit}" if limit else "")
        else:
            told = ""
        print(f"{line}{told:32}{memory[name]:10.0f}", flush=True)
    return good


def main() -> int:
    """Measure and print; the exit status is 1 when an engine of ours misses a limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--only", help="a comparison, e.g. LoRA:128")
    parser.add_argument("--smoke", action="store_true", help="a tiny model and two rounds; no limits")
    options = parser.parse_args()
    torch.set_num_threads(1)  # with several, processor time says nothing about the clock
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")  # of Opacus' hooks and PEFT's names of settings, on every step
    rounds, hidden = (2, 32) if options.smoke else (options.rounds, options.hidden)
    lengths = (16,) if options.smoke else (128, 512)
    sizes = [Size(kind, length, hidden) for kind in ("LoRA", "full") for length in lengths]
    if options.only:
        sizes = [each for each in sizes if f"{each.kind}:{each.length}" == options.only]
    versions = f"torch {torch.__version__}, transformers {transformers.__version__}"
    print(f"{versions}, 1 thread, {rounds} rounds")
    # Before anything is trained here: a process forked later finds freed memory to use, and gains less.
    with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        memory = [{name: pool.apply(peak, (size, name)) for name in arms(size)} for size in sizes]
    good = [compare(size, rounds, held) for size, held in zip(sizes, memory, strict=True)]
    return 0 if options.smoke or all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
