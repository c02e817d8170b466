"""Reinforcement learning makes several completions of one prompt, and uses them several times.

All completions of a prompt carry its data: they are one privacy unit and must be clipped as one, and each further use
(`num_iterations`, `steps_per_generation`) is one more participation to account. No engine here does either.

Cost: with G completions clipped one by one a prompt moves the sum by up to G x C (G = 8 by default in GRPO).
"""

from __future__ import annotations

from collections.abc import Iterator

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]

KINDS = ("GRPO", "RLOO", "PPO", "OnlineDPO", "NashMD", "XPO")


def check(run: Run) -> Iterator[Problem]:
    """Trainers that generate a group of completions for each prompt."""
    group = getattr(run.args, "num_generations", 1) or 1
    if run.is_a(*KINDS) or group > 1:
        yield Problem(
            what=f"{type(run.trainer).__name__} trains on {group if group > 1 else 'generated'} completions of each "
            "prompt: they are clipped one by one, where the prompt is what must be bounded",
            remedy="train on fixed completions, with SFTTrainer or DPOTrainer",
        )


RULE = Rule(
    number=8,
    name="generations",
    action="refuse",
    text=__doc__,
    example="GRPOTrainer(model, args=GRPOConfig(num_generations=8), ...)",
    source="arXiv 2310.16960 (DP alignment by RL); trl/trainer/grpo_config.py",
    before=check,
)
