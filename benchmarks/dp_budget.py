"""What a private run has really spent when it ends, against the epsilon that was asked for.

    pip install opacus==1.6.0 && pip install --no-deps dptrainer==0.1.2     # the peer; without it its rows are left out
    python benchmarks/dp_budget.py            # about four minutes on one core; --smoke: half a minute

Each arm gets the same training arguments, with a gradient accumulation as a user sets it. Steps are counted where
torch's optimizer takes them, in this script, over all processes of a run: what a killed run has taken is taken. The
sampling rate is that of the sampler which drew. All arms are accounted for by one accountant, PLD of `dp-accounting`,
as Poisson-sampled Gaussian steps; printed beside it is what the run itself says that it spent. DPTrainer 0.1.2 runs on
Opacus 1.6.0, in place of the fork that it pins.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import logging
import os
import random
import signal
import sys
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dp_accounting
import torch
import transformers
from dp_accounting.pld import PLDAccountant
from peft import LoraConfig, get_peft_model
from torch.optim.optimizer import register_optimizer_step_post_hook
from transformers import DataCollatorForLanguageModeling, PrinterCallback, Trainer, TrainerCallback, TrainingArguments

from finewarden.callbacks import DifferentialPrivacyCallback
from finewarden.evidence.privacy_ledger import PRIVACY_LEDGER

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "recipes"))
import tiny_model  # noqa: E402

DELTA = 1e-4
BATCH, ACCUMULATION = 4, 4


@dataclass(frozen=True)
class Case:
    """A run that is asked for."""

    name: str
    rows: int
    target: float
    length: dict[str, Any]  # max_steps or num_train_epochs
    killed_at: int  # the step, for the arm that is killed


@dataclass(frozen=True)
class Done:
    """What a run did. steps: as the optimizer counted; says: the epsilon that the run itself reports."""

    noise: float
    rate: float
    steps: int
    says: float

    def spent(self, delta: float) -> float:
        """Epsilon of what was done."""
        step = dp_accounting.PoissonSampledDpEvent(self.rate, dp_accounting.GaussianDpEvent(self.noise))
        accountant = PLDAccountant(value_discretization_interval=1e-4)
        return float(accountant.compose(dp_accounting.SelfComposedDpEvent(step, self.steps)).get_epsilon(delta))


class Killer(TrainerCallback):
    """Kills its process once *step* steps are done."""

    def __init__(self, step: int) -> None:
        self.step = step

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
        if state.global_step == self.step:
            os.kill(os.getpid(), signal.SIGKILL)


def trainer(kind: type[Trainer], folder: Path, case: Case, **given: Any) -> Trainer:
    """A trainer of *kind* over short random texts; it has not trained yet."""
    draw = random.Random(0)
    tokenizer = tiny_model.byte_tokenizer()
    texts = ["".join(draw.choice("abcdef ") for _ in range(draw.randint(4, 16))) for _ in range(case.rows)]
    adapter = LoraConfig(task_type="CAUSAL_LM", target_modules="all-linear", r=4)
    made = kind(
        model=get_peft_model(tiny_model.tiny_model(), adapter),
        args=TrainingArguments(
            output_dir=str(folder),
            per_device_train_batch_size=BATCH,
            gradient_accumulation_steps=ACCUMULATION,
            save_strategy="steps",
            save_steps=4,
            logging_strategy="no",
            report_to=[],
            use_cpu=True,
            disable_tqdm=True,
            dataloader_pin_memory=False,
            restore_callback_states_from_checkpoint=kind is not Trainer,  # else DPTrainer warns, and sets it
            **case.length,
        ),
        train_dataset=[dict(tokenizer(text)) for text in texts],
        data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=False),
        **given,
    )
    made.remove_callback(PrinterCallback)
    return made


def counted(log: Path, train: Callable[[], Any]) -> int:
    """Run *train*; the steps of torch's optimizers in it, and in what ran with the same *log* before."""

    def count(*_: Any) -> None:
        with log.open("ab") as file:
            file.write(b".")

    hook = register_optimizer_step_post_hook(count)
    try:
        train()
    finally:
        hook.remove()
    return log.stat().st_size


