"""Non-reentrant checkpointing runs each forward hook twice, and engines that hook modules lose per-example gradients.

It is the default of transformers 5, and TRL's trainers turn checkpointing on. The microbatch engine reads `p.grad` and
does not mind.

Cost: measured with Opacus hooks: 26 of 28 LoRA parameters get no per-example gradient.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def sees(run: Run) -> bool:
    """Only engines with hooks care."""
    return run.settings is not None or (run.foreign is not None and run.foreign.hooks is not None)


def check(run: Run) -> Iterator[Problem]:
    """Hooks, and checkpointing of the kind that runs the forward pass again outside autograd."""
    hooked = run.foreign is not None and run.foreign.hooks is not None
    if hooked and (_set_in_model(run) or _set_in_arguments(run.args)):
        yield Problem(
            what="gradient checkpointing is non-reentrant: hooks on modules fire twice and lose per-example gradients",
            remedy="set gradient_checkpointing_kwargs={'use_reentrant': True} or gradient_checkpointing=False, or use "
            "DifferentialPrivacyCallback(engine='microbatch')",
        )


def _set_in_model(run: Run) -> bool:
    for module in run.model.modules():
        how = getattr(vars(module).get("_gradient_checkpointing_func"), "keywords", None)
        if vars(module).get("gradient_checkpointing") and how is not None and not how.get("use_reentrant"):
            return True
    return False


def _set_in_arguments(args: Any) -> bool:
    """What `train()` will turn on; transformers 5.23 has the settings under a new name."""
    name = "activation_checkpointing" if hasattr(args, "activation_checkpointing") else "gradient_checkpointing"
    how = getattr(args, f"{name}_kwargs", None) or {}
    return bool(getattr(args, name)) and not (isinstance(how, dict) and how.get("use_reentrant"))


RULE = Rule(
    number=5,
    name="checkpointing",
    action="refuse",
    text=__doc__,
    example="TrainingArguments(gradient_checkpointing=True)  # with GradSampleHooks",
    source="transformers/modeling_utils.py (use_reentrant=False by default); opacus/grad_sample/grad_sample_module.py",
    before=check,
    sees=sees,
)
