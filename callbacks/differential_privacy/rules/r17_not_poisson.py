"""Batches are shuffled, sorted or weighted, while epsilon is computed for Poisson sampling.

The amplification by sampling holds when each example is drawn on its own, with one probability, at every update.
Trainer shuffles by default; `group_by_length`, sequential and weighted samplers are further away still.

Cost: audits of shuffled DP-SGD find up to 4 times the epsilon that is reported, and 10 times for usual variants.
"""

from __future__ import annotations

from collections.abc import Iterator

from finewarden.callbacks.differential_privacy.rules.foreign import is_named
from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.differential_privacy.rules.samplers import is_poisson, samplers
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]

# torch, transformers and accelerate; a class that is in neither list may be a Poisson sampler of the user's own.
OTHERS = (
    "RandomSampler",
    "SequentialSampler",
    "DistributedSampler",
    "LengthGrouped",
    "BatchRebalance",
    "RepeatSampler",
)


def check(run: Run) -> Iterator[Problem]:
    """How the loader draws; our own callback brings its own loader."""
    if run.settings is not None or (run.foreign is not None and run.foreign.sample_rate == 1.0):
        return
    found = samplers(run)
    if not any(is_poisson(each) for each in found):
        for each in found:
            if is_named(each, *OTHERS):
                yield Problem(
                    what=f"batches are drawn by {type(each).__name__}, and accounted as Poisson samples",
                    remedy="draw with a Poisson sampler (Opacus: DPDataLoader from get_train_dataloader), or use "
                    "DifferentialPrivacyCallback, which brings its own",
                )
                return


def sees(run: Run) -> bool:
    """Whether the sampler is of a kind that is known."""
    return run.settings is not None or any(is_poisson(each) or is_named(each, *OTHERS) for each in samplers(run))


RULE = Rule(
    number=17,
    name="not-poisson",
    action="fix",
    text=__doc__,
    example="privacy_engine.make_private(..., poisson_sampling=False)",
    source="arXiv 2411.10614; arXiv 2411.04205; opacus issue 813",
    before=check,
    sees=sees,
)
