"""Whether two runs saw the same data: a hash for the private log, never for the public ledger.

A public hash of the data would tell anyone who knows all but one record whether a guess of that one is right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["DataFingerprint", "fingerprint", "row_hashes"]

BLOCK = 1000
# Of a data set that is no datasets.Dataset each row may cost a tokenisation: these many are read, evenly spread.
SAMPLE = 1000


@dataclass(frozen=True)
class DataFingerprint:
    """*digest*: SHA-256 over the rows in order. *duplicates*: rows that say the same as an earlier one."""

    digest: str
    rows: int
    duplicates: int


def fingerprint(data: Any) -> DataFingerprint:
    """Of all rows of a `datasets.Dataset`; of at most 1000 rows, evenly spread, of any other data set."""
    whole, seen, duplicates = hashlib.sha256(f"{len(data)}".encode()), set(), 0
    for one in row_hashes(data):
        whole.update(one)
        duplicates += one in seen
        seen.add(one)
    return DataFingerprint(whole.hexdigest(), len(data), duplicates)


def row_hashes(data: Any) -> Iterator[bytes]:
    """16 bytes for each row that is read of *data*, equal for equal rows."""
    return (hashlib.blake2b(row, digest_size=16).digest() for row in _rows(data))


def _rows(data: Any) -> Iterator[bytes]:
    if hasattr(data, "with_format") and hasattr(data, "iter"):
        # As they are stored: an image is its bytes, and not an object that is decoded anew each time.
        for table in data.with_format("arrow").iter(BLOCK):
            names = sorted(table.column_names)
            columns = (table.column(name).to_pylist() for name in names)
            yield from (repr(values).encode() for values in zip(*columns, strict=True))
        return
    step = max(1, len(data) // SAMPLE)
    for number in range(0, len(data), step):
        row = data[number]
        pairs = sorted(row.items()) if hasattr(row, "items") else row
        yield repr(_plain(pairs)).encode()


def _plain(value: Any) -> Any:
    """*value* with tensors and arrays as lists: their own texts leave numbers out."""
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.tolist() if hasattr(value, "tolist") else value
