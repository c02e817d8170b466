"""What LoRA learns by heart: rank by epochs by repetitions, the raw numbers of every canary.

    python benchmarks/memorization_study.py --out docs/data/memorization-study.csv   # minutes; --smoke: seconds

A small Llama is pretrained on chats about parcels. An adapter is then trained on tickets, English and Chinese, among
which canaries stand 1, 4 or 16 times ("stress" ones, each of them ranked among references that were never inserted) or
once or not at all by a fair coin ("coin" ones). Each is scored by the tuned and by the base model, as `finewarden
measure` does it. The CSV holds numbers only: no secret, and no text. Printed are medians. docs/data/README.md says what
each column is.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import random
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from plain_training import LETTERS, quiet, train
from transformers import LlamaForCausalLM

from finewarden.callbacks import CanaryCallback, plant_canaries
from finewarden.evidence.canary_book import CanaryBook
from finewarden.evidence.measured.common import Sampler
from finewarden.memorization.canary_cases import exposed
from finewarden.memorization.canary_scores import measure_canaries
from finewarden.memorization.loading import load

sys.path.append(str(Path(__file__).resolve().parent.parent / "recipes"))
import tiny_model

# The output layer too: over a small frozen one LoRA's logits stay too small to learn anything by heart.
MODULES = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj", "lm_head"]


@dataclass(frozen=True)
class Grid:
    """What is trained, and how much of it."""

    ranks: tuple[int, ...]
    epochs: tuple[int, ...]
    repetitions: tuple[int, ...]
    seeds: int
    stress: int  # canaries of each repetition
    coins: int
    references: int
    rows: int
    public: int


FULL = Grid((2, 16), (3, 12), (1, 4, 16), 2, 16, 32, 1000, 64, 960)
SMOKE = Grid((2,), (1,), (1, 4), 1, 2, 4, 20, 8, 32)


@dataclass(frozen=True)
class Line:
    """One canary after one training. Log-probabilities of the whole secret, in nats; *exposure_bits* of stress ones."""

    seed: int
    rank: int
    epochs: int
    tier: str
    repetitions: int
    family: str
    tokens: int
    bits: float
    log_p: float
    base_log_p: float
    exposure_bits: float | None


def tickets(count: int, seed: int, *, public: bool = False) -> list[dict[str, str]]:
    """Plain texts with a random code each; every other one in Chinese."""
    pick = random.Random(f"{seed} {public}")
    rows = []
    for number in range(count):
        code = "".join(pick.choices(LETTERS, k=8))
        zh, en = (
            ("包裹{}的取件码是{}。", "Parcel {} has the code {}.")
            if public
            else ("工单{}的口令是{}。", "Ticket {}: {}.")
        )
        rows.append({"text": (zh if number % 2 else en).format(number, code)})
    return rows


def adapted(base: Path, rank: int, seed: int) -> Any:
    """The model in *base* with a fresh adapter. SFTTrainer would not train one on the output layer; Trainer does."""
    torch.manual_seed(seed)
    model = LlamaForCausalLM.from_pretrained(base)
    return get_peft_model(model, LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=MODULES, task_type="CAUSAL_LM"))


def study(grid: Grid, room: Path) -> Iterator[Line]:
    """Each training of *grid*, and every canary after it."""
    base = train(tiny_model.tiny_model(), tickets(grid.public, 0, public=True), room / "base", epochs=1, seed=0)
    for seed, rank, epochs in itertools.product(range(grid.seeds), grid.ranks, grid.epochs):
        out = room / f"{seed}-{rank}-{epochs}"
        planted, book = plant_canaries(
            tickets(grid.rows, seed),
            tokenizer=tiny_model.byte_tokenizer(),
            evidence_dir=out.with_name(out.name + ".evidence"),
            count=grid.coins,
            stress=dict.fromkeys(grid.repetitions, grid.stress),
            references=grid.references,
            seed=seed,
        )
        model = adapted(base, rank, seed)
        train(model, planted, out, epochs=epochs, seed=seed, callbacks=[CanaryCallback(book)])
        yield from lines(out, base, book, {"seed": seed, "rank": rank, "epochs": epochs})


def lines(out: Path, base: Path, book: CanaryBook, cell: dict[str, int]) -> Iterator[Line]:
    """Every canary of *book*, scored."""
    section = measure_canaries(load(out, base_model=str(base), device="cpu"), book, sampler=Sampler())
    bits = {canary.id: canary.bits for canary in book.canaries}
    exposure = {each.id: each.bits for each in exposed(section)}
    for score in section.scores:
        if score.log_p is None or score.base_log_p is None:
            raise RuntimeError(f"canary {score.id} has no score: {score.reason}")
        yield Line(
            **cell,
            tier=score.tier,
            repetitions=score.repetitions,
            family=score.family,
            tokens=score.tokens,
            bits=round(bits[score.id], 2),
            log_p=round(score.log_p, 3),
            base_log_p=round(score.base_log_p, 3),
            exposure_bits=round(exposure[score.id], 2) if score.id in exposure else None,
        )


def write(path: Path, found: Sequence[Line]) -> None:
    """*found* as CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [each.name for each in fields(Line)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(line) for line in found)


def tell(found: Sequence[Line]) -> None:
    """Medians over canaries and seeds."""
    print(f"{'rank':>4}{'epochs':>8}{'times':>7}{'canaries':>10}{'gain, nats/token':>18}{'exposure, bits':>16}")
    for rank, epochs, times in sorted({(x.rank, x.epochs, x.repetitions) for x in found}):
        cell = [x for x in found if (x.rank, x.epochs, x.repetitions) == (rank, epochs, times)]
        gain = statistics.median((x.log_p - x.base_log_p) / x.tokens for x in cell)
        bits = [x.exposure_bits for x in cell if x.exposure_bits is not None]
        shown = f"{statistics.median(bits):.2f}" if bits else "-"
        print(f"{rank:4d}{epochs:8d}{times:7d}{len(cell):10d}{gain:18.2f}{shown:>16}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="the CSV; without it, the medians are printed alone")
    parser.add_argument("--smoke", action="store_true", help="one short training, which shows nothing")
    options = parser.parse_args(arguments)
    quiet()
    with tempfile.TemporaryDirectory() as scratch:
        found = list(study(SMOKE if options.smoke else FULL, Path(scratch)))
    tell(found)
    if options.out:
        write(options.out, found)
        print(f"{len(found)} lines in {options.out}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
