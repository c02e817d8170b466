"""(n, p)-discoverable extraction: what a likelihood means for somebody who asks often. No torch.

A secret of probability P a sample is (n, p)-discoverably extractable when n independent samples hold it at least once
with probability p or more: 1 − (1 − P)^n ≥ p (Hayes et al. 2024, "Measuring memorization through probabilistic
discoverable extraction", https://arxiv.org/abs/2410.19482).
"""

from __future__ import annotations

import math

__all__ = ["hit_probability", "log_p_needed", "samples_needed"]


def hit_probability(log_p: float, n: int) -> float:
    """Probability that *n* independent samples hold the secret at least once.

    *log_p* is the natural logarithm of its probability in one sample; −inf gives 0. Exact to rounding for the smallest
    probabilities too: everything stays in log space. Raises ValueError for a *log_p* above 0 or NaN, or *n* below 1.
    """
    _check_log_p(log_p)
    if n < 1:
        raise ValueError(f"n: got {n}, allowed: 1 or more; give the number of samples")
    if log_p == 0:
        return 1.0
    # log1p(-exp(x)) loses everything near x = 0; log(-expm1(x)) is exact there (Mächler 2012, "log1mexp").
    log_miss = math.log(-math.expm1(log_p)) if log_p > -math.log(2) else math.log1p(-math.exp(log_p))
    if log_miss == 0:  # P below the smallest double: 1 − (1 − P)^n is n·P to the last digit
        return math.exp(log_p + math.log(n))
    return -math.expm1(n * log_miss)


def samples_needed(log_p: float, p: float) -> float:
    """Samples until the secret was seen with probability *p*; a whole number, or inf where no number is enough.

    Raises ValueError for a *log_p* above 0 or NaN, or a *p* outside (0, 1).
    """
    _check_log_p(log_p)
    _check_p(p)
    if log_p == 0:
        return 1.0
    if log_p == -math.inf:
        return math.inf
    log_miss = math.log(-math.expm1(log_p)) if log_p > -math.log(2) else math.log1p(-math.exp(log_p))
    if log_miss == 0:
        log_n = math.log(-math.log1p(-p)) - log_p
        return math.exp(log_n) if log_n < 700 else math.inf
    return float(math.ceil(math.log1p(-p) / log_miss))


def log_p_needed(n: int, p: float) -> float:
    """The least natural log-probability that is (*n*, *p*)-discoverable: log(1 − (1 − p)^(1/n)).

    n = 1000, p = 0.5 gives log 6.93e-4 = −7.275. Raises ValueError like its siblings.
    """
    if n < 1:
        raise ValueError(f"n: got {n}, allowed: 1 or more; give the number of samples")
    _check_p(p)
    return math.log(-math.expm1(math.log1p(-p) / n))


def _check_log_p(log_p: float) -> None:
    if math.isnan(log_p) or log_p > 0:
        raise ValueError(f"log_p: got {log_p}, allowed: 0 or less; give the natural logarithm of a probability")


def _check_p(p: float) -> None:
    if not 0 < p < 1:
        raise ValueError(f"p: got {p}, allowed: between 0 and 1, ends excluded; 0.5 asks for an even chance")
