"""Which weights a ledger was written for: a mark of each trained tensor, which the audit finds again in the files.

A mark is the shape and a hash of the first numbers, rounded to bfloat16, so that saving in another floating-point type
changes none. Training changes nearly every number: a sample tells. Order and names do not matter, because saving
changes both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["SAMPLE", "weight_mark"]

SAMPLE = 4096  # numbers of a tensor, from its beginning in row-major order


def weight_mark(shape: Sequence[int], values: Any) -> str:
    """The mark of a tensor of *shape* of which *values* (numpy, float32) are its first SAMPLE numbers."""
    bits = np.ascontiguousarray(values, dtype=np.float32).reshape(-1)[:SAMPLE].view(np.uint32).astype(np.uint64)
    # To nearest, ties to even, as torch rounds.
    rounded = ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2")
    return "x".join(map(str, shape)) + ":" + hashlib.sha256(rounded.tobytes()).hexdigest()[:16]
