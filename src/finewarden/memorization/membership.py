"""Was a record trained on? Scores of one record, and how well any score separates members from non-members. No torch.

Every score is higher for what looks more like a member. Lists, numpy arrays and torch tensors are taken alike.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from finewarden.memorization.permutation import permutation_p_value
from finewarden.memorization.score_arrays import as_array, ranked_scores

if TYPE_CHECKING:
    from numpy import ndarray

    Array = ndarray[Any, Any]

__all__ = [
    "Rate",
    "auc",
    "min_k",
    "min_k_plus_plus",
    "permutation_p_value",
    "tpr_at_fpr",
    "tpr_at_fpr_bounds",
    "zlib_score",
]

_ROWS = 256
"""Rows of logits held in float64 at a time."""


def min_k(token_log_probs: Any, k: float) -> float:
    """Min-K %: mean of the least likely share *k* of the tokens, max(1, ⌊k·L⌋ of L of them; nats.

    *token_log_probs*: shape [L]; −inf is taken, NaN is not. Shi et al. 2023, https://arxiv.org/abs/2310.16789. Raises
    ValueError when there are no tokens, for NaN, or a *k* outside (0, 1].
    """
    import numpy as np

    values = as_array(token_log_probs, "token_log_probs").reshape(-1)
    count = _count(len(values), k)
    if np.isnan(values).any():
        raise ValueError("token_log_probs: holds NaN; what could not be scored is not measured, leave the record out")
    return float(np.partition(values, count - 1)[:count].mean())


def min_k_plus_plus(logits: Any, targets: Any, k: float) -> float:
    """Min-K %++: each token's log-probability in standard deviations above what is expected there, then as `min_k`.

    *logits*: shape [L, V], the row that predicts each token; *targets*: [L] token ids. Mean and variance of log p are
    those *under p*, not over the vocabulary: z = (log p(y) − E_p log p) / sd_p(log p). Zhang et al. 2024,
    https://arxiv.org/abs/2404.02936. A row so peaky that nothing varies has z = 0 for its own token; the deviation is
    taken to be at least 1e-4 nats. Logits of −inf (a masked vocabulary) have probability 0 and count for nothing.
    Raises ValueError when there are no tokens, shapes do not fit, a row is no distribution, or *k* is outside (0, 1].
    """
    import numpy as np

    rows, ids = as_array(logits, "logits", floats=None), as_array(targets, "targets", floats=False).reshape(-1)
    if rows.ndim != 2 or len(rows) != len(ids):
        raise ValueError(
            f"logits: got shape {tuple(rows.shape)} for {len(ids)} targets, allowed: [targets, vocabulary]; give the "
            "row that predicts each target"
        )
    count = _count(len(ids), k)
    if ids.min() < 0 or ids.max() >= rows.shape[1]:
        raise ValueError(f"targets: got an id outside 0 to {rows.shape[1] - 1}; give ids of the logits' vocabulary")
    scores = np.concatenate(
        [_surprise(rows[at : at + _ROWS], ids[at : at + _ROWS]) for at in range(0, len(ids), _ROWS)]
    )
    return float(np.partition(scores, count - 1)[:count].mean())


def zlib_score(log_p: float, text: str) -> float:
    """*log_p* of the whole text, in nats, over the bytes that zlib makes of it: likelihood corrected for plainness.

    Carlini et al. 2021, "Extracting training data from large language models", https://arxiv.org/abs/2012.07805, with
    the sign turned. Raises ValueError for an empty *text* or a *log_p* that is not finite.
    """
    if not text:
        raise ValueError("text: is empty; score a record that holds something")
    if not math.isfinite(log_p):
        raise ValueError(f"log_p: got {log_p}, allowed: finite; what could not be scored is not measured")
    return log_p / len(zlib.compress(text.encode("utf-8", "surrogatepass")))


def auc(members: Iterable[float], non_members: Iterable[float]) -> float:
    """Chance that a random member scores above a random non-member, ties half: U / (m·n) (Mann & Whitney 1947).

    O(N log N). Raises ValueError for an empty side or NaN.
    """
    import numpy as np

    low, high = np.sort(ranked_scores(non_members, "non_members")), ranked_scores(members, "members")
    below = np.searchsorted(low, high, side="left").sum() + np.searchsorted(low, high, side="right").sum()
    return float(below) / (2 * len(low) * len(high))


def tpr_at_fpr(members: Iterable[float], non_members: Iterable[float], fpr: float) -> float:
    """Largest share of members above a threshold that at most a share *fpr* of the non-members is above.

    Whole non-members: at most ⌊fpr·n⌋ of them score above or at it. Raises ValueError for an empty side, NaN, or an
    *fpr* outside [0, 1].
    """
    return _rates(ranked_scores(members, "members"), ranked_scores(non_members, "non_members"), fpr).tpr


@dataclass(frozen=True, slots=True)
class Rate:
    """True-positive rate at a stated false-positive rate; *lower* and *upper* bound it, each one-sided."""

    tpr: float
    lower: float
    upper: float


def tpr_at_fpr_bounds(members: Iterable[float], non_members: Iterable[float], fpr: float, significance: float) -> Rate:
    """`tpr_at_fpr` with one-sided bounds that are each wrong with chance *significance*, whatever the distributions.

    Both sides are samples. The threshold whose true false-positive rate is *fpr* lies between two order statistics of
    the non-members, by the binomial count of those above it; the members above either give Clopper–Pearson bounds. Half
    of *significance* goes to each side. Few non-members say little: at 1 % it takes some 370 of them for a lower bound
    above 0 (*significance* 0.05). Raises ValueError as `tpr_at_fpr`, or for a *significance* outside (0, 1).
    """
    import numpy as np
    from scipy.stats import beta, binom

    if not 0 < significance < 1:
        raise ValueError(f"significance: got {significance}, allowed: between 0 and 1, ends excluded; 0.05 is usual")
    high, low = ranked_scores(members, "members"), np.sort(ranked_scores(non_members, "non_members"))[::-1]
    m, n, half = len(high), len(low), significance / 2
    value = _rates(high, low, fpr)
    # K non-members lie above the true threshold, K ~ Binomial(n, fpr). With K >= few the threshold is at or below the
    # few-th largest non-member; with K <= many it is at or above the next after the many-th.
    many = int(binom.isf(half, n, fpr))
    few = int(binom.ppf(half, n, fpr))
    strict = 0 if few == 0 else int((high > low[few - 1]).sum())
    loose = m if many >= n else int((high >= low[many]).sum())
    lower = float(beta.ppf(half, strict, m - strict + 1)) if strict and few else 0.0
    upper = float(beta.isf(half, loose + 1, m - loose)) if loose < m else 1.0
    return Rate(value.tpr, min(lower, value.tpr), max(upper, value.tpr))


def _rates(high: Array, low: Array, fpr: float) -> Rate:
    import numpy as np

    if not 0 <= fpr <= 1:
        raise ValueError(f"fpr: got {fpr}, allowed: 0 to 1; 0.01 is usual")
    allowed = math.floor(fpr * len(low) + 1e-9)
    ordered = np.sort(low)[::-1]
    tpr = 1.0 if allowed >= len(low) else float((high > ordered[allowed]).mean())
    return Rate(tpr, tpr, tpr)


def _surprise(logits: Array, ids: Array) -> Array:
    import numpy as np

    rows = logits.astype(np.float64)
    rows = rows - rows.max(axis=1, keepdims=True)
    p = np.exp(rows)
    with np.errstate(invalid="ignore"):
        log_p = rows - np.log(p.sum(axis=1, keepdims=True))
    if np.isnan(log_p).any():
        raise ValueError("logits: a row holds NaN or infinity; what could not be scored is not measured")
    p = np.exp(log_p)
    own = log_p[np.arange(len(ids)), ids]
    known = np.where(p > 0, log_p, 0.0)  # 0 · log 0 is 0
    mean = (p * known).sum(axis=1)
    variance = (p * (known - mean[:, None]) ** 2).sum(axis=1)
    scores: Array = (own - mean) / np.sqrt(np.maximum(variance, 1e-8))
    return scores


def _count(tokens: int, k: float) -> int:
    if not 0 < k <= 1:
        raise ValueError(f"k: got {k}, allowed: above 0, at most 1; 0.2 is usual")
    if not tokens:
        raise ValueError("no tokens: an empty record has no score; leave it out and say so")
    return max(1, int(k * tokens + 1e-9))
