"""Modules of the user's own that recognizers are named from: they lie beside the policy, and are not installed."""

from __future__ import annotations

import sys
from pathlib import Path

__all__ = ["importable_from"]


def importable_from(folder: Path | None) -> None:
    """Let modules that lie in *folder* be imported, behind all else: nothing that is installed is hidden by them."""
    if folder is not None and str(folder) not in sys.path:
        sys.path.append(str(folder))
