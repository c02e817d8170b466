"""The bounds of `finewarden.memorization.auc` where the true AUC is exactly the tolerance. For `calibration.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom, norm

from finewarden.memorization.auc import Area

__all__ = ["LEVELS", "SHAPES", "SIZES", "Level", "levels"]

LEVELS = (0.05, 0.01, 0.002)
SIZES = ((16, 16), (32, 32), (32, 64), (64, 64), (128, 128), (100, 200), (512, 512))
"""Members and non-members."""

Scores = tuple[np.ndarray, np.ndarray]
_ONE_SHIFT = float(norm.ppf(0.75))


def _normal(r: np.random.Generator, m: int, n: int, spread: float, other: float) -> Scores:
    return r.normal(_ONE_SHIFT * np.hypot(spread, other), spread, m), r.normal(0, other, n)


def _moderate(r: np.random.Generator, m: int, n: int) -> Scores:
    """Some members moved by two standard deviations, the rest not at all."""
    share = 0.25 / (norm.cdf(2**0.5) - 0.5)
    return r.normal(size=m) + 2 * (r.random(m) < share), r.normal(size=n)


SHAPES: dict[str, Callable[[np.random.Generator, int, int], Scores]] = {
    "all moved alike": lambda r, m, n: _normal(r, m, n, 1, 1),
    "members three times as wide": lambda r, m, n: _normal(r, m, n, 3, 1),
    "non-members three times as wide": lambda r, m, n: _normal(r, m, n, 1, 3),
    "half learned by heart": lambda r, m, n: (r.normal(size=m) + 20 * (r.random(m) < 0.5), r.normal(size=n)),
    "two thirds moved": _moderate,
    "skew": lambda r, m, n: (r.exponential(3, m), r.exponential(1, n)),
    "members all or nothing": lambda r, m, n: (np.where(r.random(m) < 0.75, 9.0, -9.0), r.random(n)),
    "non-members all or nothing": lambda r, m, n: (r.random(m), np.where(r.random(n) < 0.75, -9.0, 9.0)),
}
"""Scores with a true AUC of 0.75. In the last two the variance is the worst that there is, and the area a mere count of
one side: by enumeration of all counts, for n up to 512, the bounds miss up to 1.09 times as often as stated."""


@dataclass(frozen=True)
class Level:
    """How often a bound missed the truth, over the stated level: *ratio*, of *draws*."""

    shape: str
    size: tuple[int, int]
    direction: str
    level: float
    count: int
    draws: int

    @property
    def ratio(self) -> float:
        """1 is what is stated."""
        return self.count / self.draws / self.level

    @property
    def kept(self) -> bool:
        """Whether so many are no more than chance; where the area moves in steps of 1 / n, up to 1.1 times."""
        level = self.level * (1.1 if self.shape.endswith("all or nothing") else 1.0)
        return bool(binom.sf(self.count - 1, self.draws, level) > 1e-4)  # some 300 are looked at


def levels(draws: int, seed: int = 4) -> list[Level]:
    """Every shape, size, direction and level."""
    found = []
    for place, (shape, scores) in enumerate(SHAPES.items()):
        for m, n in SIZES:
            rng = np.random.default_rng([seed, place, m, n])
            p_values: dict[str, list[float]] = {"fails": [], "passes": []}
            for _ in range(draws):
                area = Area(*scores(rng, m, n))
                p_values["fails"].append(area.p_above(0.75))
                p_values["passes"].append(area.p_below(0.75))
            for direction, values in p_values.items():
                for level in LEVELS:
                    count = int((np.array(values) <= level).sum())
                    found.append(Level(shape, (m, n), direction, level, count, draws))
    return found
