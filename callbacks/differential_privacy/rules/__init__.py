"""The 33 rules that a private run is held against, one a module.

Each says what goes wrong, what it costs and where that is from; docs/differential-privacy-rules.md is made from them.
`RULES` holds them in order, so that rule n is `RULES[n - 1]`.
"""

from __future__ import annotations

from finewarden.callbacks.differential_privacy.rules import (
    r01_token_mean_loss,
    r02_batch_clip,
    r03_data_parallel,
    r04_hook_coverage,
    r05_checkpointing,
    r06_outside_the_clip,
    r07_cross_example_loss,
    r08_generations,
    r09_packing,
    r10_fused_backward,
    r11_fp16_scaler,
    r12_non_finite_example,
    r13_low_precision_sum,
    r14_sharded_gradients,
    r15_leftover_gradients,
    r16_tied_weights,
    r17_not_poisson,
    r18_poisson_per_micro_batch,
    r19_streaming,
    r20_changing_batches,
    r21_sampling_rate,
    r22_empty_draws,
    r23_steps_accounted,
    r24_resume,
    r25_claim,
    r26_privacy_unit,
    r27_selection,
    r28_public_noise,
    r29_noise_twice,
    r30_metrics,
    r31_preprocessing,
    r32_data_driven_start,
    r33_adapter_unchanged,
)
from finewarden.callbacks.differential_privacy.rules.rule import Action, Check, Moment, Rule
from finewarden.callbacks.differential_privacy.rules.run import Run

__all__ = ["RULES", "Action", "Check", "Moment", "Rule", "Run"]

RULES: tuple[Rule, ...] = (
    r01_token_mean_loss.RULE,
    r02_batch_clip.RULE,
    r03_data_parallel.RULE,
    r04_hook_coverage.RULE,
    r05_checkpointing.RULE,
    r06_outside_the_clip.RULE,
    r07_cross_example_loss.RULE,
    r08_generations.RULE,
    r09_packing.RULE,
    r10_fused_backward.RULE,
    r11_fp16_scaler.RULE,
    r12_non_finite_example.RULE,
    r13_low_precision_sum.RULE,
    r14_sharded_gradients.RULE,
    r15_leftover_gradients.RULE,
    r16_tied_weights.RULE,
    r17_not_poisson.RULE,
    r18_poisson_per_micro_batch.RULE,
    r19_streaming.RULE,
    r20_changing_batches.RULE,
    r21_sampling_rate.RULE,
    r22_empty_draws.RULE,
    r23_steps_accounted.RULE,
    r24_resume.RULE,
    r25_claim.RULE,
    r26_privacy_unit.RULE,
    r27_selection.RULE,
    r28_public_noise.RULE,
    r29_noise_twice.RULE,
    r30_metrics.RULE,
    r31_preprocessing.RULE,
    r32_data_driven_start.RULE,
    r33_adapter_unchanged.RULE,
)
