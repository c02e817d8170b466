"""Whether the tensors of a folder are those that training saved: by their marks, whatever they are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from finewarden.artifacts.tensor_values import TensorMark, TensorValues

__all__ = ["Compared", "compared"]

# Formats that keep every bit of bfloat16, to which marks round. Of others only equality tells something.
_EXACT = frozenset({"BF16", "F32", "F64"})


@dataclass(frozen=True, slots=True)
class Compared:
    """Of *n* trained tensors: how many are there with *other* numbers, and how many can't be looked for here."""

    n: int
    other: int
    elsewhere: int


def compared(records: Iterable[Sequence[str]], tensors: Iterable[TensorMark | TensorValues]) -> Compared | None:
    """The record among *records* that fits *tensors* best; None without records.

    A mark whose shape is here, with other numbers, is another tensor. One whose shape is not here, or only in a format
    that rounds, can't be looked for: the folder holds a merged, quantised or half-precision export. Where that is so
    and not one mark is found, a shape that is here too is a coincidence: a merged model has layers of a LoRA's shape.
    """
    here: Counter[str] = Counter()
    exact: Counter[str] = Counter()
    for tensor in tensors:
        if tensor.mark is not None:
            here[tensor.mark] += 1
            exact[tensor.mark] += tensor.dtype in _EXACT
    found = [_compared(Counter(record), here, exact) for record in records]
    return min(found, key=lambda each: (each.other, each.elsewhere), default=None)


def _compared(recorded: Counter[str], here: Counter[str], exact: Counter[str]) -> Compared:
    absent = _by_shape(recorded - here)
    left, left_exact = _by_shape(here - recorded), _by_shape(exact - recorded)
    shapes = _by_shape(here)
    other = 0
    for shape, count in absent.items():
        rounded = left[shape] - left_exact[shape]
        if shapes[shape]:
            other += max(count - rounded, 0)
    elsewhere, n = absent.total() - other, recorded.total()
    if elsewhere and absent.total() == n:
        other, elsewhere = 0, n
    return Compared(n, other, elsewhere)


def _by_shape(marks: Counter[str]) -> Counter[str]:
    shapes: Counter[str] = Counter()
    for mark, count in marks.items():
        shapes[mark.partition(":")[0]] += count
    return shapes
