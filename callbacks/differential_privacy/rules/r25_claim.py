"""The stated epsilon is not a bound: by its accountant, by its delta, or because there is no noise.

Opacus' "gdp" accountant is a central-limit approximation from below. With delta of 1/N and more, publishing a random
example in full would satisfy the claim. Without noise epsilon is infinite. ("rdp" is a bound, and a loose one: it
costs noise, not privacy.)

Cost: measured at one setting: gdp 4.16, where 5.44 is right and rdp says 6.16.
"""

from __future__ import annotations

from collections.abc import Iterator

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def check(run: Run) -> Iterator[Problem]:
    """Accountant, delta and noise of the claim."""
    foreign, settings = run.foreign, run.settings
    if foreign is not None and foreign.accountant is not None and foreign.accountant.mechanism() == "gdp":
        yield Problem(
            what="the accountant is 'gdp', which under-estimates epsilon",
            remedy="choose accountant='prv'",
        )
    noise = getattr(foreign.optimizer, "noise_multiplier", None) if foreign is not None else None
    if settings is not None and settings.target_epsilon is not None:
        noise = settings.noise_multiplier
    if noise == 0:
        yield Problem(
            what="noise_multiplier=0: epsilon is infinite",
            remedy="give a noise multiplier above 0, or a target epsilon to have it calibrated",
        )
    delta = settings.delta if settings is not None else foreign.delta if foreign is not None else None
    rows = settings.dataset_size if settings is not None and settings.dataset_size is not None else None
    if rows is None and not run.streams:
        rows = len(run.train_dataset)
    if delta is not None and rows and delta >= 1 / rows:
        yield Problem(
            what=f"delta={delta:g} is not less than 1 / N = {1 / rows:.3g}: publishing one example at random would do",
            remedy=f"set delta to {0.1 / rows:.1g} or less",
        )


def sees(run: Run) -> bool:
    """Whether there is a claim to look at."""
    return run.settings is not None or run.foreign is not None


RULE = Rule(
    number=25,
    name="claim",
    action="refuse",
    text=__doc__,
    example="PrivacyEngine(accountant='gdp')",
    source="arXiv 2106.02848 (numerical composition; the central-limit estimate is too low)",
    before=check,
    sees=sees,
)
