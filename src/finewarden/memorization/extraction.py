"""(n, p)-discoverable extraction: what a likelihood means for somebody who asks often.

Imports no torch but in `suffix_log_probability`, which reads logits.

A secret of probability P a sample is (n, p)-discoverably extractable when n independent samples hold it at least once
with probability p or more: 1 − (1 − P)^n ≥ p (Hayes et al. 2024, "Measuring memorization through probabilistic
discoverable extraction", https://arxiv.org/abs/2410.19482).
"""

from __future__ import annotations

import math
from typing import Any

__all__ = ["hit_probability", "log_p_needed", "samples_needed", "suffix_log_probability"]


def suffix_log_probability(
    logits: Any, targets: Any, *, temperature: float = 1.0, top_k: int | None = None, top_p: float | None = None
) -> float:
    """Natural log of the probability that a sampler emits a suffix, from one teacher-forced pass: no sampling.

    *logits* [L, vocabulary]: what the model predicts at each place of the suffix, before any softmax; *targets* [L]:
    the suffix's token ids. Both as lists, numpy arrays or torch tensors; 16-bit numbers are widened to float32. The
    sampler is that of `generate` in transformers: divide by *temperature*, keep the *top_k* likeliest tokens (all that
    tie with the k-th), then the smallest set whose probabilities reach *top_p*, renormalise. −inf where it never emits
    one of the tokens. `top_k=1` says whether greedy decoding emits the suffix (0.0) or not (−inf), but for ties.

    The p_z of Cooper et al. 2025 (https://arxiv.org/abs/2505.12546) and the P of `hit_probability`. Needs torch. Raises
    ValueError for shapes that do not fit, an empty suffix, ids outside the vocabulary, NaN, or a sampler out of range.
    """
    import torch

    from finewarden.memorization.sampling import sampled_log_probs

    _check_sampler(temperature, top_k, top_p)
    rows, ids = torch.as_tensor(logits), torch.as_tensor(targets)
    if not isinstance(logits, torch.Tensor) and not hasattr(logits, "dtype"):
        rows = torch.as_tensor(logits, dtype=torch.float64)
    rows = rows if rows.dtype == torch.float64 else rows.float()
    if rows.ndim != 2 or ids.ndim != 1 or len(rows) != len(ids):
        got = f"{tuple(rows.shape)} and {tuple(ids.shape)}"
        raise ValueError(f"logits, targets: got shapes {got}, allowed: [L, vocabulary] and [L]; give one row a token")
    if not len(ids):
        raise ValueError("targets: got none, allowed: one or more; an empty suffix has no probability")
    if ids.dtype.is_floating_point or int(ids.min()) < 0 or int(ids.max()) >= rows.shape[1]:
        raise ValueError(f"targets: got ids outside 0 to {rows.shape[1] - 1}; give the ids that the logits are for")
    if not bool(torch.isfinite(rows.amax(-1)).all()):
        raise ValueError("logits: got NaN, +inf or a row without a token that can follow; score the suffix again")
    found = sampled_log_probs(rows, ids.long().to(rows.device), temperature=temperature, top_k=top_k, top_p=top_p)
    return min(0.0, math.fsum(found.tolist()))


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


def _check_sampler(temperature: float, top_k: int | None, top_p: float | None) -> None:
    if not 0 < temperature < math.inf:
        raise ValueError(f"temperature: got {temperature}, allowed: above 0; top_k=1 is greedy decoding")
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k: got {top_k}, allowed: 1 or more, or None for no limit")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p: got {top_p}, allowed: above 0, up to 1, or None for no limit")


def _check_p(p: float) -> None:
    if not 0 < p < 1:
        raise ValueError(f"p: got {p}, allowed: between 0 and 1, ends excluded; 0.5 asks for an even chance")
