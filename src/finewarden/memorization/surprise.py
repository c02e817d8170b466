"""How surprising each token of a pass is to the model that predicted it, on the device that holds the logits.

The definition stands in `membership.min_k_plus_plus`, for one target at a time and in double precision; here only one
number a token leaves the device.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["surprise"]

_LEAST_DEVIATION = 1e-4
"""Nats; as in `membership`."""


def surprise(logits: Tensor, own: Tensor) -> Tensor:
    """z = (log p − mean) / deviation of each token [R]: mean and deviation of log p under the model's own prediction.

    *logits* [R, vocabulary] and *own*, the tokens' log-probabilities [R].
    """
    log_p = logits.log_softmax(-1)
    p = log_p.exp()
    # 0 · −inf is nothing: a token that is never predicted adds nothing to either moment.
    log_p = log_p.masked_fill(p == 0, 0.0)
    mean = (p * log_p).sum(-1)
    # About the mean, not E[x²] − E[x]²: that difference drowns in rounding where the prediction is nearly certain.
    variance = (p * (log_p - mean[:, None]).square()).sum(-1)
    return (own - mean) / variance.sqrt().clamp(min=_LEAST_DEVIATION)
