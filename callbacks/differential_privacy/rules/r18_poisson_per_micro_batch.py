"""A Poisson sample is drawn for each micro-batch, several are summed, and the sum is accounted as one sample.

An example can then be in one update twice.

Cost: sensitivity 2 C where C is accounted: with 10,000 examples, batch 8 and 32 micro-batches, calculated, 0.16 times
for each record in 500 updates.
"""

from __future__ import annotations

from collections.abc import Iterator

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.differential_privacy.rules.samplers import is_poisson, samplers
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def check(run: Run) -> Iterator[Problem]:
    """Accumulation over batches each of which is a draw of its own."""
    steps = run.args.gradient_accumulation_steps
    found = samplers(run) if run.settings is None else []
    if steps > 1 and found and is_poisson(found[0]):
        yield Problem(
            what=f"gradient_accumulation_steps={steps} sums {steps} Poisson samples into one update",
            remedy="set gradient_accumulation_steps=1, or split one sample into micro-batches (Opacus: "
            "BatchMemoryManager; DifferentialPrivacyCallback does it by itself)",
        )


def sees(run: Run) -> bool:
    """Whether the sampler is known."""
    return run.settings is not None or bool(samplers(run))


RULE = Rule(
    number=18,
    name="poisson-per-micro-batch",
    action="refuse",
    text=__doc__,
    example="TrainingArguments(gradient_accumulation_steps=4)  # with a DPDataLoader",
    source="opacus issue 320; NVIDIA Safe-Synthesizer, PoissonEntitySampler",
    before=check,
    sees=sees,
)
