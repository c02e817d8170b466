"""How rows are put into passes: by length, within bounds of tokens, cache and logits. No torch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["CACHE_TOKENS", "Bounds", "passes"]

CACHE_TOKENS = 4
"""Tokens of keys and values that may be held for each token of a pass."""

_FULL = 1024
"""Tokens from which on a pass is large enough to be closed where the next row would mostly be padded."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most of one pass: *tokens* with their padding, *targets* whose logits are kept at once."""

    tokens: int
    targets: int


def passes(
    rows: Sequence[int], lengths: Mapping[int, int], targets: Mapping[int, int], prefix: int, bounds: Bounds
) -> Iterator[list[int]]:
    """Put *rows*, which share a cached *prefix*, into passes, longest first, so that what is too large fails at once.

    ``lengths[row]`` and ``targets[row]``: tokens to be read after the prefix, and tokens that are asked for. One row is
    always let through.
    """
    batch: list[int] = []
    width = useful = asked = 0
    for row in sorted(rows, key=lambda row: (lengths[row], targets[row]), reverse=True):
        count = len(batch) + 1
        if batch and (
            count * width > bounds.tokens
            or count * (prefix + width) > CACHE_TOKENS * bounds.tokens
            or asked + targets[row] > bounds.targets
            or (useful >= _FULL and lengths[row] * 8 < width * 7)
        ):
            yield batch
            batch, useful, asked = [], 0, 0
        if not batch:
            width = lengths[row]
        batch.append(row)
        useful += lengths[row]
        asked += targets[row]
    if batch:
        yield batch
