"""Which engine a run gets, and why."""

from __future__ import annotations

from typing import Literal

from transformers import Trainer

from finewarden.callbacks.differential_privacy.engines import Engine
from finewarden.callbacks.differential_privacy.engines.capture import GUARD, MICROBATCH
from finewarden.callbacks.differential_privacy.engines.hooks import HooksEngine
from finewarden.callbacks.differential_privacy.engines.microbatch import MicroBatchEngine
from finewarden.callbacks.differential_privacy.engines.support import check_supported
from finewarden.callbacks.refusal import GuardRefusal, Problem
from finewarden.callbacks.trainer_of import model_of

__all__ = ["choose"]


def choose(
    requested: Literal["auto", "microbatch", "hooks"], trainer: Trainer, *, unit: str, rows: int
) -> tuple[Engine, str]:
    """The engine and one sentence that says why.

    Args:
        requested: as the user set it. "auto" takes "hooks" where it can hold and batching gains something.
        trainer: already made; its model's trainable parameters are what is trained.
        unit: "example", or the column whose rows are bounded together.
        rows: the user's `per_device_train_batch_size`.

    Raises GuardRefusal with all reasons when "hooks" is requested and can't hold.
    """
    if requested == "microbatch":
        return MicroBatchEngine(), "as requested"
    model = model_of(trainer)
    trained = [each for each in model.parameters() if each.requires_grad]
    reasons = check_supported(trainer, trained)
    if unit != "example":
        reasons.append(f"unit={unit!r}: the rows of a unit are clipped as one, in a micro-batch of their own")
    if requested == "hooks":
        if reasons:
            raise GuardRefusal(GUARD, [Problem(f'engine="hooks": {each}', MICROBATCH) for each in reasons])
        return HooksEngine(trainer), "as requested"
    if not reasons and rows == 1:
        reasons.append("per_device_train_batch_size=1 leaves nothing to batch")
    # Each example's gradient is held until the end of the backward; of adapters that is little, of a whole model it is
    # the model once an example.
    held, whole = rows * sum(each.numel() for each in trained), sum(each.numel() for each in model.parameters())
    if not reasons and held > whole:
        reasons.append(f"the gradients of {rows} examples are {held:,} numbers, more than the model's own {whole:,}")
    if reasons:
        return MicroBatchEngine(), "; ".join(reasons)
    return HooksEngine(trainer), f"each of {rows} examples of a micro-batch has its own gradient in one backward pass"
