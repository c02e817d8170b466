"""`run.jsonl`: what each guard enforced and saw, one record a line, kept across crashes and resumes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

__all__ = ["Record", "RunLogError", "append", "read"]


class RunLogError(ValueError):
    """A line of the run log that can't be read; names file and line, and says what to do."""


class Record(BaseModel):
    """One line: which guard, what happened, with its numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = 1
    time: datetime
    guard: str
    event: str
    step: int | None = None
    detail: dict[str, Any] = {}


def append(path: Path, guard: str, event: str, *, step: int | None = None, **detail: Any) -> None:
    """Add one record and fsync it, so that a record that a later decision rests on is never lost.

    A line torn by an earlier crash is closed first: the new record is never glued to it. A folder and a file that are
    made here are for their owner alone.
    """
    record = Record(time=datetime.now(UTC), guard=guard, event=event, step=step, detail=detail)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600), "a+b") as file:
        size = file.seek(0, os.SEEK_END)
        if size:
            file.seek(size - 1)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write(record.model_dump_json().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> Iterator[Record]:
    """Records in order. A torn line (a crash while writing) is passed over; any other bad line raises RunLogError."""
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            text = line.decode("utf-8")
            yield Record.model_validate(json.loads(text))
        except json.JSONDecodeError:
            continue
        except UnicodeDecodeError as error:
            if error.end == len(line) and error.reason == "unexpected end of data":
                continue  # torn within a character
            raise _bad(path, number, "not UTF-8") from None
        except ValidationError as error:
            raise _bad(path, number, f"not a run record: {error.errors()[0]['msg']}") from None
        except RecursionError:
            raise _bad(path, number, "nested too deep") from None
        except ValueError:  # what Python refuses of sound JSON
            raise _bad(path, number, "holds a number too long to read") from None


def _bad(path: Path, number: int, why: str) -> RunLogError:
    return RunLogError(f"{path.name}:{number}: {why}; bring the file as training wrote it")
