"""The rows of the training data as the audits of `training_data` speak of them: by file and number, canaries aside, and
never by what they hold, whatever breaks.
"""

from __future__ import annotations

import functools
import traceback
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from finewarden.gate.judge import NotMeasured
from finewarden.gate.training_data import TrainData

__all__ = ["AuditError", "Places", "own_rows", "without_rows_in_tracebacks"]

SHOWN = 3


class AuditError(Exception):
    """An audit of rows that broke: where, and nothing of the row."""


def without_rows_in_tracebacks(audit: Callable[..., None]) -> Callable[..., None]:
    """*audit*, whose exceptions lead to no frame that holds a row: pytest prints the arguments, and with
    `--showlocals` all variables, of the frames it shows.
    """

    @functools.wraps(audit)
    def asked(**given: Any) -> None:
        try:
            audit(**given)
        except NotMeasured as error:
            said: Exception = NotMeasured(str(error))
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(last.filename).name}:{last.lineno}"
            said = AuditError(f"{type(error).__name__} in {place}, an error of finewarden's own; report it")
        else:
            return
        raise said

    return asked


class Places:
    """Where each row stands; rows are numbered from 0 in the order in which they are added."""

    def __init__(self) -> None:
        self._files: dict[str, int] = {}
        self._at = array("q")

    def add(self, file: str, number: int) -> int:
        """The place of the next row; its number here."""
        self._at.append(self._files.setdefault(file, len(self._files)))
        self._at.append(number)
        return len(self) - 1

    def __len__(self) -> int:
        return len(self._at) // 2

    def __getitem__(self, row: int) -> str:
        """`file:number`, as a finding names a row."""
        return f"{list(self._files)[self._at[2 * row]]}:{self._at[2 * row + 1]}"

    def some(self, rows: Sequence[int]) -> str:
        """The first few of *rows*, and how many there are more."""
        more = len(rows) - SHOWN
        return ", ".join(self[row] for row in rows[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def own_rows(training_data: TrainData) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    """Each row that is no planted canary, with file and number. Raises NotMeasured, at once where no data is given."""
    return _own(training_data) if training_data.files else iter(())


def _own(training_data: TrainData) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    planted = training_data.planted
    for file, number, row in training_data.rows():
        canary = planted.canary(row) if planted is not None else None
        if canary is None or not canary.inserted:
            yield file, number, row
