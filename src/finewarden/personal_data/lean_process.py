"""A process that only scans needs no torch: Presidio and spaCy import it where it is installed, to no use here."""

from __future__ import annotations

import sys

__all__ = ["import_no_torch"]


def import_no_torch() -> None:
    """Keep torch and transformers from being imported in this process, which saves four seconds of each start.

    For processes of finewarden's own alone, and not where a user's recognizers may need them. What is imported stays.
    """
    for name in ("torch", "transformers"):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # importlib's way to say: not to be had
