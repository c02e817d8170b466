"""Micro-batches of random examples, and what an engine makes of one through a real trainer's training_step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

PAD = 256


def example(length: int, seed: int, prompt: int = 2) -> dict[str, Any]:
    """One example of *length* random tokens, of which the first *prompt* are not trained."""
    import torch

    ids = torch.randint(0, 256, (length,), generator=torch.Generator().manual_seed(seed))
    labels = ids.clone()
    labels[:prompt] = -100
    return {"input_ids": ids, "labels": labels, "attention_mask": torch.ones_like(ids)}


def batch(examples: Sequence[dict[str, Any]], side: str = "right", extra: int = 0) -> dict[str, Any]:
    """*examples* as rows, padded on *side* to the longest and *extra* tokens more."""
    import torch

    length = max(len(each["input_ids"]) for each in examples) + extra
    rows: dict[str, list[Any]] = {}
    for each in examples:
        missing = length - len(each["input_ids"])
        for name, fill in (("input_ids", PAD), ("labels", -100), ("attention_mask", 0)):
            pad = torch.full((missing,), fill)
            rows.setdefault(name, []).append(torch.cat([pad, each[name]] if side == "left" else [each[name], pad]))
    return {name: torch.stack(values) for name, values in rows.items()}


def row(inputs: dict[str, Any], number: int) -> dict[str, Any]:
    """One row of *inputs* as a micro-batch."""
    return {name: value[number : number + 1] for name, value in inputs.items()}


def trained(trainer: Any) -> list[Any]:
    """The trained parameters of *trainer*."""
    return [each for each in trainer.model.parameters() if each.requires_grad]


def clipped(trainer: Any, engine: Any, inputs: dict[str, Any], bound: float = math.inf) -> list[Any]:
    """The sum that *engine* makes of one micro-batch, through `trainer.training_step`."""
    from finewarden.callbacks.differential_privacy.clipping import ClippedSum

    total = ClippedSum(trained(trainer), bound)
    add(trainer, engine, inputs, total)
    return total.sums


def add(trainer: Any, engine: Any, inputs: dict[str, Any], total: Any) -> Any:
    """*engine* adds *inputs* to *total*; returns the loss."""
    trainer.current_gradient_accumulation_steps = 1
    return engine.add(lambda given: trainer.training_step(trainer.model_wrapped, given, None), dict(inputs), total)


def one_by_one(trainer: Any, inputs: dict[str, Any], bound: float = math.inf) -> list[Any]:
    """The same sum by a backward of each row alone."""
    from finewarden.callbacks.differential_privacy.clipping import ClippedSum
    from finewarden.callbacks.differential_privacy.engines.microbatch import MicroBatchEngine

    total = ClippedSum(trained(trainer), bound)
    for number in range(len(inputs["labels"])):
        add(trainer, MicroBatchEngine(), row(inputs, number), total)
    return total.sums


def distance(ours: Sequence[Any], theirs: Sequence[Any]) -> float:
    """The norm of the difference, relative to the norm of *theirs*, over all parameters as one vector."""
    import torch

    gap = torch.cat([(a - b).flatten() for a, b in zip(ours, theirs, strict=True)]).double().norm()
    return float(gap / torch.cat([each.flatten() for each in theirs]).double().norm())


def refusal(make: Any) -> str:
    """The text of the GuardRefusal that *make* raises."""
    from finewarden.callbacks.refusal import GuardRefusal

    try:
        make()
    except GuardRefusal as error:
        return str(error)
    raise AssertionError("not refused")