def ours(folder: Path, case: Case, *, killed: bool = False) -> Done:
    """Our callback; *killed*: by SIGKILL on the way, then resumed from its last checkpoint."""
    log = folder.with_suffix(".steps")

    def made(*more: TrainerCallback) -> Trainer:
        private = DifferentialPrivacyCallback(
            target_epsilon=case.target, delta=DELTA, expected_batch_size=BATCH * ACCUMULATION, dataset_size=case.rows
        )
        return trainer(Trainer, folder, case, callbacks=[private, *more])

    if killed:
        child = os.fork()
        if child == 0:
            try:
                counted(log, made(Killer(case.killed_at)).train)
            finally:
                os._exit(1)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != -signal.SIGKILL:
            raise RuntimeError("the run that was to be killed ended by itself")
    last = made()
    steps = counted(log, lambda: last.train(resume_from_checkpoint=killed or None))
    ledger = json.loads((folder / PRIVACY_LEDGER).read_text(encoding="utf-8"))
    first = ledger["segments"][0]
    loader: Any = last.callback_handler.train_dataloader
    sampler = loader.base_dataloader.batch_sampler
    rate = sampler.expected_batch_size / sampler.dataset_size
    return Done(first["noise_multiplier"], rate, steps, ledger["epsilon"]["pld"])


def dptrainer(folder: Path, case: Case) -> Done:
    """DPTrainer with its defaults, but for the delta."""
    from dptrainer import DPTrainer, PrivacyArguments

    privacy = PrivacyArguments(target_epsilon=case.target, target_delta=DELTA)
    made: Any = trainer(DPTrainer, folder, case, privacy_args=privacy)
    steps = counted(folder.with_suffix(".steps"), made.train)
    says = made.dp_callback.get_privacy_metrics()["privacy_epsilon"]
    return Done(
        float(privacy.noise_multiplier or 0), sampling_rate(made.callback_handler.train_dataloader), steps, says
    )


def sampling_rate(loader: Any) -> float:
    """Of the Poisson sampler that Opacus put below *loader*."""
    sampler = loader.batch_sampler
    while not hasattr(sampler, "sample_rate"):
        sampler = sampler.sampler
    return float(sampler.sample_rate)


def cases(smoke: bool) -> list[Case]:
    """Runs by steps and by epochs; the data do not divide by the batch."""
    if smoke:
        return [Case("8 steps", 50, 4.0, {"max_steps": 8}, 6)]
    return [
        Case("20 steps", 200, 4.0, {"max_steps": 20}, 15),
        Case("60 steps", 1003, 4.0, {"max_steps": 60}, 31),
        Case("3 epochs", 203, 4.0, {"num_train_epochs": 3}, 19),
    ]


def main(argv: list[str] | None = None) -> int:
    """Train and print; the exit status is 1 when a run of ours spent more than its target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="one short run of each arm")
    options = parser.parse_args(argv)
    torch.set_num_threads(1)
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")  # of Opacus and PEFT, on every step
    arms: dict[str, Callable[[Path, Case], Done]] = {
        "ours, killed and resumed": lambda folder, case: ours(folder, case, killed=True),
        "ours": ours,
    }
    print(f"torch {torch.__version__}, transformers {transformers.__version__}")
    if importlib.util.find_spec("dptrainer") and importlib.util.find_spec("opacus"):
        arms["DPTrainer"] = dptrainer
    else:
        print("DPTrainer is left out: dptrainer or opacus is not installed")
    good = True
    for case in cases(options.smoke):
        asked = f"{ACCUMULATION} micro-batches of {BATCH}: target {case.target}, delta {DELTA:g}"
        print(f"\n{case.name}, {case.rows} rows, {asked}")
        print(f"  {'':26}{'noise':>8}{'rate':>9}{'steps':>7}{'it says':>9}{'spent':>8}{'of target':>11}")
        for name, arm in arms.items():
            with tempfile.TemporaryDirectory() as scratch:
                done = arm(Path(scratch, "out"), case)
            spent = done.spent(DELTA)
            good &= not name.startswith("ours") or spent <= case.target
            line = f"  {name:26}{done.noise:8.4f}{done.rate:9.5f}{done.steps:7}{done.says:9.3f}{spent:8.3f}"
            print(f"{line}{spent / case.target:11.1%}", flush=True)
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
