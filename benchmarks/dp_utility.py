"""What privacy costs in quality: names to languages, at several epsilon, with each engine.

    pip install faker==40.54.0
    python benchmarks/dp_utility.py            # about nine minutes on two cores; --smoke: a minute

The data are the lists of real given and family names by country that Faker (MIT) ships in its wheel; a name that occurs
in two of the eight languages is left out. Given names are public: a byte-level Llama is pretrained on them, spelling
and language, as `maria>I`. Family names are private: LoRA is trained with differential privacy to tell their language,
one name one example, and tested on family names that were held out. Accuracy is over the eight languages; perplexity is
that of the language's token. `no fine-tuning` is the pretrained model: what given names tell of family names.

Settings were not searched: one learning rate, clip, batch and number of steps for all. Printed are means over seeds
(data split, pretraining, adapter) with a 95 % Student interval. Epsilon inf is the same training with the noise left
out, clip and all; `ordinary` is Trainer without the callback.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import logging
import math
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import scipy.stats
import torch
import transformers
from peft import LoraConfig, get_peft_model
from transformers import DataCollatorForSeq2Seq, PrinterCallback, Trainer, TrainingArguments

from finewarden import accounting
from finewarden.callbacks import DifferentialPrivacyCallback
from finewarden.callbacks.differential_privacy.slots import default_slots
from finewarden.evidence.privacy_ledger import PRIVACY_LEDGER

sys.path.append(str(Path(__file__).resolve().parent.parent / "recipes"))
import tiny_model

LOCALES = {
    "English": ("en_US", "en_GB", "en_NZ"),
    "German": ("de_DE", "de_AT"),
    "French": ("fr_FR", "fr_CA", "fr_CH"),
    "Italian": ("it_IT",),
    "Spanish": ("es_ES", "es_MX", "es_CL", "es_CO"),
    "Dutch": ("nl_NL",),
    "Czech and Slovak": ("cs_CZ", "sk_SK"),
    "Croatian": ("hr_HR",),
}
LETTERS = "EGFISDCH"  # one a language, in the same order
DELTA, CLIP, HELD_OUT = 1e-5, 1.0, 0.2
Row = dict[str, list[int]]


@dataclass(frozen=True)
class Size:
    """How much is trained."""

    seeds: int
    rows: int  # most names of each part
    public_epochs: int
    steps: int  # of the private part
    batch: int  # expected
    epsilons: tuple[float, ...]


FULL = Size(3, 10**6, 6, 40, 256, (1.0, 3.0, 8.0, math.inf))
SMOKE = Size(2, 400, 1, 3, 32, (1.0, math.inf))


@dataclass(frozen=True)
class Task:
    """One training. engine "" is Trainer alone, steps 0 the pretrained model."""

    engine: str
    epsilon: float
    noise: float
    seed: int
    size: Size


@dataclass(frozen=True)
class Result:
    """Of one training, on the held-out names. spent: epsilon by the ledger."""

    accuracy: float
    perplexity: float
    spent: float
    seconds: float


def names(kind: str) -> list[tuple[str, str]]:
    """All names of *kind* ("first_names" or "last_names") that are of one language only, with its letter; sorted."""
    found: dict[str, set[str]] = {}
    for letter, locales in zip(LETTERS, LOCALES.values(), strict=True):
        for locale in locales:
            provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
            lists = [getattr(provider, each) for each in dir(provider) if each.startswith(kind)]
            for name in chain(*(each for each in lists if not isinstance(each, property))):  # a join of the others
                found.setdefault(name.lower(), set()).add(letter)
    return sorted((name, min(letters)) for name, letters in found.items() if len(letters) == 1)


def split(size: Size, seed: int) -> tuple[list[tuple[str, str]], list[tuple[str, str]], list[tuple[str, str]]]:
    """Public names, private names to train on, and those held out."""
    public, private = names("first_names"), names("last_names")
    random.Random(seed).shuffle(public)
    random.Random(seed).shuffle(private)
    held_out = round(HELD_OUT * len(private))
    return public[: size.rows], private[held_out:][: size.rows], private[:held_out][: size.rows]


def encoded(pairs: list[tuple[str, str]], *, spelling: bool) -> list[Row]:
    """`name>L` in bytes; trained is the language's letter, and with *spelling* the name, too."""
    tokenizer = tiny_model.byte_tokenizer()
    made = []
    for name, letter in pairs:
        ids = tokenizer(f"{name}>{letter}").input_ids
        made.append({"input_ids": ids, "labels": ids if spelling else [-100] * (len(ids) - 1) + ids[-1:]})
    return made


