"""Fewer updates are accounted than the optimizer makes, or more are made than the promised epsilon pays for.

An update must be counted before it is made, and the run must stop before the one that would exceed epsilon, not after.
Libraries compute the noise for a number of updates that is not Trainer's, or count calls that are not updates.

Cost: measured on DPTrainer 0.1.2: epsilon 5.19 where 4.0 was promised, because `max_steps` was divided by the
accumulation.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator

from finewarden.callbacks.differential_privacy.rules.foreign import ForeignEngine
from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def before(run: Run) -> Iterator[Problem]:
    """Whether somebody counts, and whether the planned updates keep to what was promised."""
    foreign = run.foreign
    if foreign is None:
        return
    if foreign.optimizer is not None and foreign.accountant is None:
        yield Problem(
            what="no accountant counts the updates: neither the DPOptimizer's step hook nor a callback holds one",
            remedy="attach one: optimizer.attach_step_hook(accountant.get_optimizer_hook_fn(sample_rate))",
        )
        return
    planned = max(run.trainer.state.max_steps, run.args.max_steps)
    if planned > 0 and foreign.sample_rate is not None:
        spends = _epsilon(foreign, planned - run.trainer.state.global_step)
        if spends is not None and spends > (foreign.target_epsilon or 0.0):
            yield Problem(
                what=f"{planned} updates spend epsilon {spends:.4g} where {foreign.target_epsilon:g} is promised "
                f"(noise multiplier {foreign.optimizer.noise_multiplier:.4g}, sampling rate {foreign.sample_rate:.4g})",
                remedy="calibrate the noise for the updates that Trainer makes (max_steps, or those of all epochs)",
            )


def after(run: Run) -> Iterator[Problem]:
    """What the accountant holds, against what the optimizer did and what was promised."""
    foreign = run.foreign
    if foreign is None or foreign.accounted is None:
        return
    counted = foreign.accounted - (run.began.accounted or 0)
    if run.steps is not None and counted < run.steps:
        yield Problem(
            what=f"the optimizer made {run.steps} updates, and the accountant counted {counted}",
            remedy="count each update before it is made; this model has no valid epsilon",
        )
    spent = _epsilon(foreign, 0)
    if spent is not None and spent > (foreign.target_epsilon or 0.0):
        yield Problem(
            what=f"the run spent epsilon {spent:.4g} where {foreign.target_epsilon:g} was promised",
            remedy="do not publish this model under that claim: state the epsilon that was spent, or train again",
        )


def sees(run: Run) -> bool:
    """Whether there is an engine whose counting can be seen."""
    return run.settings is not None or run.foreign is not None


def _epsilon(foreign: ForeignEngine, further: int) -> float | None:
    """Epsilon of what is accounted and *further* updates, by the engine's own accountant; None without a promise."""
    if foreign.accountant is None or foreign.target_epsilon is None or foreign.delta is None:
        return None
    history = list(foreign.accountant.history)
    if further > 0 and foreign.optimizer is not None:
        history.append((foreign.optimizer.noise_multiplier, foreign.sample_rate, further))
    if not history:
        return 0.0
    fresh = type(foreign.accountant)()
    fresh.history = history
    with warnings.catch_warnings():
        # Opacus' RDP accountant warns that its orders end; epsilon is then too large by a little.
        warnings.simplefilter("ignore", UserWarning)
        return float(fresh.get_epsilon(foreign.delta))


RULE = Rule(
    number=23,
    name="steps-accounted",
    action="refuse",
    text=__doc__,
    example="DPTrainer(privacy_args=PrivacyArguments(target_epsilon=4.0), args=TrainingArguments(max_steps=20, "
    "gradient_accumulation_steps=4))",
    source="DPTrainer 0.1.2, trainer.py (steps=max_steps // gradient_accumulation_steps)",
    before=before,
    after=after,
    sees=sees,
)
