"""The scoring core: log-probabilities of exact token ids, in batches, for whatever suite asks.

Ids are never joined and tokenised again: at the boundary of a prefix and a secret the joint tokenisation often differs
(a prefix that ends in a space), and then the wrong positions are scored. Rows are padded on the right, which is exact
for every causal model whatever its positions or state; contexts that begin alike are read once; only the positions
that are asked for pass through the output layer; the log-softmax is float32, by gather − logsumexp, so that no
probability tensor is ever made.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from finewarden.evidence.measured.common import Sampler
from finewarden.memorization.batching import Bounds, passes
from finewarden.memorization.membership import min_k
from finewarden.memorization.prefix_groups import Group, prefix_groups
from finewarden.memorization.suffix_pass import logits_of
from finewarden.memorization.surprise import surprise

if TYPE_CHECKING:
    from torch import Tensor

    from finewarden.memorization.shared_prefix import SharedPrefix

__all__ = [
    "MAX_TOKENS",
    "Progress",
    "Score",
    "Statistic",
    "SuffixLogits",
    "TokenPair",
    "longest",
    "score",
    "suffix_logits",
]

MAX_TOKENS = 8192
"""Tokens of one forward pass, padding included."""

Statistic = Literal["min_k", "min_k_plus_plus"]

Progress = Callable[[int, int], None]
"""Is told how many of how many pairs are done, after each pass."""

K = 0.2
"""Share of a target's tokens that Min-K % and Min-K %++ look at."""

_LOGIT_FLOATS = 2**26
"""Most logits kept of one pass: 256 MiB as float32."""

_CPU_CHUNK, _CHUNK = 2**20, 2**24
"""Logits that are gone through at once: what is computed on the way (exponentials, sorted places) stays small, and on a
CPU in its caches. What has many cores is faster with more."""

_CPU_TOKENS = 1024
"""Tokens of a pass on a CPU, however many are allowed: what is read again from its caches is faster, not slower."""

_PASS_COST = 256
"""Tokens that one more forward pass is worth: what a shared prefix must save at least."""

_SINGLE, _HALF = 1e-4, 2.0**-5
"""How far the logits of a row that is read in two parts may be off, relative to the largest: rounding in float32 and in
16 bits."""


