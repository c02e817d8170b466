"""A rate of what happened *hits* times among *n*: exact bounds."""

from __future__ import annotations

import math

__all__ = ["needed", "rate_bounds"]


def rate_bounds(hits: int, n: int, significance: float) -> tuple[float, float]:
    """One-sided bounds on the rate, each wrong with probability *significance* or less (Clopper & Pearson 1934).

    Returns (lower, upper); nothing observed (n = 0) gives (0, 1). Raises ValueError for hits outside 0..n or a
    significance outside (0, 1).
    """
    if not 0 <= hits <= n:
        raise ValueError(f"hits: got {hits} of {n}, allowed: from 0 to n; count them again")
    if not 0 < significance < 1:
        raise ValueError(f"significance: got {significance}, allowed: between 0 and 1, ends excluded; 0.01 is usual")
    from scipy.stats import beta

    lower = 0.0 if hits == 0 else float(beta.ppf(significance, hits, n - hits + 1))
    upper = 1.0 if hits == n else float(beta.ppf(1 - significance, hits + 1, n - hits))
    return lower, upper


def needed(rate: float, significance: float) -> int:
    """How many must be asked, with no hit among them, until the upper bound is at or below *rate*."""
    if not 0 < rate < 1 or not 0 < significance < 1:
        raise ValueError(f"rate, significance: got {rate}, {significance}, allowed: between 0 and 1, ends excluded")
    return math.ceil(math.log(significance) / math.log1p(-rate))
