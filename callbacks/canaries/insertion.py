"""The data set with the canaries in it: where each copy goes, whose unit it is, and what its other columns hold."""

from __future__ import annotations

from typing import Any

from finewarden.callbacks.canaries.randomness import Stream
from finewarden.evidence.canary_book import CanaryBook

__all__ = ["insert", "order", "unit_type"]


def insert(dataset: Any, book: CanaryBook, unit_column: str | None) -> Any:
    """*dataset* (a `datasets.Dataset` or a list of records) with the canaries of *book*; the same type comes back.

    Every copy has a unit of its own in *unit_column*, and None in the columns that a canary has no text for.
    """
    plain = isinstance(dataset, list)
    columns = list(dataset[0]) if plain else list(dataset.column_names)
    kind = unit_type(dataset, unit_column) if unit_column is not None else None
    units = Stream(book.head.seed, "units")
    copies: list[dict[Any, Any]] = []
    first_copy: list[int] = []
    for canary in book.canaries:
        first_copy.append(len(copies))
        for _ in range(canary.repetitions):
            copy = {**dict.fromkeys(columns), **canary.row}
            if kind is not None:
                copy[unit_column] = new_unit(kind, units)
            copies.append(copy)
    merged = [at if copy < 0 else len(dataset) + first_copy[at] + copy for at, copy in order(book)]
    if plain:
        both = [*dataset, *copies]
        return [both[at] for at in merged]
    return _select(dataset, copies, merged) if copies else dataset


def _select(dataset: Any, copies: list[dict[Any, Any]], merged: list[int]) -> Any:
    from datasets import Dataset, concatenate_datasets

    unknown = set(copies[0]) - set(dataset.column_names)
    try:
        planted = Dataset.from_list(copies, features=dataset.features)
    except Exception as error:  # Arrow's own; its text would quote a canary
        unknown = unknown or {type(error).__name__}
    if unknown:
        raise ValueError(
            f"dataset: its columns can't hold a canary ({', '.join(sorted(unknown))}); remove or cast the columns that "
            "training does not read"
        )
    both = concatenate_datasets([dataset.with_format(None), planted]).select(merged)
    return both.with_format(**dataset.format)


def order(book: CanaryBook) -> list[tuple[int, int]]:
    """All rows of the planted data set, in order: (row before planting, −1), or (position in ``book.canaries``, copy).

    Each copy goes to a place drawn uniformly and for itself; the other rows keep their order. The same for each call.
    """
    places = Stream(book.head.seed, "places")
    copies = [(at, copy) for at, canary in enumerate(book.canaries) for copy in range(canary.repetitions)]
    behind: dict[int, list[tuple[int, int]]] = {}
    # Sorted by 128 random bits: those that meet at one place stand in random order, too.
    for number, which in sorted((places.getrandbits(128), which) for which in copies):
        behind.setdefault(number * (book.head.rows + 1) >> 128, []).append(which)
    merged: list[tuple[int, int]] = []
    for row in range(book.head.rows + 1):
        merged += behind.get(row, ())
        if row < book.head.rows:
            merged.append((row, -1))
    return merged


def unit_type(dataset: Any, column: str) -> type[str] | type[int]:
    """What the unit's column holds. Raises ValueError where it is missing or holds what can't be made up."""
    plain = isinstance(dataset, list)
    names = list(dataset[0]) if plain else list(dataset.column_names)
    if column not in names:
        raise ValueError(
            f"unit_column: got {column!r}, allowed: a column of the data set ({', '.join(map(str, names))}); name the "
            "one that says whose record it is, or leave it out where each record is a unit"
        )
    if plain:
        kind = type(next((row[column] for row in dataset if row.get(column) is not None), "")).__name__
    else:
        kind = str(getattr(dataset.features[column], "dtype", type(dataset.features[column]).__name__))
    if kind in ("str", "string", "large_string"):
        return str
    if kind in ("int", "int64", "uint64"):
        return int
    raise ValueError(
        f"unit_column: {column!r} holds {kind}, of which no new unit can be made up for a canary; cast the column to "
        "string first (dataset.cast_column)"
    )


def new_unit(kind: type[str] | type[int], pick: Stream) -> str | int:
    """A unit that no record has: a name with 64 random bits, or a number beyond 2^62 with 61."""
    return 2**62 + pick.getrandbits(61) if kind is int else f"canary-{pick.getrandbits(64):016x}"