def train(model: Any, rows: list[Row], folder: str, callbacks: list[Any], **settings: Any) -> None:
    """Trainer with what all trainings share."""
    tokenizer = tiny_model.byte_tokenizer()
    trainer = Trainer(
        model=model,
        args=TrainingArguments(
            output_dir=folder,
            save_strategy="no",
            logging_strategy="no",
            report_to=[],
            use_cpu=True,
            disable_tqdm=True,
            dataloader_pin_memory=False,
            **settings,
        ),
        train_dataset=rows,
        data_collator=DataCollatorForSeq2Seq(tokenizer),
        callbacks=callbacks,
    )
    trainer.remove_callback(PrinterCallback)
    trainer.train()


def pretrained(folder: Path, size: Size, seed: int) -> Path:
    """The model that has read the public names, in a folder of its own."""
    made = folder / f"base-{seed}"
    model = tiny_model.tiny_model(seed=seed)
    rows = encoded(split(size, seed)[0], spelling=True)
    settings = {"per_device_train_batch_size": 32, "learning_rate": 3e-3, "lr_scheduler_type": "cosine"}
    train(model, rows, str(made), [], num_train_epochs=size.public_epochs, seed=seed, **settings)
    model.save_pretrained(made)
    return made


def run(task: Task, base: Path) -> Result:
    """One private (or ordinary) fine-tuning of *base*, tested."""
    torch.set_num_threads(1)
    began, spent = time.perf_counter(), 0.0
    _, rows, held_out = split(task.size, task.seed)
    torch.manual_seed(task.seed)
    model: Any = transformers.LlamaForCausalLM.from_pretrained(base)
    if task.epsilon != 0:
        model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", target_modules="all-linear", r=8))
        settings = {"learning_rate": 5e-3, "lr_scheduler_type": "constant", "seed": task.seed}
        with tempfile.TemporaryDirectory() as folder:
            callbacks, batch = [], task.size.batch
            if task.engine:
                callbacks, batch = [private(task, len(rows))], 32
            train(
                model,
                encoded(rows, spelling=False),
                folder,
                callbacks,
                max_steps=task.size.steps,
                per_device_train_batch_size=batch,
                **settings,
            )
            spent = math.inf
            if task.engine and task.noise:
                ledger = json.loads(Path(folder, PRIVACY_LEDGER).read_text(encoding="utf-8"))
                spent = ledger["epsilon"]["pld"]
    return Result(*tested(model, held_out), spent, time.perf_counter() - began)


def private(task: Task, rows: int) -> DifferentialPrivacyCallback:
    """The callback of one arm. The number of family names is taken as public."""
    return DifferentialPrivacyCallback(
        noise_multiplier=task.noise,
        delta=DELTA,
        max_grad_norm=CLIP,
        expected_batch_size=task.size.batch,
        dataset_size=rows,
        engine=task.engine,  # type: ignore[arg-type]
    )


@torch.no_grad()
def tested(model: Any, held_out: list[tuple[str, str]]) -> tuple[float, float]:
    """Accuracy over the languages and perplexity of the language's token."""
    model.eval()
    tokenizer = tiny_model.byte_tokenizer()
    classes = torch.tensor([tokenizer(letter).input_ids[0] for letter in LETTERS])
    right, loss = 0, 0.0
    for at in range(0, len(held_out), 256):
        batch = DataCollatorForSeq2Seq(tokenizer)(encoded(held_out[at : at + 256], spelling=False))
        logits = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
        where = batch["labels"] != -100
        wanted, given = batch["labels"][where], logits[:, :-1][where[:, 1:]]
        loss += float(torch.nn.functional.cross_entropy(given, wanted, reduction="sum"))
        right += int((classes[given[:, classes].argmax(1)] == wanted).sum())
    return right / len(held_out), math.exp(loss / len(held_out))


