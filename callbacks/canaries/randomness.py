"""Where every draw of a canary book comes from: one seed, and a stream of its own for each thing that is decided.

Streams of different names are independent, so that what is decided late (the coins) can't hang on what was drawn
before, and equal on every machine and Python.
"""

from __future__ import annotations

import hashlib
import random
import secrets

__all__ = ["Stream", "seed_text"]


class Stream(random.Random):
    """Bits of SHA-256 over seed, names and a counter, with all of `random.Random`'s ways to use them."""

    def __init__(self, seed: str, *names: str | int) -> None:
        self._key = "\x1f".join((seed, *map(str, names))).encode()
        self._counter, self._pool, self._held = 0, 0, 0
        super().__init__()

    def getrandbits(self, k: int, /) -> int:
        """A number of *k* random bits."""
        while self._held < k:
            block = hashlib.sha256(self._key + b"\x1f" + str(self._counter).encode()).digest()
            self._counter += 1
            self._pool |= int.from_bytes(block, "big") << self._held
            self._held += 256
        value = self._pool & ((1 << k) - 1)
        self._pool >>= k
        self._held -= k
        return value

    def random(self) -> float:
        """A number of [0, 1), in steps of 2^-53."""
        return self.getrandbits(53) * 2.0**-53

    def seed(self, *_: object) -> None:
        """Nothing: a stream is its names."""


def seed_text(seed: int | None) -> str:
    """32 hex digits: of *seed*, or of the operating system's randomness. Raises ValueError outside 0 … 2^128 − 1."""
    if seed is None:
        return secrets.token_hex(16)
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**128:
        raise ValueError(f"seed: got {seed!r}, allowed: a whole number from 0 to 2**128 - 1, or None; leave it out")
    return f"{seed:032x}"
