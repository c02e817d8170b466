"""Do the statistical audits keep the error rates that they state? And what do they see?

    pip install "finewarden[report]"
    python benchmarks/calibration.py               # 2,000 draws a world, about twenty minutes on one core
    python benchmarks/calibration.py --draws 200   # a minute; no figures

A draw is a whole measurements file of a model whose true leakage is known (`calibration_draws.py`), judged as a release
is: all five members, their instruments, Holm. Where every truth is exactly what is tolerated:

1. false fails: how often any sound member fails, at most alpha of the draws; and each member alone
2. false passes: how often a member passes though it is no better than its tolerance, at most alpha; and all together.
   The one-run audit is left out: its pass says "not falsified, and could have been", and bounds nothing
3. the bounds of an AUC alone, by shape of the scores, number and level, where the truth is the tolerance
4. what others do at the same null, written here in a few lines after their documentation and code, at a nominal 5 %
5. power: how often the strict test sees a trace, alone and in the family of five; the one-run audit's ceiling, and what
   it finds of mechanisms that are known

A rate above its level by more than chance allows (one-sided binomial, 0.001) makes the exit status 1. Writes
docs/figures/calibration.svg and power.svg when all 2,000 draws are made.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.stats import beta, binom

sys.path.append(str(Path(__file__).resolve().parent))
from calibration_bounds import LEVELS, SHAPES, levels
from calibration_draws import WORLDS, World, draw, gains

from finewarden.memorization.auc import Area
from finewarden.memorization.family import MEMBERS, judge_family
from finewarden.memorization.membership import permutation_p_value
from finewarden.memorization.one_run import p_value as one_run_p_value
from finewarden.memorization.one_run_audit import audit
from finewarden.verdicts import State

FIGURES = Path(__file__).resolve().parent.parent / "docs" / "figures"
ALPHAS = (0.05, 0.01)
BEYOND_CHANCE = 1e-3
WHOLE = "the whole family"
BOUNDING = tuple(name for name in MEMBERS if name != "one_run")
"""The members whose pass bounds something."""


@dataclass
class Rate:
    """*count* of *draws* where it should be *level* of them at most (None: nobody said how many)."""

    what: str
    count: int
    draws: int
    level: float | None

    @property
    def value(self) -> float:
        """The share."""
        return self.count / self.draws

    @property
    def interval(self) -> tuple[float, float]:
        """Clopper–Pearson, 95 %."""
        k, n = self.count, self.draws
        return (beta.ppf(0.025, k, n - k + 1) if k else 0.0), (beta.isf(0.025, k + 1, n - k) if k < n else 1.0)

    @property
    def kept(self) -> bool:
        """Whether so many are no more than chance at the level."""
        return self.level is None or binom.sf(self.count - 1, self.draws, self.level) > BEYOND_CHANCE


@dataclass
class Judged:
    """What was concluded in one world: for each alpha and draw the states, and the p-values of each member."""

    world: World
    states: dict[float, list[dict[str, State]]]
    p_values: list[dict[str, float]] = field(default_factory=list)

    def false_fails(self, alpha: float) -> list[Rate]:
        """Any member, then each."""
        draws = self.states[alpha]
        found = [Rate(WHOLE, sum(State.FAIL in states.values() for states in draws), len(draws), alpha)]
        for name in draws[0]:
            found.append(Rate(name, sum(states[name] is State.FAIL for states in draws), len(draws), alpha))
        return found

    def false_passes(self, alpha: float) -> list[Rate]:
        """All bounding members at once, then each. Empty in the world where nothing was learned."""
        draws = self.states[alpha]
        if self.world.kind == "nothing":
            return []
        passed = [all(states[name] is State.PASS for name in BOUNDING) for states in draws]
        found = [Rate(WHOLE, sum(passed), len(draws), alpha)]
        for name in BOUNDING:
            found.append(Rate(name, sum(states[name] is State.PASS for states in draws), len(draws), alpha))
        return found


def judged(world: World, draws: int, size: int = 256, alphas: Sequence[float] = ALPHAS, seed: int = 0) -> Judged:
    """Judge *draws* models of *world* at each of *alphas*."""
    rng = np.random.default_rng([seed, WORLDS.index(world)])
    found = Judged(world, {alpha: [] for alpha in alphas})
    for _ in range(draws):
        measurements = draw(rng, world, size)
        for alpha in alphas:
            family = judge_family(measurements, world.policy(alpha), claim=world.claim)
            found.states[alpha].append({member.name: member.state for member in family.planned})
        found.p_values.append({member.name: member.p for member in family.planned})
    return found


# What others do, at a nominal 5 %, where the scores know nothing of the coins.


def best_threshold(scores: np.ndarray, coins: np.ndarray) -> bool:
    """The threshold of best accuracy, looked for in the scores that are then tested, uncorrected (opake's default)."""
    order = coins[np.argsort(-scores)]
    right = np.cumsum(order) + (~order).sum() - np.cumsum(~order)
    correct = int(max(right.max(), (~order).sum()))
    return one_run_p_value(canaries=len(order), guesses=len(order), correct=correct, epsilon=0.0, delta=0.0) <= 0.05


def rate_above_one_percent(scores: np.ndarray, coins: np.ndarray) -> bool:
    """A lower Clopper–Pearson bound on TPR@1 %FPR above 1 %, the threshold taken for known (memaudit's headline)."""
    threshold = np.quantile(scores[~coins], 0.99)
    hits, of = int((scores[coins] > threshold).sum()), int(coins.sum())
    return hits > 0 and float(beta.ppf(0.025, hits, of - hits + 1)) > 0.01


def raw_epsilon(scores: np.ndarray, coins: np.ndarray) -> bool:
    """An epsilon above 0.5 read off the empirical ROC curve, without a bound (PrivacyGuard's raw epsilon)."""
    order = coins[np.argsort(-scores)]
    tpr, fpr = np.cumsum(order) / order.sum(), np.cumsum(~order) / (~order).sum()
    inside = (tpr > 0) & (fpr > 0)
    return bool((np.log(tpr[inside] / fpr[inside]) > 0.5).any())


PEERS: dict[str, Callable[[np.ndarray, np.ndarray], bool]] = {
    "best threshold, uncorrected": best_threshold,
    "TPR@1 %FPR above 1 %, threshold known": rate_above_one_percent,
    "epsilon off the ROC curve above 0.5": raw_epsilon,
}


def others(draws: int, seed: int = 1) -> list[Rate]:
    """How often each sees a leak in 200 canaries, or in 40 groups of five, that hold none."""
    rng = np.random.default_rng(seed)
    counts = dict.fromkeys((*PEERS, "groups of five, permuted record by record"), 0)
    for _ in range(draws):
        scores, coins = rng.normal(size=200), rng.random(200) < 0.5
        for name, alarm in PEERS.items():
            counts[name] += alarm(scores, coins)
        counts["groups of five, permuted record by record"] += record_by_record(rng) <= 0.05
    return [Rate(name, count, draws, None) for name, count in counts.items()]


def record_by_record(rng: np.random.Generator, rounds: int = 499) -> float:
    """p-value of 40 groups of five alike records each, whose groups are ignored."""
    values = rng.normal(size=(40, 1)) + rng.normal(size=(40, 5))
    held_out = rng.permutation(40) < 20
    return permutation_p_value(values[held_out].ravel(), values[~held_out].ravel(), rounds=rounds)


# Power.


def strict_power(canaries: int, auc: float, levels: Sequence[float], draws: int, seed: int = 2) -> list[Rate]:
    """How often the strict test of *canaries*, half of them in, in four families, sees a shift to *auc*."""
    rng = np.random.default_rng([seed, canaries, round(1000 * auc)])
    coins, strata = np.arange(canaries) % 2 == 0, np.arange(canaries) // 2 % 4
    names = {"member_strata": strata[coins].tolist(), "non_member_strata": strata[~coins].tolist()}
    p_values = []
    for _ in range(draws):
        scores = gains(rng, "shift", coins, auc)
        p_values.append(Area(scores[coins], scores[~coins], **names).p_above(0.5))
    return [Rate(f"{canaries} at {auc:g}", sum(p <= a for p in p_values), draws, None) for a in levels]


@dataclass
class Found:
    """The one-run audit of *canaries*: its ceiling, and the median epsilon that it shows of each mechanism."""

    canaries: int
    ceiling: float
    shown: dict[str, float]


MECHANISMS: dict[str, Callable[[np.random.Generator, np.ndarray], np.ndarray]] = {
    "randomised response, epsilon 2": lambda r, c: gains(r, "randomised response", c, 1 / (1 + math.exp(-2.0))),
    "randomised response, epsilon 4": lambda r, c: gains(r, "randomised response", c, 1 / (1 + math.exp(-4.0))),
    "a tenth learned by heart": lambda r, c: gains(r, "by heart", c, 0.55),
    "all moved, AUC 0.92": lambda r, c: gains(r, "shift", c, 0.92),
}


def one_run_found(canaries: int, significance: float, draws: int, seed: int = 3) -> Found:
    """See `Found`; *significance* of the bounds, corrected for the cut-offs."""
    rng = np.random.default_rng([seed, canaries])
    shown: dict[str, float] = {}
    for name, mechanism in MECHANISMS.items():
        bounds = []
        for _ in range(draws):
            coins = rng.random(canaries) < 0.5
            found = audit(mechanism(rng, coins), coins.tolist(), epsilon=0.0, delta=1e-6)
            bounds.append(found.lower_bound(significance))
        shown[name] = float(np.median(bounds))
    return Found(canaries, found.ceiling(significance), shown)


def tell(title: str, rates: Sequence[Rate]) -> bool:
    """Print *rates*; whether all are kept."""
    print(title)
    for rate in rates:
        low, high = rate.interval
        level = "" if rate.level is None else f"   level {rate.level:.0%}: {'kept' if rate.kept else 'NOT KEPT'}"
        print(f"  {rate.what:<42}{rate.value:8.2%}   [{low:.2%}, {high:.2%}]{level}")
    return all(rate.kept for rate in rates)


def tell_bounds(draws: int) -> bool:
    """Print how often the bounds miss, over what is stated, the worst of all sizes; whether all levels are kept."""
    found = levels(draws)
    stated = ", ".join(f"{level:g}" for level in LEVELS)
    print(f"\nbounds of an AUC of 0.75: misses over stated ({stated}), worst of all sizes, {draws} draws")
    for shape in SHAPES:
        worst = [
            max(x.ratio for x in found if (x.shape, x.direction, x.level) == (shape, direction, level))
            for direction in ("fails", "passes")
            for level in LEVELS
        ]
        print(f"  {shape:<34}fails {worst[0]:.2f} {worst[1]:.2f} {worst[2]:.2f}", end="")
        print(f"   passes {worst[3]:.2f} {worst[4]:.2f} {worst[5]:.2f}")
    broken = [x for x in found if not x.kept]
    for x in broken:
        print(f"  NOT KEPT: {x}")
    return not broken


def main(arguments: Sequence[str] | None = None) -> int:
    """Run everything; 0 when all levels are kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--draws", type=int, default=2000, help="models of each world (default 2000)")
    draws = parser.parse_args(arguments).draws
    kept = True
    worlds = []
    for world in WORLDS:
        found = judged(world, draws)
        worlds.append(found)
        for alpha in ALPHAS:
            kept &= tell(f"\n{world.name}: false fails, alpha {alpha:g}, {draws} draws", found.false_fails(alpha))
            if found.false_passes(alpha):
                kept &= tell(f"{world.name}: false passes, alpha {alpha:g}", found.false_passes(alpha))
    kept &= tell_bounds(2 * draws)
    peers = others(draws)
    tell("\nothers, nominal 5 %, nothing learned", peers)
    print("\npower of the strict test at 5 %, alone and as the hardest of five")
    power: dict[int, list[tuple[float, Rate, Rate]]] = {}
    for canaries in (128, 256, 512):
        power[canaries] = []
        for auc in (0.5, 0.54, 0.57, 0.6, 0.64, 0.68, 0.72, 0.76):
            alone, within = strict_power(canaries, auc, (0.05, 0.01), draws // 2)
            power[canaries].append((auc, alone, within))
            print(f"  {canaries} canaries, AUC {auc:.2f}: {alone.value:7.1%} {within.value:7.1%}")
    enough = next(alone for auc, alone, _ in power[256] if auc == 0.64)
    kept &= bool(binom.cdf(enough.count, enough.draws, 0.95) > BEYOND_CHANCE)
    print("\none-run audit at 5 %: ceiling, and the median epsilon shown")
    print(f"  {'canaries':>8} {'ceiling':>8}  " + "  ".join(MECHANISMS))
    runs = []
    for canaries in (32, 64, 128, 256, 512, 1024, 2048):
        run = one_run_found(canaries, 0.05, max(20, draws // 40))
        runs.append(run)
        print(f"  {canaries:8d} {run.ceiling:8.2f}  " + "  ".join(f"{x:{len(n)}.2f}" for n, x in run.shown.items()))
    if draws >= 2000:
        from calibration_figures import draw_calibration, draw_power

        draw_calibration(FIGURES / "calibration.svg", worlds, peers, 0.05)
        draw_power(FIGURES / "power.svg", power, runs)
    print("\nall levels are kept" if kept else "\na level is NOT kept")
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
