"""The sampling rate in the accountant is lower than the one that examples are drawn with.

Libraries derive it from the loader's length, from a data set before filtering, or from one process of several. Ours is
`expected_batch_size / dataset_size`, both public constants that the user gives, and the sum is divided by the
constant, never by what was drawn.

Cost: accounting 50,000 examples where 60,000 train turns epsilon 2.0 into 7.5; a WeightedRandomSampler made the rate
wrong by 781 times.
"""

from __future__ import annotations

from collections.abc import Iterator

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.differential_privacy.rules.samplers import poisson_sampler
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def check(run: Run) -> Iterator[Problem]:
    """The rate that is accounted against the rate of the draws; our own loader draws with the rate that it accounts."""
    if run.settings is not None or run.streams:
        return
    rows = len(run.train_dataset)
    if run.foreign is None or run.foreign.sample_rate is None:
        return
    sampler = poisson_sampler(run)
    drawn = getattr(sampler, "sample_rate", None)
    if drawn is None:
        together = run.args.train_batch_size * run.args.gradient_accumulation_steps * run.args.world_size
        drawn = min(1.0, together / rows)
    # Floor and ceiling of a number of batches differ by one: that much is rounding, and rule 17 is about such loaders.
    tolerance = 1e-9 if sampler is not None else drawn
    if run.foreign.sample_rate < drawn / (1 + tolerance):
        yield Problem(
            what=f"the accountant counts sampling rate {run.foreign.sample_rate:.4g}, but examples are drawn with "
            f"{drawn:.4g}",
            remedy="account the rate of the sampler that trains: expected batch size / number of examples",
        )


def sees(run: Run) -> bool:
    """Whether an accountant says which rate it counts."""
    return run.settings is not None or (run.foreign is not None and run.foreign.sample_rate is not None)


RULE = Rule(
    number=21,
    name="sampling-rate",
    action="fix",
    text=__doc__,
    example="DifferentialPrivacyCallback(dataset_size=50_000, ...)  # with 60,000 rows",
    source="opacus issues 571, 813, 819",
    before=check,
    sees=sees,
)
