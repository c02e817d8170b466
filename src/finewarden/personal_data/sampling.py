"""A random sample of rows, and what it says of all."""

from __future__ import annotations

from hashlib import blake2b

__all__ = ["CONFIDENCE", "is_drawn", "share_for", "upper_bound"]

CONFIDENCE = 0.95


def is_drawn(share: float, seed: int, part: str, number: int) -> bool:
    """Whether row *number* of the part of the data with digest *part* is in the sample of *share* of all rows.

    Each row by itself, so that parts can be read in any order and by anyone.
    """
    if share >= 1:
        return True
    digest = blake2b(f"{seed}:{part}:{number}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) < share * 2**64


def share_for(wanted: int, rows: int) -> float:
    """The share that draws about *wanted* of *rows*. Raises ValueError for less than one."""
    if wanted < 1:
        raise ValueError(f"names_sample: got {wanted}, allowed: 1 or more rows")
    return min(1.0, wanted / rows) if rows else 1.0


def upper_bound(hit: int, drawn: int, confidence: float = CONFIDENCE) -> float:
    """The one-sided upper Clopper-Pearson bound on a share of which *hit* of *drawn* were seen; 1.0 of nothing drawn.

    Clopper and Pearson 1934, doi 10.1093/biomet/26.4.404. Raises ValueError for more hits than rows.
    """
    if not 0 <= hit <= drawn:
        raise ValueError(f"hit: got {hit}, allowed: 0 to {drawn}")
    if hit == drawn:
        return 1.0
    from scipy.special import betaincinv

    return float(betaincinv(hit + 1, drawn - hit, confidence))
