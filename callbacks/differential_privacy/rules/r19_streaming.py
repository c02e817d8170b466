"""A stream has neither a length nor an order of its own, so no probability of being drawn.

A shuffle buffer draws near neighbours together, and how often a record is seen is unknown.

Cost: no amplification: without sampling, epsilon at the same noise is that of q = 1.
"""

from __future__ import annotations

from collections.abc import Iterator

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def check(run: Run) -> Iterator[Problem]:
    """Training data without a length."""
    if run.streams:
        yield Problem(
            what=f"train_dataset is a stream ({type(run.train_dataset).__name__}): examples can't be drawn at random",
            remedy="load the data with streaming=False, or write the stream into a Dataset first",
        )


RULE = Rule(
    number=19,
    name="streaming",
    action="refuse",
    text=__doc__,
    example="load_dataset(..., streaming=True)",
    source="arXiv 2411.10614 (shuffling within a buffer: audits find up to 10 times the reported epsilon)",
    before=check,
)
