"""Training data as files: JSON Lines, JSON, CSV or Parquet, read row by row as `datasets` would give them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from finewarden.memorization.measure_error import MeasureError
from finewarden.memorization.rendering import CannotRender, format_of
from finewarden.personal_data.chat_roles import TRAINED_AS
from finewarden.personal_data.reading.files import delimiter, read_file
from finewarden.personal_data.reading.kinds import kind_of
from finewarden.personal_data.reading.rows import Broken

__all__ = ["TrainDataError", "TrainingRow", "read_rows"]

_ALLOWED = "text; prompt and completion; messages (role, content); conversations (from, value)"
_DEEPEST = 100


class TrainDataError(MeasureError):
    """Training data that can't be used: names file, place, what is wrong and what to do; nothing of the data."""

    def __init__(self, path: Path, number: int | None, problem: str) -> None:
        self.where = path.name if number is None else f"{path.name}:{number}"
        self.problem = problem
        super().__init__(f"{self.where}: {problem}")


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """One record. *number*: its line in a JSON Lines file, else its place in the file, both from 1.

    *row* is as the file has it, which is what a hold-out book knows it by; *record* is what is trained on: the same,
    but `conversations` (from, value) turned into `messages` (role, content).
    """

    file: str
    number: int
    row: Mapping[str, Any] = field(repr=False)
    record: Mapping[str, Any] = field(repr=False)

    @property
    def where(self) -> str:
        """`file:row`, as a report names it."""
        return f"{self.file}:{self.number}"


def read_rows(paths: Sequence[Path]) -> list[TrainingRow]:
    """All records of *paths*, in order: .jsonl, .json (an array, or JSON Lines), .csv, .tsv, .parquet.

    UTF-8, with or without a BOM; blank lines are passed over. Columns beside the ones trained on are kept. Raises
    TrainDataError for the first thing wrong: a broken line, a record none of whose columns can be trained on, an empty
    file, an unknown kind of file.
    """
    rows: list[TrainingRow] = []
    for path in paths:
        before = len(rows)
        rows += (_checked(path, number, row) for number, row in _read(path))
        if len(rows) == before:
            raise TrainDataError(path, None, f"holds no record; write one a line, with the fields {_ALLOWED}")
    return rows


def _checked(path: Path, number: int, row: Mapping[str, Any]) -> TrainingRow:
    if (depth := _depth(row)) > _DEEPEST:
        raise TrainDataError(path, number, f"is nested {depth} levels deep, allowed: {_DEEPEST}; flatten it")
    record = _as_messages(row)
    try:
        format_of(record)
    except CannotRender:
        names = ", ".join(sorted(str(key)[:40] for key, value in row.items() if value is not None)[:12]) or "none"
        raise TrainDataError(
            path, number, f"fields: got {names}, allowed: {_ALLOWED}; rename or convert the columns"
        ) from None
    return TrainingRow(path.name, number, row, record)


def _as_messages(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """*row* with `messages` in place of `conversations`, where it has nothing else to train on."""
    turns = row.get("conversations")
    if not isinstance(turns, list) or any(row.get(key) is not None for key in ("messages", "prompt", "text")):
        return row
    messages = []
    for turn in turns:
        if not isinstance(turn, dict):
            return row
        if isinstance(turn.get("role"), str):
            messages.append(turn)
        elif isinstance(turn.get("from"), str) and isinstance(turn.get("value"), str):
            messages.append({"role": TRAINED_AS.get(turn["from"].lower(), turn["from"]), "content": turn["value"]})
        else:
            return row
    return {**{key: value for key, value in row.items() if key != "conversations"}, "messages": messages}


def _read(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    found = kind_of(path)
    if found is None or found[1] or found[0] in ("text", "arrow"):
        got = path.suffix.lower() or "none"
        raise TrainDataError(path, None, f"kind: got {got}, allowed: .jsonl, .json, .csv, .tsv, .parquet; convert it")
    try:
        if found[0] in ("csv", "tsv"):
            yield from _csv(path, delimiter(found[0]))
            return
        for item in read_file(path, found[0]):
            if isinstance(item, Broken):
                raise TrainDataError(path, item.number or None, item.why)
            if _half_a_character(item.row):
                raise TrainDataError(path, item.number, "holds half a character (a lone surrogate); write it whole")
            yield item.number, item.row
    except OSError as error:
        why = error.strerror or "it is no such file"
        raise TrainDataError(path, None, f"can't be read ({why}); name a readable file") from None
    except UnicodeDecodeError as error:
        raise TrainDataError(path, None, f"is not UTF-8 (byte {error.start}); save it as UTF-8") from None


def _half_a_character(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return True
    except RecursionError:  # told with its place when the row is looked at
        return False
    return False


def _depth(value: object) -> int:
    """Levels of lists and objects in *value*, counted without recursion."""
    level, depth = [value], 0
    while level := [x for x in level if isinstance(x, (dict, list))]:
        depth += 1
        level = [item for x in level for item in (x.values() if isinstance(x, dict) else x)]
    return depth


def _csv(path: Path, delimiter: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Rows as `datasets` reads them, by pandas: a column of numbers gives numbers, an empty cell gives None."""
    import pandas

    text = path.read_text(encoding="utf-8-sig")
    if not text.strip():
        return
    names = [name.strip() for name in next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))]
    if len(set(names)) < len(names):
        raise TrainDataError(path, 1, "names a column twice; keep one of each")
    try:
        table = pandas.read_csv(io.StringIO(text, newline=""), sep=delimiter)
    except (pandas.errors.ParserError, ValueError) as error:
        found = re.search(r"in line (\d+)|row (\d+)", str(error))
        number = int(found[1] or found[2]) if found else None
        raise TrainDataError(path, number, "is not CSV; put texts with quotes, commas or line ends in quotes") from None
    columns = {str(name): [_plain(value) for value in table[name].tolist()] for name in table.columns}
    for number, values in enumerate(zip(*columns.values(), strict=True), start=1):
        yield number, dict(zip(columns, values, strict=True))


def _plain(value: object) -> object:
    return None if value is None or value != value else value  # NaN: an empty cell