def noise_for(epsilon: float, size: Size) -> float:
    """The noise that spends *epsilon*; none for infinity."""
    if math.isinf(epsilon):
        return 0.0
    rows = len(split(size, 0)[1])
    return accounting.calibrate(
        target_epsilon=epsilon,
        delta=DELTA,
        steps=size.steps,
        sampling_rate=size.batch / rows,
        dataset_size=rows,
        slots=default_slots(rows, size.batch),
    )


def tasks(size: Size, noise: dict[float, float]) -> Iterator[Task]:
    """All trainings, the longest first."""
    arms = [(engine, epsilon) for engine in ("microbatch", "hooks") for epsilon in size.epsilons]
    for engine, epsilon in [*arms, ("", math.inf), ("", 0.0)]:
        for seed in range(size.seeds):
            yield Task(engine, epsilon, noise[epsilon] if engine else 0.0, seed, size)


def interval(values: list[float]) -> str:
    """Mean and half of its 95 % Student interval."""
    half = scipy.stats.t.ppf(0.975, len(values) - 1) * statistics.stdev(values) / len(values) ** 0.5
    return f"{statistics.mean(values):7.3f} ± {half:.3f}"


def quiet() -> None:
    """In each process: only the table is printed."""
    torch.set_num_threads(1)
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")  # of PEFT, about names of settings
    transformers.utils.logging.disable_progress_bar()


def main(argv: list[str] | None = None) -> int:
    """Train and print; the exit status is 2 where Faker is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2, help="trainings at a time, one core each")
    parser.add_argument("--smoke", action="store_true", help="few names, few steps")
    options = parser.parse_args(argv)
    if importlib.util.find_spec("faker") is None:
        print("the names are those of Faker: pip install faker==40.54.0", file=sys.stderr)
        return 2
    quiet()
    size = SMOKE if options.smoke else FULL
    public, rows, held_out = split(size, 0)
    share = Counter(letter for _, letter in held_out).most_common(1)[0][1] / len(held_out)
    versions = f"torch {torch.__version__}, transformers {transformers.__version__}"
    print(f"{versions}, faker {importlib.import_module('faker').VERSION}")
    print(f"{len(public)} public given names; {len(rows)} private family names, {len(held_out)} held out")
    print(f"{size.steps} steps of {size.batch} expected, clip {CLIP:g}, delta {DELTA:g}")
    print(f"accuracy of always answering the commonest language: {share:.3f}\n")
    workers = multiprocessing.get_context("spawn").Pool(options.jobs, quiet)
    with tempfile.TemporaryDirectory() as scratch, workers as pool:
        noise = pool.starmap(noise_for, [(epsilon, size) for epsilon in size.epsilons], 1)
        planned = list(tasks(size, dict(zip(size.epsilons, noise, strict=True))))
        bases = pool.starmap(pretrained, [(Path(scratch), size, seed) for seed in range(size.seeds)], 1)
        results = pool.starmap(run, [(task, bases[task.seed]) for task in planned], 1)
    print(f"{'':18}{'epsilon':>8}{'spent':>8}{'noise':>8}   {'accuracy':18}{'perplexity':18}{'seconds':>8}")
    for at in range(0, len(planned), size.seeds):
        task, own = planned[at], results[at : at + size.seeds]
        name = task.engine or ("ordinary" if task.epsilon else "no fine-tuning")
        quality = f"{interval([each.accuracy for each in own]):18}{interval([each.perplexity for each in own]):18}"
        spent, seconds = max(each.spent for each in own), statistics.mean(each.seconds for each in own)
        print(f"{name:18}{task.epsilon:8g}{spent:8.3f}{task.noise:8.3f}   {quality}{seconds:8.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
