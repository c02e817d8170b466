"""The scoring core: log-probabilities of exact token ids, in batches, for whatever suite asks.

Ids are never joined and tokenised again: at the boundary of a prefix and a secret the joint tokenisation often differs
(a prefix that ends in a space), and then the wrong positions are scored. Rows are padded on the right, which is exact
for every causal model whatever its positions or state; only the positions that are asked for pass through the output
layer; the log-softmax is float32, by gather − logsumexp, so that no probability tensor is ever made.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["MAX_TOKENS", "Score", "SuffixLogits", "TokenPair", "score", "suffix_logits"]

MAX_TOKENS = 8192
"""Tokens of one forward pass, padding included."""

_LOGIT_FLOATS = 2**26
"""Most logits kept of one pass: 256 MiB as float32."""


@dataclass(frozen=True, slots=True)
class TokenPair:
    """A *target* to be scored after its *context*, as token ids."""

    context: tuple[int, ...]
    target: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Natural log-probabilities of one target, one a token; −inf is a legitimate value.

    *likeliest*: whether each token is the likeliest of the vocabulary at its place (greedy decoding emits the target
    exactly when all are).
    """

    log_probs: tuple[float, ...]
    likeliest: tuple[bool, ...]

    @property
    def total(self) -> float:
        """Log-probability of the whole target, in nats."""
        return min(0.0, math.fsum(self.log_probs))


@dataclass(frozen=True, slots=True)
class SuffixLogits:
    """One pass: the pairs it answers (positions in the caller's list) and their logits.

    *logits* is float32 of shape [sum of target lengths, vocabulary], row by row in the order of *indices*; *targets*
    holds the ids the rows predict.
    """

    indices: tuple[int, ...]
    logits: Tensor
    targets: Tensor


def score(model: Any, pairs: Sequence[TokenPair], *, max_tokens: int = MAX_TOKENS) -> list[Score | None]:
    """Score each target after its context, in the order of *pairs*. *model*: a causal LM of transformers or PEFT.

    None means *not measured*, never "unlikely": an empty context or target, an id outside the vocabulary, or a
    model that returns NaN. Equal for any batch size to 1e-4 in float32. Raises ValueError for *max_tokens* < 1.
    """
    import torch

    found: list[Score | None] = [None] * len(pairs)
    for batch in suffix_logits(model, pairs, max_tokens=max_tokens):
        normaliser = batch.logits.logsumexp(-1)
        own = batch.logits.gather(1, batch.targets[:, None])[:, 0]
        rows = torch.stack([own - normaliser, (own >= batch.logits.amax(-1)).float()], 1).double().cpu()
        bad = (~torch.isfinite(normaliser)).cpu()
        at = 0
        for index in batch.indices:
            span = slice(at, at + len(pairs[index].target))
            at = span.stop
            if bad[span].any():
                continue
            log_probs, likeliest = rows[span].T.tolist()
            found[index] = Score(tuple(min(0.0, x) for x in log_probs), tuple(x == 1 for x in likeliest))
    return found


def suffix_logits(model: Any, pairs: Sequence[TokenPair], *, max_tokens: int = MAX_TOKENS) -> Iterator[SuffixLogits]:
    """The logits that predict each target, a batch at a time, longest first; the place to hang another statistic on.

    A pass holds at most *max_tokens* tokens and 256 MiB of logits (one pair is always let through), so memory does not
    grow with the number of pairs. Pairs with an empty side or an id outside the vocabulary are left out.
    """
    import torch

    if max_tokens < 1:
        raise ValueError(f"max_tokens: got {max_tokens}, allowed: 1 or more; {MAX_TOKENS} suits most machines")
    device = next(model.parameters()).device
    vocabulary = model.get_input_embeddings().num_embeddings
    trimmed = _keeps_logits(model)
    for indices in _batches(pairs, vocabulary, max_tokens):
        rows = [pairs[i].context + pairs[i].target for i in indices]
        width = max(map(len, rows))
        ids = torch.tensor([row + (0,) * (width - len(row)) for row in rows], device=device)
        mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows], device=device)
        first = min(len(pairs[i].context) for i in indices) - 1
        last = max(map(len, rows)) - 1
        # Counted from the end, the positions stay right when a soft prompt puts virtual tokens in front.
        keep = torch.arange(first - width, last - width, device=device)
        with torch.inference_mode():
            kept = model(
                input_ids=ids, attention_mask=mask, use_cache=False, **({"logits_to_keep": keep} if trimmed else {})
            ).logits
            if kept.shape[1] != len(keep):
                kept = kept[:, keep]
            where = [(row, len(pairs[i].context) - 1 - first, len(pairs[i].target)) for row, i in enumerate(indices)]
            logits = torch.cat([kept[row, start : start + count].float() for row, start, count in where])
            targets = torch.tensor([token for i in indices for token in pairs[i].target], device=device)
            yield SuffixLogits(tuple(indices), logits, targets)


def _batches(pairs: Sequence[TokenPair], vocabulary: int, max_tokens: int) -> Iterator[list[int]]:
    """Positions of *pairs* by length, cut where padding or logits would outgrow their bounds; longest first, so that
    what does not fit the machine fails at once.
    """
    usable = [
        i
        for i, pair in enumerate(pairs)
        if pair.context
        and pair.target
        and min((*pair.context, *pair.target)) >= 0
        and max((*pair.context, *pair.target)) < vocabulary
    ]
    usable.sort(key=lambda i: (len(pairs[i].context) + len(pairs[i].target), len(pairs[i].target)), reverse=True)
    batch: list[int] = []
    for i in usable:
        wider = [*batch, i]
        width = max(len(pairs[j].context) + len(pairs[j].target) for j in wider)
        window = width - min(len(pairs[j].context) for j in wider)
        if batch and (len(wider) * width > max_tokens or len(wider) * window * vocabulary > _LOGIT_FLOATS):
            yield batch
            batch = [i]
        else:
            batch = wider
    if batch:
        yield batch


def _keeps_logits(model: Any) -> bool:
    inner = model.get_base_model() if hasattr(model, "get_base_model") else model
    return "logits_to_keep" in inspect.signature(inner.forward).parameters
