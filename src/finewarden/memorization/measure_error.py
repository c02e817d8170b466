"""What stops a measurement."""

from __future__ import annotations

__all__ = ["MeasureError"]


class MeasureError(ValueError):
    """Something that can't be measured; one sentence that says why and what to do."""
