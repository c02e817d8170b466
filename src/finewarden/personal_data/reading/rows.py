"""What reading a file gives: a row with its number, or where and why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["LONGEST", "Broken", "InputError", "Item", "Row"]

# Bytes of one line, cell or element of an array: what one row may take in memory.
LONGEST = 64 * 2**20


class InputError(ValueError):
    """An input that can't be scanned at all: names it, what is wrong and what to do; nothing of what it holds."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record. *number*: its line in a file that is read by lines, else its place in the file, both from 1."""

    number: int
    row: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Broken:
    """No record at *number* (0: the file as a whole), and *why*, which holds nothing of the data."""

    number: int
    why: str


Item = Row | Broken
