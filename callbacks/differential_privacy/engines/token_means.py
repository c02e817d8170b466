"""From the token mean over a micro-batch to the token mean of each of its examples."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["own_mean", "within_example"]


def within_example(labels: Tensor, mask: Tensor | None) -> Tensor:
    """*labels* without the tokens that would be predicted from padding, both (B, T); mask: 0 on padding, None for none.

    The first token of an example has nothing before it and is not trained, unless padding on the left stands there:
    then the loss holds one token more, and only of rows that are shorter than their longest neighbour.
    """
    if mask is None:
        return labels
    after_padding = torch.zeros_like(labels, dtype=torch.bool)
    after_padding[:, 1:] = mask[:, :-1] == 0
    return labels.masked_fill(after_padding, -100)


def own_mean(labels: Tensor) -> Tensor:
    """By what an example's share of the micro-batch's gradient is multiplied to be the gradient of its own token mean.

    The loss of a causal language model without `num_items_in_batch` is the sum over the tokens of all rows, divided by
    their number N: the n_i tokens of row i have their own mean in it times n_i / N. So N / n_i, which no longer depends
    on the other rows, and 0 for a row without trained tokens.

    labels: (B, T), -100 where nothing is trained; the first column has no prediction. Returns (B,) float64.
    """
    counts = (labels[:, 1:] != -100).sum(1).double()
    return torch.where(counts > 0, counts.sum() / counts.clamp(min=1), 0.0)
