"""Scores as numpy arrays, from lists, numpy or torch, and refused when they are not scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import ndarray

    Array = ndarray[Any, Any]

__all__ = ["as_array", "ranked_scores"]


def as_array(values: Any, name: str, floats: bool | None = True) -> Array:
    """*values* as numpy: of a torch tensor without importing torch, on whatever device and of whatever type it is."""
    import numpy as np

    if hasattr(values, "detach"):
        values = values.detach().cpu()
        if floats is not False:
            values = values.float() if values.element_size() < 4 else values  # numpy has no bfloat16
        values = values.numpy()
    elif not hasattr(values, "__array__"):
        values = list(values)
    try:
        return np.asarray(values, dtype=None if floats is None else np.float64 if floats else np.int64)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: holds something that is no number; give numbers, and leave None out") from None


def ranked_scores(values: Any, name: str) -> Array:
    """*values* as float64 of shape [n]; infinities order like any other number. Raises ValueError for none, or NaN."""
    import numpy as np

    found = as_array(values, name).reshape(-1)
    if not len(found):
        raise ValueError(f"{name}: is empty; score at least one of them")
    if np.isnan(found).any():
        raise ValueError(f"{name}: holds NaN; what could not be scored is not measured, it has no rank")
    return found
