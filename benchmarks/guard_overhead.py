"""What the guards cost: step time with both guards, relative to the same training without.

    python benchmarks/guard_overhead.py

Two equal trainings of a model of one million parameters take turns, one step each, so that whatever else the machine
does falls on both. Each step under the guards is divided by the mean of the bare steps before and after it; printed is
the median of these ratios with a 95 % bootstrap interval. The same is done with two bare trainings: that ratio is 1 but
for noise, and shows what the measurement can tell apart.

Where the machine is too busy for 1.01 to be told from 1, the cost itself still can be: the same model in short steps
(one sequence of eight tokens), where the guards do all that they do in a long one. CPU only; takes a few minutes.
"""

from __future__ import annotations

import argparse
import logging
import random
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import torch
from transformers import LlamaConfig, LlamaForCausalLM, PrinterCallback, Trainer, TrainerCallback, TrainingArguments

from finewarden.callbacks import ActivationGuardCallback, GradientClippingCallback

LIMIT = 1.01
WARM_UP = 5


class TakesTurns(TrainerCallback):
    """Lets two trainings step in turns, and times each step from end to end, all callbacks in it."""

    def __init__(self, mine: threading.Semaphore, other: threading.Semaphore) -> None:
        self.mine, self.other = mine, other
        self.seconds: list[float] = []

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        self.mine.acquire()
        self.began = time.perf_counter()

    def on_step_end(self, *_: Any, **__: Any) -> None:
        self.seconds.append(time.perf_counter() - self.began)
        self.other.release()
        self.mine.acquire()
        self.began = time.perf_counter()

    def on_train_end(self, *_: Any, **__: Any) -> None:
        self.other.release()


def trainer(folder: Path, callbacks: list[TrainerCallback], steps: int, batch: int, length: int) -> Trainer:
    """A training of a one-million-parameter Llama on random tokens."""
    torch.manual_seed(0)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=512,
            hidden_size=128,
            intermediate_size=352,
            num_hidden_layers=4,
            num_attention_heads=4,
            num_key_value_heads=4,
        )
    )
    rows = torch.randint(0, 512, (batch * 8, length))
    made = Trainer(
        model=model,
        args=TrainingArguments(
            output_dir=str(folder),
            max_steps=steps,
            per_device_train_batch_size=batch,
            save_strategy="no",
            logging_strategy="no",
            report_to=[],
            use_cpu=True,
            disable_tqdm=True,
            dataloader_pin_memory=False,
        ),
        train_dataset=[{"input_ids": row, "labels": row} for row in rows],
        callbacks=callbacks,
    )
    made.remove_callback(PrinterCallback)
    return made


def in_turns(
    first: list[TrainerCallback], second: list[TrainerCallback], size: tuple[int, int, int]
) -> list[list[float]]:
    """Seconds of each step of two trainings that take turns, with *first* and *second* as their callbacks."""
    gates = threading.Semaphore(1), threading.Semaphore(0)
    turns = TakesTurns(*gates), TakesTurns(*gates[::-1])
    with tempfile.TemporaryDirectory() as folder:
        threads = []
        for name, callbacks, turn in zip(("first", "second"), (first, second), turns, strict=True):
            # The clock is the last callback: what the guards do at the end of a step is in it.
            training = trainer(Path(folder) / name, [*callbacks, turn], *size)
            threads.append(threading.Thread(target=training.train))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return [turn.seconds[WARM_UP:] for turn in turns]


def ratios(bare: list[float], guarded: list[float]) -> list[float]:
    """Each guarded step over the mean of its two bare neighbours."""
    return [2 * middle / (before + after) for before, middle, after in zip(bare, guarded, bare[1:], strict=False)]


def milliseconds(bare: list[float], guarded: list[float]) -> list[float]:
    """What each guarded step took beyond the mean of its two bare neighbours."""
    neighbours = zip(bare, guarded, bare[1:], strict=False)
    return [1000 * (middle - (before + after) / 2) for before, middle, after in neighbours]


def summary(values: list[float]) -> str:
    """Median and its 95 % bootstrap interval."""
    draw = random.Random(0)
    medians = sorted(statistics.median(draw.choices(values, k=len(values))) for _ in range(2000))
    return f"{statistics.median(values):.4f}  [{medians[50]:.4f}, {medians[1949]:.4f}]"


def main() -> int:
    """Measure and print; the exit status is 1 when the guards cost more than the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--length", type=int, default=256)
    options = parser.parse_args()
    size = options.steps + WARM_UP, options.batch, options.length
    torch.set_num_threads(options.threads)
    logging.disable(logging.WARNING)

    null = ratios(*in_turns([], [], size))
    bare, guarded = in_turns([], guards(), size)
    measured = ratios(bare, guarded)
    short, short_guarded = in_turns([], guards(), (10 * options.steps + WARM_UP, 1, 8))
    cost = milliseconds(short, short_guarded)

    print(f"torch {torch.__version__}, {options.threads} threads, {options.steps} steps of each training")
    print(f"bare step, median        {1000 * statistics.median(bare):.1f} ms")
    print(f"bare / bare              {summary(null)}")
    print(f"both guards / bare       {summary(measured)}   limit {LIMIT}")
    print(f"cost in short steps, ms  {summary(cost)}   of {1000 * statistics.median(short):.1f} ms")
    return int(statistics.median(measured) > LIMIT)


def guards() -> list[TrainerCallback]:
    """Both guards, as a user adds them."""
    return [ActivationGuardCallback(), GradientClippingCallback()]


if __name__ == "__main__":
    sys.exit(main())
