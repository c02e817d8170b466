"""Which texts say nearly the same: MinHash over runs of words, in Chinese of characters.

Two texts are near-duplicates when at least `SIMILARITY` of their runs of three words are common to both (Broder 1997,
"On the resemblance and containment of documents"; Lee et al. 2021, arXiv 2107.06499, on language model data). MinHash
is `rensa`'s; candidates that share a band of the signature are compared in full.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

__all__ = ["SIMILARITY", "near_duplicates", "runs"]

SIMILARITY = 0.7
"""Share of common runs (Jaccard) from which on two texts are near-duplicates."""

_RUN = 3
# 128 hashes in 32 bands of 4: a pair of similarity 0.7 meets in one band with chance 1 - (1 - 0.7^4)^32 = 0.9999.
_HASHES, _BAND = 128, 4
_SEED = 20240
_KEPT = 16
_BATCH, _REMEMBERED = 1024, 4096

# A character of a script that is written without spaces, or a word.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ffff]|[^\W_]+")


def near_duplicates(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs (earlier, later) that join all near-duplicates: the later of each is one of the earlier, or of a chain.

    Memory: half a kilobyte a text beside *texts*. Raises ImportError without rensa.
    """
    root = list(range(len(texts)))

    def find(at: int) -> int:
        while root[at] != at:
            root[at] = root[root[at]]
            at = root[at]
        return at

    @lru_cache(maxsize=_REMEMBERED)
    def of(at: int) -> frozenset[str]:
        return runs(texts[at])

    for bucket in _buckets(texts):
        members: list[int] = []
        for at in bucket:
            for other in members:
                if find(other) != find(at) and _similarity(of(other), of(at)) >= SIMILARITY:
                    root[find(at)] = find(other)
                    yield other, at
            # One of each cluster finds its next member; a few more, because similar is not transitive.
            if len(members) < _KEPT or all(find(other) != find(at) for other in members):
                members.append(at)


def _buckets(texts: Sequence[str]) -> Iterator[list[int]]:
    """The numbers of texts whose signatures share a band, in order; texts without a word are in none."""
    import numpy as np
    from rensa import RMinHash

    signatures = np.zeros((len(texts), _HASHES), np.uint32)
    some = np.zeros(len(texts), bool)
    for start in range(0, len(texts), _BATCH):
        sets = [sorted(runs(text)) for text in texts[start : start + _BATCH]]
        some[start : start + len(sets)] = [bool(each) for each in sets]
        signatures[start : start + len(sets)] = RMinHash.digests_from_token_sets(sets, _HASHES, _SEED)
    worded = np.flatnonzero(some)
    for band in range(0, _HASHES, _BAND):
        keys = np.ascontiguousarray(signatures[worded, band : band + _BAND]).view(np.uint64)
        order = np.lexsort(keys.T)
        starts = np.flatnonzero(np.r_[True, (keys[order[1:]] != keys[order[:-1]]).any(axis=1)]) if len(order) else order
        sizes = np.diff(np.r_[starts, len(order)])
        for start, size in zip(starts[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True):
            yield worded[order[start : start + size]].tolist()


def runs(text: str) -> frozenset[str]:
    """The runs of three words of *text*, without case, width and punctuation; of a shorter text all of it."""
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    if len(words) <= _RUN:
        return frozenset({" ".join(words)} if words else ())
    return frozenset(" ".join(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))


def _similarity(one: Iterable[str], other: frozenset[str]) -> float:
    common = len(other.intersection(one))
    return common / (len(frozenset(one)) + len(other) - common)
