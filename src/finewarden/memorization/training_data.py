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

__all__ = ["TrainDataError", "TrainingRow", "read_rows"]

_ALLOWED = "text; prompt and completion; messages (role, content); conversations (from, value)"
_DEEPEST = 100
_ROLES = {
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "assistant": "assistant",
    "chatgpt": "assistant",
    "model": "assistant",
    "bing": "assistant",
    "bard": "assistant",
    "system": "system",
}


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


def _checked(path: Path, number: int, row: object) -> TrainingRow:
    if not isinstance(row, dict):
        raise TrainDataError(path, number, f"holds a {type(row).__name__}, not an object; write the fields {_ALLOWED}")
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


def _as_messages(row: dict[str, Any]) -> dict[str, Any]:
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
            messages.append({"role": _ROLES.get(turn["from"].lower(), turn["from"]), "content": turn["value"]})
        else:
            return row
    return {**{key: value for key, value in row.items() if key != "conversations"}, "messages": messages}


def _read(path: Path) -> Iterator[tuple[int, object]]:
    kind = path.suffix.lower()
    try:
        if kind in (".jsonl", ".ndjson"):
            yield from _lines(path)
        elif kind == ".json":
            yield from _array(path) if _starts_with(path) == "[" else _lines(path)
        elif kind in (".csv", ".tsv"):
            yield from _csv(path, "\t" if kind == ".tsv" else ",")
        elif kind == ".parquet":
            yield from _parquet(path)
        else:
            raise TrainDataError(
                path, None, f"kind: got {kind or 'none'}, allowed: .jsonl, .json, .csv, .tsv, .parquet; convert it"
            )
    except OSError as error:
        why = error.strerror or "it is no such file"
        raise TrainDataError(path, None, f"can't be read ({why}); name a readable file") from None
    except UnicodeDecodeError as error:
        raise TrainDataError(path, None, f"is not UTF-8 (byte {error.start}); save it as UTF-8") from None


def _starts_with(path: Path) -> str:
    with path.open(encoding="utf-8-sig") as file:
        while block := file.read(4096):
            if block.strip():
                return block.lstrip()[0]
    return ""


def _lines(path: Path) -> Iterator[tuple[int, object]]:
    with path.open(encoding="utf-8-sig", newline="\n") as file:  # other line ends may stand inside a text
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield number, _parsed(path, number, line)


def _array(path: Path) -> Iterator[tuple[int, object]]:
    rows = _parsed(path, None, path.read_text(encoding="utf-8-sig"))
    assert isinstance(rows, list)  # it starts with [
    yield from enumerate(rows, start=1)


def _parsed(path: Path, number: int | None, text: str) -> object:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        at = error.lineno if number is None else number
        raise TrainDataError(path, at, f"is not JSON ({error.msg}); write one object a line") from None
    except (ValueError, RecursionError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else "a number with too many digits"
        raise TrainDataError(path, number, f"is not JSON that can be read ({why}); mend it") from None
    if "\\u" in text and _half_a_character(value):
        raise TrainDataError(path, number, "holds half a character (a lone surrogate); write it whole")
    return value


def _half_a_character(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
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


def _csv(path: Path, delimiter: str) -> Iterator[tuple[int, object]]:
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


def _parquet(path: Path) -> Iterator[tuple[int, object]]:
    import pyarrow
    import pyarrow.parquet

    number = 0
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=1024):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row
    except pyarrow.ArrowInvalid:
        raise TrainDataError(path, None, "is no Parquet file; write it again, or convert it to .jsonl") from None
