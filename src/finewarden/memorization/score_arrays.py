"""Scores as numpy arrays, from lists, numpy or torch, and refused when they are not scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import ndarray

    Array = ndarray[Any, Any]

__all__ = ["as_array", "group_codes", "group_means", "ranked_scores", "shares_below"]


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


def group_codes(groups: Array) -> tuple[Array, Array]:
    """For each record the place of its group among all, and for each group how many records it has."""
    import numpy as np

    code = np.unique(groups, return_inverse=True)[1]
    return code, np.bincount(code).astype(np.float64)


def group_means(values: Array, code: Array, sizes: Array) -> Array:
    """Mean of *values* over the records of each group; exact where they are all equal to 0, ½ or 1."""
    import numpy as np

    means: Array = np.bincount(code, weights=values) / sizes
    return means


def shares_below(values: Array, others: Array, weights: Array) -> Array:
    """Share of *others*, which weigh *weights*, below each of *values*; ties half."""
    import numpy as np

    order = np.argsort(others, kind="stable")
    ordered, cumulative = others[order], np.concatenate([[0.0], np.cumsum(weights[order])])
    below = cumulative[np.searchsorted(ordered, values, "left")]
    not_above = cumulative[np.searchsorted(ordered, values, "right")]
    shares: Array = (below + not_above) / (2 * cumulative[-1])
    return shares
