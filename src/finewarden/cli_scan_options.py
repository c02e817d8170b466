"""Options that more than one command has which scans: which languages, how large a sample, how many processes."""

from __future__ import annotations

import argparse

__all__ = ["languages", "sample", "workers"]


def sample(text: str) -> tuple[float, int | None]:
    """A share and no number, or the share of everything and a number of rows. Raises ArgumentTypeError."""
    try:
        if text.endswith("%"):
            share = float(text[:-1]) / 100
        elif text.isdecimal() and int(text) >= 1:
            return 1.0, int(text)
        else:
            share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError(f"got {text!r}; write a number of rows, or a share such as 0.1 or 10%")
    return share, None


def workers(text: str) -> int:
    """A number of processes. Raises ArgumentTypeError."""
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"got {text!r}; write a number from 1 to 1024")
    return int(text)


def languages(text: str) -> tuple[str, ...]:
    """Languages from a list with commas, each once. Raises ArgumentTypeError."""
    given = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    if not set(given) <= {"zh", "en"}:
        raise argparse.ArgumentTypeError(f"got {text!r}; write zh, en or zh,en")
    return given
