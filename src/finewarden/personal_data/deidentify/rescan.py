"""What was written, looked at again: what must not be there any more, and where it still is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from finewarden.personal_data.deidentify.deidentifier import Deidentifier
from finewarden.personal_data.deidentify.fixed_values import fixed_values
from finewarden.personal_data.deidentify.report import Left
from finewarden.personal_data.places import TextPlace, texts_of
from finewarden.personal_data.reading.rows import Broken, Item

__all__ = ["rescan"]

_BATCH = 64


def rescan(
    items: Iterable[Item], file: str, deidentifier: Deidentifier, *, numbers: frozenset[str] = frozenset()
) -> Iterator[Left]:
    """Every finding of *items* that the plan does not keep and no operator wrote, in order; where one can't be read
    too. *numbers*: columns whose numbers are known to be no personal data.
    """
    batch: list[tuple[int, Mapping[str, Any]]] = []
    for item in items:
        if isinstance(item, Broken):
            yield Left(file=file, row=item.number, field="", entity="", why=item.why)
            continue
        batch.append((item.number, item.row))
        if len(batch) == _BATCH:
            yield from _batch(batch, file, deidentifier, numbers)
            batch = []
    yield from _batch(batch, file, deidentifier, numbers)


def _batch(
    rows: Iterable[tuple[int, Mapping[str, Any]]], file: str, deidentifier: Deidentifier, numbers: frozenset[str]
) -> Iterator[Left]:
    found: list[tuple[int, Mapping[str, Any], list[TextPlace]]] = [(n, row, list(texts_of(row))) for n, row in rows]
    pending = iter(deidentifier.pending([place for _, _, places in found for place in places]))
    for number, row, places in found:
        for place in places:
            for each in next(pending):
                yield Left(
                    file=file, row=number, field=place.column, entity=each.entity, start=each.start, end=each.end,
                    why="found again",
                )  # fmt: skip
        for at, entity in fixed_values(row):
            column = ".".join(part for part in at if isinstance(part, str))
            is_name = at[-1:] == ("(name)",)
            if deidentifier.plan.operator(entity) == "keep" or (not is_name and column in numbers):
                continue
            why = (
                "is the name of a field, which stays; rename it"
                if is_name
                else "is a number, which stays; store it as text"
            )
            yield Left(file=file, row=number, field=column, entity=entity, why=why)
