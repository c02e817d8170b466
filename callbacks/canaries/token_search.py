"""Where in millions of tokens some thousand short sequences stand: one pass, and no row is read in Python.

Each sequence is looked for by its rarest window of a few tokens: a polynomial hash of all windows of a block is made at
once (Rabin and Karp 1987), and each hit is compared in full.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Found", "NoTokens", "search"]

_WINDOWS = (8, 4)  # tokens; a sequence that is shorter is its own window
_BLOCK = 1000  # rows
_FACTOR, _TOP = np.uint64(0x9E3779B97F4A7C15), np.uint64(48)

Ids = NDArray[np.int64]


class NoTokens(ValueError):
    """The data hold no token ids to search."""


@dataclass(frozen=True, slots=True)
class Found:
    """Sequence *which* stands in *row*, whole, from token *at* on."""

    row: int
    at: int
    which: int


def search(data: Any, sequences: Sequence[Sequence[int]]) -> Iterator[Found]:
    """Every place of every one of *sequences* (none empty) in the `input_ids` of *data*, within one row.

    *data*: a `datasets.Dataset`, or anything with a length whose items are mappings. Raises NoTokens.
    """
    wanted = [np.asarray(sequence, dtype=np.int64) for sequence in sequences]
    windows = _windows(sequences)
    for first, values, offsets in _blocks(data):
        for size, (keys, owners) in windows.items():
            yield from _in_block(first, values, offsets, size, keys, owners, wanted)


def _windows(sequences: Sequence[Sequence[int]]) -> dict[int, tuple[NDArray[np.uint64], list[list[tuple[int, int]]]]]:
    """By size of window: the hashes, sorted, and for each the (sequence, place in it) that it stands for."""
    counts: Counter[tuple[int, ...]] = Counter()
    for sequence in sequences:
        size = _size(sequence)
        counts.update({tuple(sequence[at : at + size]) for at in range(len(sequence) - size + 1)})
    owners: dict[int, dict[int, list[tuple[int, int]]]] = {}
    for which, sequence in enumerate(sequences):
        size = _size(sequence)
        at = min(range(len(sequence) - size + 1), key=lambda at: counts[tuple(sequence[at : at + size])])
        key = int(_hashes(np.asarray(sequence[at : at + size], dtype=np.int64), size)[0])
        owners.setdefault(size, {}).setdefault(key, []).append((which, at))
    return {
        size: (np.array(sorted(found), dtype=np.uint64), [found[key] for key in sorted(found)])
        for size, found in owners.items()
    }


def _size(sequence: Sequence[int]) -> int:
    return next((size for size in _WINDOWS if len(sequence) >= size), len(sequence))


def _hashes(values: Ids, size: int) -> NDArray[np.uint64]:
    """One number for each window of *size* values."""
    count = len(values) - size + 1
    if count < 1:
        return np.empty(0, dtype=np.uint64)
    unsigned = values.astype(np.uint64) + np.uint64(1)
    total = np.zeros(count, dtype=np.uint64)
    for at in range(size):
        total = total * _FACTOR + unsigned[at : at + count]
    return total ^ (total >> np.uint64(29))


def _in_block(
    first: int,
    values: Ids,
    offsets: Ids,
    size: int,
    keys: NDArray[np.uint64],
    owners: list[list[tuple[int, int]]],
    wanted: list[Ids],
) -> Iterator[Found]:
    hashes = _hashes(values, size)
    likely = np.zeros(2**16, dtype=np.bool_)  # most windows are told apart by 16 bits
    likely[keys >> _TOP] = True
    places = np.flatnonzero(likely[hashes >> _TOP])
    near = np.searchsorted(keys, hashes[places])
    near[near == len(keys)] = 0
    same = keys[near] == hashes[places]
    for place, key in zip(places[same], near[same], strict=True):
        row = int(np.searchsorted(offsets, place, side="right")) - 1
        for which, inside in owners[key]:
            begin = int(place) - inside
            end = begin + len(wanted[which])
            if begin >= offsets[row] and end <= offsets[row + 1] and np.array_equal(values[begin:end], wanted[which]):
                yield Found(first + row, begin - int(offsets[row]), which)


def _blocks(data: Any) -> Iterator[tuple[int, Ids, Ids]]:
    """(number of the first row, ids of all rows joined, where each row begins and the last one ends)."""
    columns = getattr(data, "column_names", None)
    if columns is not None and "input_ids" not in columns:
        raise NoTokens(f"columns: {', '.join(map(str, columns))}")
    if columns is not None and hasattr(data, "with_format") and data.format["type"] != "custom":
        first = 0
        for table in data.with_format("arrow").iter(_BLOCK):
            column = table.column("input_ids").combine_chunks()
            column = column.chunk(0) if hasattr(column, "chunk") else column
            lengths = column.value_lengths().to_numpy(zero_copy_only=False)
            values = column.flatten().to_numpy(zero_copy_only=False).astype(np.int64, copy=False)
            yield first, values, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
            first += len(lengths)
        return
    for first in range(0, len(data), _BLOCK):
        rows = []
        for number in range(first, min(first + _BLOCK, len(data))):
            row = data[number]
            if not hasattr(row, "keys") or "input_ids" not in row.keys():  # noqa: SIM118 - BatchEncoding iterates otherwise
                raise NoTokens(f"rows of type {type(row).__name__}")
            rows.append(np.asarray(row["input_ids"], dtype=np.int64).reshape(-1))
        lengths = [len(row) for row in rows]
        yield first, np.concatenate(rows), np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
