"""What the processes of one run must agree on: DDP by torch.distributed; a single process agrees with itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import torch.distributed
from torch import Tensor

__all__ = ["add_up_", "from_first"]

Value = TypeVar("Value")


def from_first(make: Callable[[], Value], processes: int) -> Value:
    """What *make* returns on the first process, on all of them. An exception there is raised on all."""
    if processes == 1:
        return make()
    sent: list[tuple[Value | None, Exception | None]] = [(None, None)]
    if torch.distributed.get_rank() == 0:
        try:
            sent = [(make(), None)]
        except Exception as failure:
            # The others wait for an answer, and would wait for ever.
            sent = [(None, failure)]
    torch.distributed.broadcast_object_list(sent, src=0)
    value, error = sent[0]
    if error is not None:
        raise error
    return value  # type: ignore[return-value]  # None only beside an error


def add_up_(tensors: Sequence[Tensor], processes: int) -> None:
    """Replace each tensor by its sum over all processes, the same numbers on each."""
    if processes > 1:
        for each in tensors:
            torch.distributed.all_reduce(each)
