"""What the weights at hand have cost before: by what they are, whoever holds them now.

A notebook cell that is run twice makes a new trainer and a new callback for weights that were trained privately a
moment ago. Within one process their marks tell; across processes a ledger must be named, or lie beside the weights.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from torch import Tensor, nn

from finewarden.evidence.privacy_ledger import LedgerSegment
from finewarden.evidence.weight_marks import SAMPLE, weight_mark

__all__ = ["merged_by_run", "recall", "remember", "trained_before", "weight_marks"]

_known: dict[str, tuple[LedgerSegment, ...]] = {}


def weight_marks(parameters: Iterable[Tensor]) -> list[str]:
    """`weight_mark` of each of *parameters*, sorted."""
    return sorted(weight_mark(each.shape, _sample(each)) for each in parameters)


def remember(parameters: Iterable[Tensor], segments: tuple[LedgerSegment, ...]) -> None:
    """Note that *parameters*, as they are now, cost *segments*."""
    _known[_exactly(parameters)] = segments


def recall(parameters: Iterable[Tensor]) -> tuple[LedgerSegment, ...]:
    """What *parameters* cost in this process; nothing when they are not known."""
    return _known.get(_exactly(parameters), ())


def _exactly(parameters: Iterable[Tensor]) -> str:
    # To the last bit, unlike marks: a step of a small learning rate is lost in bfloat16.
    ones = sorted(
        hashlib.sha256(f"{tuple(each.shape)}".encode() + _sample(each).tobytes()).hexdigest() for each in parameters
    )
    return hashlib.sha256("".join(ones).encode()).hexdigest()


def _sample(parameter: Tensor) -> Any:
    return parameter.detach().reshape(-1)[:SAMPLE].float().cpu().numpy()


def merged_by_run(*sources: Sequence[LedgerSegment]) -> tuple[LedgerSegment, ...]:
    """The segments of all runs of *sources*; of a run that several know of, those of the source that knows more."""
    best: dict[str, tuple[LedgerSegment, ...]] = {}
    for source in sources:
        for run in dict.fromkeys(each.run for each in source):
            own = tuple(each for each in source if each.run == run)
            if sum(each.steps for each in own) > sum(each.steps for each in best.get(run, ())):
                best[run] = own
    return tuple(each for own in best.values() for each in own)


def trained_before(model: nn.Module) -> bool:
    """Whether *model* has a LoRA adapter that begins as zero and is not zero: somebody has trained it."""
    begins_as_zero = any(
        getattr(each, "init_lora_weights", None) in (True, "gaussian")
        for each in getattr(model, "peft_config", {}).values()
    )
    grown = (name for name, each in model.named_parameters() if ".lora_B." in name and bool(each.detach().any()))
    return begins_as_zero and next(grown, None) is not None
