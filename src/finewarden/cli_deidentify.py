"""`finewarden deidentify`: training data with personal data taken out, from a shell."""

from __future__ import annotations

from typing import Any

__all__ = ["add_to"]


def add_to(commands: Any) -> None:
    """Add the command to *commands*."""
