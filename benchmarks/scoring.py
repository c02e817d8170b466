"""What scoring canaries costs, beside PrivacyGuard and memaudit, on one model in one process.

    python benchmarks/scoring.py                  # ours alone
    python benchmarks/scoring.py --peers=FOLDER   # and the peers, installed into a folder of their own:

    pip install --target FOLDER --no-deps privacyguard-platform==0.0.2 memaudit==0.2.0 scikit-learn joblib \\
        threadpoolctl cloudpickle textdistance later pyre-extensions narwhals typing_inspect mypy_extensions
    pip install pandas scipy tqdm

256 canaries in records of their own, which share a system prompt, and 1,000 references in the context of one record are
scored by a Llama of 50 million parameters with a LoRA adapter, and by its base (the adapter switched off). Nothing is
downloaded: weights are random, the tokenizer has one token a word, so that context and secret are the same ids joined
and apart (PrivacyGuard tokenises them both ways and scores the wrong places where they differ).

1. Pairs a second. In each round we score the whole book and each peer its own slice of it: a peer reads each sequence
   alone or with its neighbours, so its cost does not hang on the size of the book, and it keeps all logits of what it
   is given. Ratios are taken within a round; printed is their median. Beside memaudit we compute Min-K % and Min-K %++
   too, as it does. PrivacyGuard's best batch is the fastest of 4, 16 and 64 in the first round. Seconds are those of
   the processor, of all threads together, so that what else the machine does falls on nobody.
2. The largest difference between any two numbers, in nats a token.
3. Our cost by number of canaries, length of the secret and size of the vocabulary, and what a shared prefix saves.
4. Peak memory by number of canaries.

The exit status is 1 when a ratio misses its target (not in a smoke run), when numbers differ by more than 1e-5 or when
memory grows; 2 when the peers are not there. CPU; half an hour with peers on one slow core.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import torch
from scoring_parts import (
    Numbers,
    Size,
    Way,
    make_book,
    make_model,
    make_tokenizer,
    memaudit,
    ours,
    peak_mib,
    privacy_guard,
    with_peers,
)

from finewarden.memorization import scoring
from finewarden.memorization.scoring import TokenPair, score

SMOKE = Size(vocabulary=600, hidden=32, layers=1, canaries=12, references=40, system=16, own=8, secret=8)
TARGETS = {"PrivacyGuard, batch 1": 4.0, "PrivacyGuard, best batch": 2.0, "memaudit": 2.0}
BATCHES = (4, 16, 64)
EQUAL, GROWTH = 1e-5, 1.15


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--slice", type=int, default=64, help="pairs that a peer scores in a round")
    parser.add_argument("--threads", type=int, default=1)
    for name, value in vars(Size()).items():
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--smoke", action="store_true", help="a tiny model, one round, no targets")
    options = parser.parse_args(arguments)
    size = SMOKE if options.smoke else Size(**{name: getattr(options, name) for name in vars(Size())})
    rounds = 1 if options.smoke else options.rounds
    torch.set_num_threads(options.threads)
    logging.disable(logging.WARNING)

    if options.peers is not None and (missing := with_peers(options.peers)):
        print(f"the peers are not in {options.peers} ({missing}); install them as `--help` says")
        return 2
    model, book = make_model(size), make_book(size)
    millions = sum(parameter.numel() for parameter in model.parameters()) / 1e6
    print(
        f"torch {torch.__version__}, {options.threads} threads; Llama of {millions:.1f} M parameters with its adapter"
    )
    print(f"{size.canaries} canaries, {size.references} references, by the model and its base")
    ways: dict[str, Way] = {}
    if options.peers is not None:
        tokenizer = make_tokenizer(size)
        ways |= {f"PrivacyGuard, batch {batch}": privacy_guard(model, tokenizer, batch) for batch in (1, *BATCHES)}
        ways["memaudit"] = memaudit(model)
    good = beside(model, book, ways, rounds, options.slice, targets=not options.smoke)
    costs(size, 1 if options.smoke else 2)
    return int(not (memory(model, size) and good))


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """What *work* takes of the processor, and returns."""
    began = time.process_time()
    found = work()
    return time.process_time() - began, found


# -- 1 and 2. beside the peers -----------------------------------------------------------------------------------------


def beside(
    model: Any, book: Sequence[TokenPair], ways: dict[str, Way], rounds: int, width: int, *, targets: bool
) -> bool:
    """Print pairs a second, ratios and differences; whether all are as they should be."""
    mine: list[float] = []
    mine_more: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in ways}
    apart: dict[str, float] = dict.fromkeys(ways, 0.0)
    ours(model)(book[:width]), ours(model, statistics=True)(book[:width])  # warm
    for turn in range(rounds):
        part = [book[(turn * width + i) % len(book)] for i in range(min(width, len(book)))]
        took, both = seconds(lambda: ours(model)(book))
        mine.append(len(book) / took)
        at = {pair: numbers for pair, *numbers in zip(book, *both, strict=True)}
        for name, way in list(ways.items()):
            took, found = seconds(lambda way=way, part=part: way(part))
            theirs[name].append(len(part) / took)
            mine_own = tuple([at[pair][side] for pair in part] for side in (0, 1))
            apart[name] = max(apart[name], *(difference(a, b) for a, b in zip(mine_own, found, strict=True)))
        mine_more.append(len(book) / seconds(lambda: ours(model, statistics=True)(book))[0])
        if turn == 0:
            keep_best_batch(ways, theirs, apart)
    print(f"\n1. pairs by both models, a second of the processor, medians of {rounds} rounds")
    print(f"  {'ours':28}{statistics.median(mine):8.1f}")
    print(f"  {'ours, with Min-K':28}{statistics.median(mine_more):8.1f}")
    good = True
    for name, speeds in theirs.items():
        own = mine_more if name == "memaudit" else mine
        ratios = [a / b for a, b in zip(own, speeds, strict=True)]
        ratio, target = statistics.median(ratios), TARGETS[name]
        good &= ratio >= target or not targets
        span = f"[{min(ratios):.2f}, {max(ratios):.2f}]"
        print(
            f"  {name:28}{statistics.median(speeds):8.1f}   ours is {ratio:.2f} times as fast {span}, target {target:g}"
        )
    if theirs:
        print(f"\n2. largest difference from ours, nats a token (limit {EQUAL:g})")
        for name in theirs:
            good &= apart[name] <= EQUAL
            print(f"  {name:28}{apart[name]:12.2e}")
    return good


def keep_best_batch(ways: dict[str, Way], theirs: dict[str, list[float]], apart: dict[str, float]) -> None:
    """Of the batches in BATCHES leave the fastest, under another name, with the largest difference of all."""
    names = {f"PrivacyGuard, batch {batch}" for batch in BATCHES} & ways.keys()
    if not names:
        return
    fastest, best = max(names, key=lambda name: theirs[name]), "PrivacyGuard, best batch"
    print(f"of larger batches the fastest: {fastest}")
    ways[best], theirs[best], apart[best] = ways[fastest], theirs[fastest], max(apart[name] for name in names)
    for name in names:
        del ways[name], theirs[name], apart[name]


def difference(a: Numbers, b: Numbers) -> float:
    """The largest between two of the same tokens; inf where one has tokens that the other lacks."""
    if [len(x) for x in a] != [len(x) for x in b]:
        return float("inf")
    return max(abs(x - y) for x, y in zip(chain(*a), chain(*b), strict=True))


# -- 3. how cost grows -------------------------------------------------------------------------------------------------


def costs(size: Size, rounds: int) -> None:
    """Print milliseconds a pair as one thing at a time changes."""
    print("\n3. our milliseconds a pair, the fine-tuned model alone, best of rounds")
    few = replace(size, canaries=size.canaries // 4, references=size.references // 8)
    tables = {
        "canaries and references": [
            (
                f"{n * few.canaries} + {n * few.references}",
                replace(few, canaries=n * few.canaries, references=n * few.references),
            )
            for n in (1, 2, 4)
        ],
        "tokens of a secret": [(str(n), replace(few, secret=n)) for n in (few.secret // 2, few.secret, 2 * few.secret)],
        "tokens of a context": [
            (str(few.system + n), replace(few, own=n)) for n in (few.own // 2, few.own, 4 * few.own)
        ],
        "vocabulary": [
            (str(n), replace(few, vocabulary=n)) for n in (size.vocabulary // 4, size.vocabulary, 4 * size.vocabulary)
        ],
    }
    shared_cost = scoring._PASS_COST
    for title, rows in tables.items():
        print(f"  {title:28}{'ms a pair':>12}{'no prefix shared':>20}")
        for name, changed in rows:
            model, book = make_model(changed), make_book(changed)
            times = []
            for cost in (shared_cost, sys.maxsize):
                scoring._PASS_COST = cost
                work = partial(score, model, book)
                times.append(min(seconds(work)[0] for _ in range(rounds)))
            scoring._PASS_COST = shared_cost
            print(f"    {name:26}{1000 * times[0] / len(book):12.2f}{1000 * times[1] / len(book):20.2f}")


# -- 4. memory ---------------------------------------------------------------------------------------------------------


def memory(model: Any, size: Size) -> bool:
    """Print peak memory by number of canaries; whether it stays flat."""
    print(f"\n4. peak memory of the process (limit {GROWTH:g} times that of the fewest)")
    peaks: list[float] = []
    for part in (4, 2, 1):
        book = make_book(replace(size, canaries=size.canaries // part, references=size.references // part))
        peak = peak_mib(lambda book=book: score(model, book))
        if peak is None:
            print("  this system does not say")
            return True
        peaks.append(peak)
        print(f"  {len(book):6} pairs {peak:10.0f} MiB")
    return peaks[-1] <= GROWTH * peaks[0]


if __name__ == "__main__":
    sys.exit(main())
