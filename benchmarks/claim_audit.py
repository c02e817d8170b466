"""Is a claim that is kept ever falsified, and one that is not kept always? Real private trainings, one a seed.

    python benchmarks/claim_audit.py            # 20 seeds: about ten minutes on a core; --smoke: seconds

A tiny Llama is pretrained on public chats and trained with DifferentialPrivacyCallback on tickets among which canaries
were planted, each by its own coin. The one-run audit of the shipped gate (Steinke et al. 2023, arXiv 2305.08846) then
holds the model to a claim: the epsilon that was spent (256 canaries), and epsilon 1 after the same training with the
noise left out (128 canaries). The null hypothesis is the claim; at a level of 5 % one kept claim in twenty may be
falsified by chance, and as the audit is conservative, none is expected to be. Printed are the p-value at the claim, the
lower bound on epsilon at the level, and the ceiling: what that bound would be if every coin were guessed.

Exits with 1 when more kept claims are falsified than the level explains, or when a broken one is not.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from plain_training import LETTERS, quiet, train
from scipy.stats import binom
from transformers import LlamaForCausalLM

from finewarden.callbacks import CanaryCallback, DifferentialPrivacyCallback, plant_canaries
from finewarden.evidence.canary_book import CanaryBook
from finewarden.evidence.measured.common import Sampler
from finewarden.evidence.privacy_ledger import PRIVACY_LEDGER, parse
from finewarden.memorization.canary_cases import Claim, one_run
from finewarden.memorization.canary_scores import measure_canaries
from finewarden.memorization.loading import load
from finewarden.memorization.one_run_audit import OneRun

sys.path.append(str(Path(__file__).resolve().parent.parent / "recipes"))
import tiny_model

DELTA, LEVEL = 1e-6, 0.05
BEYOND_CHANCE = 1e-3


@dataclass(frozen=True)
class Arm:
    """One kind of training. *noise*: whether there is any; *claim*: the epsilon that the model is held to."""

    name: str
    noise: bool
    claim: float
    canaries: int


@dataclass(frozen=True)
class Size:
    """How much is trained: tickets beside the canaries, expected batch, epochs, and public chats before it all."""

    rows: int
    batch: int
    epochs: int
    public: int


FULL, SMOKE = Size(32, 24, 16, 480), Size(8, 8, 1, 32)


@dataclass(frozen=True)
class Outcome:
    """What the audit found of one model: *spent* as the ledger has it."""

    arm: Arm
    seed: int
    spent: float
    p: float
    lower: float
    ceiling: float
    seconds: float

    @property
    def falsified(self) -> bool:
        """Whether the claim is rejected at LEVEL."""
        return self.p <= LEVEL


def arms(epsilon: float, canaries: int) -> tuple[Arm, Arm]:
    """A claim that is kept, and one that is not."""
    return (
        Arm(f"epsilon {epsilon:g}", True, epsilon, canaries),
        Arm("no noise, claim 1", False, 1.0, canaries // 2),
    )


def tickets(count: int, seed: int) -> list[dict[str, str]]:
    """Plain texts with a random code each; every other one in Chinese."""
    pick = random.Random(seed)
    rows = []
    for number in range(count):
        code = "".join(pick.choices(LETTERS, k=8))
        rows.append(
            {"text": f"工单{number}的取件码是{code}。" if number % 2 else f"Ticket {number} opens with {code}."}
        )
    return rows


def pretrained(folder: Path, size: Size) -> Path:
    """The model that has read public tickets."""
    rows = tickets(size.public, seed=10**6)
    return train(tiny_model.tiny_model(), rows, folder / "base", epochs=1, seed=0)


def run(arm: Arm, seed: int, size: Size, base: Path, room: Path) -> Outcome:
    """Plant, train, score and audit once."""
    began = time.process_time()
    out = room / f"{arm.claim:g}-{arm.noise}-{seed}"
    planted, book = plant_canaries(
        tickets(size.rows, seed),
        tokenizer=tiny_model.byte_tokenizer(),
        evidence_dir=out.with_name(out.name + ".evidence"),
        count=arm.canaries,
        families=["email", "random-tokens"],
        stress={},
        seed=seed,
    )
    private = DifferentialPrivacyCallback(
        target_epsilon=arm.claim if arm.noise else None,
        noise_multiplier=None if arm.noise else 0.0,
        delta=DELTA,
        expected_batch_size=size.batch,
        dataset_size=book.dataset_size,
        engine="hooks",
    )
    model = LlamaForCausalLM.from_pretrained(base)
    train(model, planted, out, epochs=size.epochs, seed=seed, callbacks=[CanaryCallback(book), private])
    found = audited(out, base, book, arm.claim)
    spent = parse((out / PRIVACY_LEDGER).read_text(encoding="utf-8")).claimed
    return Outcome(
        arm, seed, spent, found.p, found.lower_bound(LEVEL), found.ceiling(LEVEL), time.process_time() - began
    )


def audited(out: Path, base: Path, book: CanaryBook, epsilon: float) -> OneRun:
    """The one-run audit of the model in *out*, as the gate makes it, alone in its family."""
    section = measure_canaries(load(out, base_model=str(base), device="cpu"), book, sampler=Sampler())
    found = one_run(section, claim=Claim(epsilon, DELTA), ceiling=0.0, share=LEVEL, alpha=LEVEL).detail
    assert isinstance(found, OneRun)
    return found


def tell(arm: Arm, found: Sequence[Outcome]) -> bool:
    """Print what was found of *arm*; whether it is as it must be."""
    p_values = [each.p for each in found]
    count = sum(each.falsified for each in found)
    print(f"\n{arm.name}: {arm.canaries} canaries, claim epsilon {arm.claim:g}, delta {DELTA:g}")
    print(f"{'seed':>6}{'spent':>9}{'p at claim':>12}{'epsilon >=':>12}{'ceiling':>9}{'CPU s':>8}")
    for each in found:
        mark = "  falsified" if each.falsified else ""
        numbers = f"{each.spent:9.3f}{each.p:12.3g}{each.lower:12.2f}{each.ceiling:9.2f}{each.seconds:8.1f}"
        print(f"{each.seed:6d}{numbers}{mark}")
    smallest, median = min(p_values), statistics.median(p_values)
    print(f"falsified at {LEVEL:.0%}: {count} of {len(found)}; p-values from {smallest:.3g}, median {median:.3g}")
    if arm.noise:
        return bool(binom.sf(count - 1, len(found), LEVEL) > BEYOND_CHANCE)
    return count == len(found)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train and print; 0 when every kept claim stands, within the level, and every broken one falls."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20, help="models of each kind (default 20)")
    parser.add_argument("--canaries", type=int, default=256, help="coins of the private models (default 256)")
    parser.add_argument("--epsilon", type=float, default=4.0, help="the claim that is kept (default 4)")
    parser.add_argument("--jobs", type=int, default=1, help="trainings at a time, one core each")
    parser.add_argument("--smoke", action="store_true", help="two short trainings, which show nothing")
    options = parser.parse_args(arguments)
    size, seeds = (SMOKE, 1) if options.smoke else (FULL, options.seeds)
    both = arms(options.epsilon, 32 if options.smoke else options.canaries)
    quiet()
    good = True
    with tempfile.TemporaryDirectory() as scratch:
        base = pretrained(Path(scratch), size)
        for arm in both:
            tasks = [(arm, seed, size, base, Path(scratch)) for seed in range(seeds)]
            if options.jobs == 1:
                found = [run(*task) for task in tasks]
            else:
                with get_context("spawn").Pool(options.jobs, quiet) as pool:
                    found = pool.starmap(run, tasks, 1)
            good &= tell(arm, found)
    return 0 if good or options.smoke else 1


if __name__ == "__main__":
    raise SystemExit(main())
