"""`hold_out`: some groups of records are kept from training, so that an audit has something to compare with.

Which ones is decided by a random key and by nothing else; on disk lie hashes alone.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import finewarden
from finewarden.callbacks.dataset_rows import stored_rows
from finewarden.evidence import holdout_book, lock
from finewarden.evidence.holdout_book import HOLDOUT_BOOK, Head, HeldOut, HoldoutBook, keyed
from finewarden.personal_data.near_duplicates import near_duplicates

__all__ = ["hold_out"]

logger = logging.getLogger(__name__)

Data = TypeVar("Data")

FEWEST = 2
"""Groups that are needed: one for each side."""


def hold_out(
    dataset: Data,
    *,
    fraction: float = 0.1,
    group_by: str | None = None,
    evidence_dir: Path | str,
    near_duplicates: bool = True,
) -> tuple[Data, Data]:
    """*dataset* in two: what to train on, and what was held out; each row in the order it had.

    Groups are held out whole, because records of one person, or nearly the same record twice, are no two witnesses.
    Equal records are always one group; with *near_duplicates* so are those that share most of their wording. Of all
    groups that share *fraction*, at least one and not all, with the smallest HMAC under a key of the operating system's
    randomness is held out. Called again with the same data and arguments, the same two come back.

    Split first, then de-duplicate or plant canaries into the training side. Audit with the data as they were before.

    Args:
        dataset: a `datasets.Dataset` or a list of records.
        fraction: share of the groups, between 0 and 1.
        group_by: the column that says whose record it is; records without a value (None, NaN) are groups of their own.
        evidence_dir: `<output_dir>.evidence`, which is never published; `holdout.jsonl` is written there.
        near_duplicates: join records that are nearly the same. Needs `rensa`, of the [train] extra.

    Raises:
        ValueError: an argument or the data set is not allowed, there are fewer than two groups, or the split of another
            data set lies there (HoldoutBookError when it can't be read).
    """
    if isinstance(fraction, bool) or not isinstance(fraction, int | float) or not 0 < fraction < 1:
        raise ValueError(f"fraction: got {fraction!r}, allowed: between 0 and 1, ends excluded; 0.1 holds out a tenth")
    folder = Path(evidence_dir)
    if not folder.name.endswith(".evidence"):
        raise ValueError(
            f"evidence_dir: got {folder.name!r}, allowed: a folder whose name ends in .evidence, which is never "
            "published with the model; write output_dir + '.evidence'"
        )
    rows = _rows(dataset)
    if group_by is not None and not any(group_by in row for row in rows):
        names = ", ".join(map(str, rows[0]))
        raise ValueError(f"group_by: got {group_by!r}, allowed: a column of the data set ({names}); name one of them")
    path = folder / HOLDOUT_BOOK
    with lock.held_in_turn(folder / f".{HOLDOUT_BOOK}.lock"):
        if path.exists():
            book = _same(holdout_book.read(path), folder, rows, fraction, group_by, near_duplicates)
        else:
            book = _split(rows, fraction, group_by, near_duplicates)
            holdout_book.write(path, book)
            held = sum(entry.held_out for entry in book.records)
            groups = len({entry.group for entry in book.records if entry.held_out})
            logger.warning("hold_out: %d of %d records, %d groups, are held out", held, len(rows), groups)
    sides = [[at for at, entry in enumerate(book.records) if entry.held_out is side] for side in (False, True)]
    return _taken(dataset, sides[0]), _taken(dataset, sides[1])


def _split(rows: Sequence[Mapping[str, Any]], fraction: float, group_by: str | None, near: bool) -> HoldoutBook:
    key = secrets.token_hex(32)
    records = [keyed(key, row) for row in rows]
    owners = _joined(rows, records, group_by, near)
    names = {owner: keyed(key, ["group", records[owner]]) for owner in set(owners)}
    if len(names) < FEWEST:
        raise ValueError(
            f"dataset: its {len(rows)} records are one group (equal, nearly the same, of one {group_by or 'owner'}), "
            "and a group is never split; bring more data" + (", or write near_duplicates=False" if near else "")
        )
    count = min(len(names) - 1, max(1, round(fraction * len(names))))
    held = set(sorted(names.values())[:count])
    head = Head(
        key=key,
        written_by=f"finewarden {finewarden.__version__}",
        fraction=fraction,
        group_by=group_by,
        near_duplicates=near,
        rows=len(rows),
    )
    entries = (
        HeldOut(record=record, group=names[owner], held_out=names[owner] in held)
        for record, owner in zip(records, owners, strict=True)
    )
    return HoldoutBook(head, tuple(entries))


def _joined(rows: Sequence[Mapping[str, Any]], records: Sequence[str], group_by: str | None, near: bool) -> list[int]:
    """For each row the first row of its group."""
    root = list(range(len(rows)))

    def find(at: int) -> int:
        while root[at] != at:
            root[at] = root[root[at]]
            at = root[at]
        return at

    def join(one: int, other: int) -> None:
        first, second = sorted((find(one), find(other)))
        root[second] = first

    first_with: dict[Hashable, int] = {}
    for at, row in enumerate(rows):
        join(first_with.setdefault(("record", records[at]), at), at)
        if group_by is not None and not _is_missing(row.get(group_by)):
            join(first_with.setdefault(("group", keyed("00", row[group_by])), at), at)
    if near:
        for one, other in near_duplicates([" ".join(_texts(row, group_by)) for row in rows]):
            join(one, other)
    return [find(at) for at in range(len(rows))]


def _same(
    book: HoldoutBook,
    folder: Path,
    rows: Sequence[Mapping[str, Any]],
    fraction: float,
    group_by: str | None,
    near: bool,
) -> HoldoutBook:
    head = book.head
    changed = [
        f"{name} ({then} then, {now} now)"
        for name, then, now in (
            ("fraction", head.fraction, fraction),
            ("group_by", head.group_by, group_by),
            ("near_duplicates", head.near_duplicates, near),
        )
        if then != now
    ]
    if [keyed(head.key, row) for row in rows] != [entry.record for entry in book.records]:
        changed.append(f"the data set ({head.rows} rows then, {len(rows)} now)")
    if changed:
        raise ValueError(
            f"evidence_dir: {folder.name} holds another split ({'; '.join(changed)} changed); give the same again, or "
            "train into a new output_dir; nothing was overwritten"
        )
    return book


def _rows(dataset: Any) -> list[dict[str, Any]]:
    if isinstance(dataset, list):
        rows = dataset
    elif hasattr(dataset, "column_names") and hasattr(dataset, "with_format") and hasattr(dataset, "__len__"):
        rows = list(stored_rows(dataset))
    else:
        raise ValueError(
            f"dataset: got {type(dataset).__name__}, allowed: datasets.Dataset or a list; load a stream into one first"
        )
    if not rows:
        raise ValueError("dataset: got no rows; give the data set that is to be trained on")
    odd = next((number for number, row in enumerate(rows) if not isinstance(row, Mapping)), None)
    if odd is not None:
        raise ValueError(
            f"dataset: row {odd} is {type(rows[odd]).__name__}, allowed: records of named columns; "
            'write {"text": ...} around a text'
        )
    return rows


def _is_missing(value: Any) -> bool:
    """None, or what pandas writes where there is no value: NaN and NaT are not themselves, NA does not say."""
    try:
        return value is None or bool(value != value)
    except TypeError:
        return True
    except ValueError:  # an array
        return False


def _taken(dataset: Any, wanted: list[int]) -> Any:
    return [dataset[at] for at in wanted] if isinstance(dataset, list) else dataset.select(wanted)


def _texts(value: Any, leave_out: str | None = None) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in (leave_out, "role"):
                yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