@dataclass(frozen=True, slots=True)
class TokenPair:
    """A *target* to be scored after its *context*, as token ids."""

    context: tuple[int, ...]
    target: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Natural log-probabilities of one target, one a token; −inf is a legitimate value.

    *likeliest*: whether each token is the likeliest of the vocabulary at its place (greedy decoding emits the target
    exactly when all are). *sampled*: log-probability of the whole target under the sampler that was named. *min_k*,
    *min_k_plus_plus*: as `membership` defines them, at k = 0.2. None where it was not asked for.
    """

    log_probs: tuple[float, ...]
    likeliest: tuple[bool, ...]
    sampled: float | None = None
    min_k: float | None = None
    min_k_plus_plus: float | None = None

    @property
    def total(self) -> float:
        """Log-probability of the whole target, in nats."""
        return min(0.0, math.fsum(self.log_probs))

    @property
    def mean(self) -> float:
        """Log-probability in nats a token."""
        return self.total / len(self.log_probs)


@dataclass(frozen=True, slots=True)
class SuffixLogits:
    """One pass: the pairs it answers (positions in the caller's list) and their logits.

    *logits* is float32 of shape [sum of target lengths, vocabulary], row by row in the order of *indices*; *targets*
    holds the ids the rows predict.
    """

    indices: tuple[int, ...]
    logits: Tensor
    targets: Tensor


def score(
    model: Any,
    pairs: Sequence[TokenPair],
    *,
    max_tokens: int = MAX_TOKENS,
    sampler: Sampler | None = None,
    statistics: Collection[Statistic] = (),
    progress: Progress | None = None,
) -> list[Score | None]:
    """Score each target after its context, in the order of *pairs*. *model*: a causal LM of transformers or PEFT.

    None means *not measured*, never "unlikely": an empty context or target, an id outside the vocabulary, more tokens
    than the model can read, or a model that returns NaN. Equal for any batch size to 1e-4 in float32. *progress* is
    told how many of how many pairs are done. Raises ValueError for *max_tokens* < 1 or an unknown statistic.
    """
    unknown = set(statistics) - {"min_k", "min_k_plus_plus"}
    if unknown:
        raise ValueError(f"statistics: got {sorted(unknown)[0]!r}, allowed: 'min_k', 'min_k_plus_plus'; name these")
    found: list[Score | None] = [None] * len(pairs)
    done = 0
    for batch in suffix_logits(model, pairs, max_tokens=max_tokens):
        columns = _columns(batch, sampler, "min_k_plus_plus" in statistics)
        at = 0
        for index in batch.indices:
            span = slice(at, at + len(pairs[index].target))
            at = span.stop
            own, top, *more = ([row[column] for row in columns[span]] for column in range(len(columns[0])))
            if not any(math.isnan(x) for x in own):
                found[index] = Score(
                    tuple(min(0.0, x) for x in own),
                    tuple(x == 1 for x in top),
                    sampled=min(0.0, math.fsum(more.pop(0))) if sampler is not None else None,
                    min_k=min_k(own, K) if "min_k" in statistics else None,
                    min_k_plus_plus=min_k(more.pop(0), K) if "min_k_plus_plus" in statistics else None,
                )
        done += len(batch.indices)
        if progress is not None:
            progress(done, len(pairs))
    if progress is not None and done < len(pairs):
        progress(len(pairs), len(pairs))
    return found


def _columns(batch: SuffixLogits, sampler: Sampler | None, spread: bool) -> list[list[float]]:
    """Of each row of logits: log-probability (NaN: not measured), whether likeliest, and what else was asked for."""
    import torch

    from finewarden.memorization.sampling import sampled_log_probs

    parts = []
    chunk = _CPU_CHUNK if batch.logits.device.type == "cpu" else _CHUNK
    rows = max(1, chunk // batch.logits.shape[1])
    for start in range(0, len(batch.targets), rows):
        logits, targets = batch.logits[start : start + rows], batch.targets[start : start + rows]
        top = logits.amax(-1)
        normaliser = (logits - top[:, None]).exp_().sum(-1).log_() + top
        raw = logits.gather(1, targets[:, None])[:, 0]
        own = (raw - normaliser).masked_fill(~torch.isfinite(normaliser), math.nan)
        columns = [own, (raw >= top).float()]
        if sampler is not None:
            columns.append(sampled_log_probs(logits, targets, **sampler.model_dump()))
        if spread:
            columns.append(surprise(logits, raw, top))
        parts.append(torch.stack(columns, 1))
    rows_found: list[list[float]] = torch.cat(parts).cpu().double().tolist()
    return rows_found


def suffix_logits(model: Any, pairs: Sequence[TokenPair], *, max_tokens: int = MAX_TOKENS) -> Iterator[SuffixLogits]:
    """The logits that predict each target, a batch at a time; the place to hang another statistic on.

    A pass holds at most *max_tokens* tokens, four times as many in its cache, and 256 MiB of logits (one pair is always
    let through), so memory does not grow with the number of pairs. Contexts that begin alike are read once where the
    model's cache allows it. Pairs that can't be scored are left out.
    """
    import torch

    if max_tokens < 1:
        raise ValueError(f"max_tokens: got {max_tokens}, allowed: 1 or more; {MAX_TOKENS} suits most machines")
    vocabulary = model.get_input_embeddings().num_embeddings
    room = longest(model)
    usable = [i for i, pair in enumerate(pairs) if _can_be_scored(pair, vocabulary, room)]
    on_cpu = next(model.parameters()).device.type == "cpu"
    bounds = Bounds(min(max_tokens, _CPU_TOKENS) if on_cpu else max_tokens, max(1, _LOGIT_FLOATS // vocabulary))
    with torch.inference_mode():
        for group in _groups(model, pairs, usable):
            prefix = _prefix(model, pairs[group.members[0]], group.prefix) if group.prefix else None
            cut = group.prefix if prefix is not None else 0
            rows = {i: (pairs[i].context + pairs[i].target)[cut:-1] for i in group.members}
            lengths = {i: len(row) for i, row in rows.items()}
            wanted = {i: len(pairs[i].target) for i in group.members}
            for batch in passes(group.members, lengths, wanted, cut, bounds):
                logits = logits_of(model, [rows[i] for i in batch], [wanted[i] for i in batch], prefix)
                targets = torch.tensor([token for i in batch for token in pairs[i].target], device=logits.device)
                yield SuffixLogits(tuple(batch), logits, targets)


def longest(model: Any) -> float:
    """Tokens the model can read, as its configuration says; without end where it says nothing."""
    config = model.config.get_text_config() if hasattr(model.config, "get_text_config") else model.config
    most = getattr(config, "max_position_embeddings", None)
    return most if isinstance(most, int) and most > 0 else math.inf


def _can_be_scored(pair: TokenPair, vocabulary: int, room: float) -> bool:
    ids = pair.context + pair.target
    fits = bool(pair.context) and bool(pair.target) and len(ids) - 1 <= room
    return fits and min(ids) >= 0 and max(ids) < vocabulary


def _groups(model: Any, pairs: Sequence[TokenPair], usable: Sequence[int]) -> list[Group]:
    """Which pairs are read behind one prefix: none where the prefix can't be shared."""
    everything = [Group(tuple(usable), 0)] if usable else []
    shared = [
        Group(tuple(usable[i] for i in group.members), group.prefix)
        for group in prefix_groups([pairs[i].context for i in usable], cost=_PASS_COST)
    ]
    first = next((group for group in shared if group.prefix), None)
    if first is None or _soft_prompt(model):
        return everything
    return shared if _is_exact(model, pairs[first.members[0]], first.prefix) else everything


def _soft_prompt(model: Any) -> bool:
    """Whether PEFT puts virtual tokens in front of what is read: they would stand in front of each part."""
    return any(getattr(config, "is_prompt_learning", False) for config in getattr(model, "peft_config", {}).values())


def _is_exact(model: Any, pair: TokenPair, cut: int) -> bool:
    """Whether reading *pair* in two parts gives the logits of reading it in one. Some models hold more state than their
    cache says; asking costs one row.
    """
    prefix = _prefix(model, pair, cut)
    if prefix is None:
        return False
    row, wanted = (pair.context + pair.target)[:-1], [len(pair.target)]
    whole, parts = logits_of(model, [row], wanted), logits_of(model, [row[cut:]], wanted, prefix)
    single = next(model.parameters()).element_size() >= 4
    close = _SINGLE if single else _HALF
    return bool((whole - parts).abs().amax() <= close * whole.abs().amax().clamp(min=1.0))


def _prefix(model: Any, pair: TokenPair, cut: int) -> SharedPrefix | None:
    from finewarden.memorization.shared_prefix import read_prefix

    return read_prefix(model, pair.context[:cut])
