"""Layers that keep the weight gradient of each example apart, in place of adding the examples up.

Each is a `torch.autograd.Function` around the layer's own computation. The input goes through `save_for_backward`, so
both kinds of activation checkpointing drop and recompute it as they always do. Backward hands the input's gradient on,
gives the gradient of each example to *keep*, and returns none for the weight: `p.grad` stays None, and the sum over
examples, which nobody needs, is never computed. For a linear layer the examples' gradients are the same number of
multiplications as their sum, as one batched product (Goodfellow 2015, arXiv 1510.01799; Opacus' "hooks" mode).

Products are taken in the type of the forward pass, as autograd takes them: in bfloat16 the units add up in float32 and
round once, at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

__all__ = ["Keep", "embedding", "linear", "norm"]

# What becomes of the gradients of one parameter, (B, *shape); called once for each use of the parameter in a backward.
Keep = Callable[[Tensor, Tensor], None]


def linear(module: nn.Linear, x: Tensor, keep: Keep) -> Tensor:
    """`F.linear` of *module* on x (B, ..., in); under autocast in autocast's type."""
    output: Tensor = _Linear.apply(x, module.weight, module.bias, keep)  # type: ignore[no-untyped-call]
    return output


def embedding(module: nn.Embedding, ids: Tensor, keep: Keep) -> Tensor:
    """`F.embedding` of *module* on ids (B, T)."""
    output: Tensor = _Embedding.apply(ids, module.weight, module.padding_idx, keep)  # type: ignore[no-untyped-call]
    return output


def norm(module: nn.Module, x: Tensor, keep: Keep) -> Tensor:
    """The forward of a norm that multiplies by `module.weight` (d,) with broadcasting, on x (B, ..., d).

    The weight is laid out once an example, so that autograd itself leaves the examples apart.
    """
    spread = _Spread.apply(module.weight, (x.shape[0],) + (1,) * (x.ndim - 2), keep)  # type: ignore[no-untyped-call]
    vars(module)["weight"] = spread  # stands before the registered parameter
    try:
        return type(module).forward(module, x)  # type: ignore[no-any-return]
    finally:
        del vars(module)["weight"]


class _Linear(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None, keep: Keep) -> Tensor:
        # Cast here, not by autocast: its cache would hold the copy made without a graph, and a path that reads the same
        # weight elsewhere would find that copy, get no gradient, and so escape the check that p.grad is None.
        kind = _compute_type(x)
        x, used = x.to(kind or x.dtype), weight.detach().to(kind or weight.dtype)
        ctx.save_for_backward(x, used)
        ctx.owners, ctx.keep = (weight, bias), keep
        return F.linear(x, used, None if bias is None else bias.detach().to(used.dtype))

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, None, None, None]:
        x, used = ctx.saved_tensors
        weight, bias = ctx.owners
        rows = grad.reshape(len(grad), -1, grad.shape[-1])
        if ctx.needs_input_grad[1]:
            ctx.keep(weight, torch.bmm(rows.transpose(1, 2), x.reshape(len(x), -1, x.shape[-1])))
        if ctx.needs_input_grad[2]:
            ctx.keep(bias, rows.sum(1, dtype=torch.float32))
        return grad.matmul(used) if ctx.needs_input_grad[0] else None, None, None, None


class _Embedding(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, ids: Tensor, weight: Tensor, padding_idx: int | None, keep: Keep) -> Tensor:
        ctx.save_for_backward(ids)
        ctx.weight, ctx.padding_idx, ctx.keep = weight, padding_idx, keep
        return F.embedding(ids, weight.detach())

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[None, None, None, None]:
        (ids,) = ctx.saved_tensors
        if ctx.padding_idx is not None:
            grad = grad.masked_fill((ids == ctx.padding_idx).unsqueeze(-1), 0.0)
        words, size = ctx.weight.shape
        places = ids + words * torch.arange(len(ids), device=ids.device).unsqueeze(1)
        kept = torch.zeros(len(ids) * words, size, dtype=torch.float32, device=grad.device)
        kept.index_add_(0, places.flatten(), grad.reshape(-1, size).float())
        ctx.keep(ctx.weight, kept.view(len(ids), words, size))
        return None, None, None, None


class _Spread(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, weight: Tensor, leading: tuple[int, ...], keep: Keep) -> Tensor:
        ctx.weight, ctx.keep = weight, keep
        return weight.detach().repeat(*leading, 1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[None, None, None]:
        ctx.keep(ctx.weight, grad.reshape(len(grad), -1))
        return None, None, None


def _compute_type(x: Tensor) -> torch.dtype | None:
    """The type that autocast would cast a linear layer on *x* to; None where it would not."""
    if torch.is_autocast_enabled(x.device.type) and x.is_floating_point() and x.dtype != torch.float64:
        return torch.get_autocast_dtype(x.device.type)
    return None
