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

_NEVER = -1e4
"""Nats below which a probability is 0 in any precision."""


def surprise(logits: Tensor, own: Tensor, top: Tensor) -> Tensor:
    """z = (log p − mean) / deviation of each token [R]: mean and deviation of log p under the model's own prediction.

    *logits* [R, vocabulary]; *own* and *top*, the token's logit and the largest of its row [R]. What log p adds to a
    logit is the same for a whole row, so z is that of the logits; counted from the largest they round least.
    """
    # 0 · −inf is nothing: a token that is never predicted adds nothing to either moment.
    from_top = (logits - top[:, None]).clamp_(min=_NEVER)
    p = from_top.exp()
    p /= p.sum(-1, keepdim=True)
    mean = (p * from_top).sum(-1)
    # About the mean, not E[x²] − E[x]²: that difference drowns in rounding where the prediction is nearly certain.
    variance = from_top.sub_(mean[:, None]).square_().mul_(p).sum(-1)
    return (own - top - mean) / variance.sqrt().clamp(min=_LEAST_DEVIATION)
