"""Ghost clipping computes an example's norm layer by layer, and a weight that two layers share is counted wrongly.

The squared norm of a sum is not the sum of squared norms. Tied input and output embeddings are the usual case. Engines
that read `p.grad`, and per-example hooks, are exact.

Cost: the norm of a weight used twice is under-estimated by up to 1.41 times, and so is clipped too little; Opacus 1.6
raises NotImplementedError in the middle of the first update.
"""

from __future__ import annotations

from collections.abc import Iterator

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def check(run: Run) -> Iterator[Problem]:
    """A trained weight that stands in two places, under ghost clipping."""
    if run.foreign is None or not run.foreign.ghost:
        return
    seen: dict[int, str] = {}
    for name, parameter in run.model.named_parameters(remove_duplicate=False):
        if parameter.requires_grad and id(parameter) in seen:
            yield Problem(
                what=f"{seen[id(parameter)]} and {name} are one tied weight, and ghost clipping counts it twice",
                remedy="freeze it, untie it, or use grad_sample_mode='hooks' or DifferentialPrivacyCallback",
            )
            return
        seen[id(parameter)] = name


def sees(run: Run) -> bool:
    """Whether ghost clipping is used can't be seen without its hooks."""
    return run.settings is not None or (run.foreign is not None and run.foreign.hooks is not None)


RULE = Rule(
    number=16,
    name="tied-weights",
    action="refuse",
    text=__doc__,
    example="PrivacyEngine().make_private(module=gpt2, grad_sample_mode='ghost', ...)",
    source="opacus/grad_sample/grad_sample_module_fast_gradient_clipping.py",
    before=check,
    sees=sees,
)
