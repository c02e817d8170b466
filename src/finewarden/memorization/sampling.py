"""What a sampler makes of logits: temperature, then top-k, then top-p, as `generate` of transformers applies them.

torch is imported by whoever calls: a tensor is needed to ask anything here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["sampled_log_probs"]

_WIDTH = 512
"""Places that are sorted at first where only top-p cuts: a peaked distribution needs no more of its vocabulary."""

_ROUNDING = 1e-4
"""More than what adding a vocabulary's probabilities in another order can change."""


def sampled_log_probs(
    logits: Tensor, targets: Tensor, *, temperature: float = 1.0, top_k: int | None = None, top_p: float | None = None
) -> Tensor:
    """Natural log-probability [R] with which a sampler emits each of *targets* [R]; −inf where it never does.

    *logits*: [R, vocabulary], float32 or float64. Top-k keeps every token as likely as the k-th. Top-p keeps the
    smallest set of the likeliest tokens whose probabilities (after top-k) reach *top_p*; a target as likely as the last
    one of that set counts as kept, which errs on the side of saying that it can come out.
    """
    scaled = logits if temperature == 1.0 else logits / temperature
    own = scaled.gather(1, targets[:, None])[:, 0]
    if top_k is not None and top_k < logits.shape[1]:
        best = _top_k(scaled, top_k)
        normaliser = best.logsumexp(-1)
        own = own.masked_fill(own < best[:, top_k - 1], float("-inf"))
        return own - normaliser if top_p is None or top_p >= 1 else _top_p(own, best, normaliser, top_p)
    normaliser = scaled.logsumexp(-1)
    if top_p is None or top_p >= 1:
        return own - normaliser
    return _top_p_of_all(own, scaled, normaliser, top_p)


def _top_k(scaled: Tensor, k: int) -> Tensor:
    """The *k* largest of each row, descending, and after them what ties with the k-th; −inf fills up."""
    import torch

    best = scaled.topk(k).values
    edge = best[:, -1:]
    more = (scaled == edge).sum(-1) - (best == edge).sum(-1)
    most = int(more.max())
    if not most:
        return best
    tied = torch.arange(most, device=best.device) < more[:, None]
    return torch.cat([best, edge.expand(-1, most).masked_fill(~tied, float("-inf"))], 1)


def _top_p(own: Tensor, best: Tensor, normaliser: Tensor, p: float) -> Tensor:
    """Cut at *p*. *best*, descending, holds the likeliest tokens, as many as reach *p*."""
    probabilities = (best - normaliser[:, None]).exp()
    kept = probabilities.cumsum(-1) - probabilities < p  # the mass before a token; the likeliest always stays
    edge = best.masked_fill(~kept, float("inf")).amin(-1)
    inside = best.masked_fill(~kept, float("-inf")).logsumexp(-1)
    return own.masked_fill(own < edge, float("-inf")) - inside


def _top_p_of_all(own: Tensor, scaled: Tensor, normaliser: Tensor, p: float) -> Tensor:
    """`_top_p` over the whole vocabulary: sorts no more of a row than what reaches *p*, and nothing of a row whose
    target clearly lies beyond it.
    """
    import torch

    above = (scaled - normaliser[:, None]).exp().masked_fill(scaled <= own[:, None], 0.0).sum(-1)
    out = torch.full_like(own, float("-inf"))
    open_, width = torch.nonzero(~(above > p + _ROUNDING))[:, 0], _WIDTH
    while len(open_):
        width = min(width, scaled.shape[1])
        best = scaled[open_].topk(width).values
        reached = (best - normaliser[open_, None]).exp().sum(-1) >= p
        if width == scaled.shape[1]:
            reached = torch.ones_like(reached)
        done = open_[reached]
        out[done] = _top_p(own[done], best[reached], normaliser[done], p)
        open_, width = open_[~reached], width * 8
    return out
