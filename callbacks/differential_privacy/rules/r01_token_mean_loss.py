"""The loss is a mean over the tokens of several examples, so each example's gradient is scaled by the lengths of the
others.

`num_items_in_batch` (transformers 4.46 and later) divides by the tokens of the whole update; without it a micro-batch
of several examples is divided by its own tokens. Either way one more example changes the gradients of all others
*before* they are clipped, and the sum moves by more than the clipping norm C that is accounted.

Cost: measured with Opacus hooks and the model's own loss: gradients off by 45 %, and one added example moves the
clipped sum by up to 13.0 C where 1 C is accounted.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]

# These average over examples, or over pairs, each with its own normaliser; KTO and RL are rules 7 and 8.
BY_EXAMPLE = ("DPO", "Reward", "KTO", "GRPO", "RLOO", "PPO")
ONE_LABEL = ("SequenceClassification", "ImageClassification", "MultipleChoice")
OWN = ("transformers.", "trl.")


def check(run: Run) -> Iterator[Problem]:
    """Whether the loss that one example gets depends on which others are drawn."""
    together = run.args.train_batch_size * run.args.gradient_accumulation_steps * run.args.world_size
    if run.settings is not None or together == 1 or run.is_a(*BY_EXAMPLE) or _one_label(run):
        return
    if _counts_items(run):
        yield Problem(
            what=f"num_items_in_batch reaches the loss: it is divided by the tokens of {together} examples",
            remedy="set trainer.model_accepts_loss_kwargs = False and compute_loss_func=None, and return the mean over "
            "examples of each example's own mean loss from compute_loss",
        )
    elif run.micro_batch > 1 and type(run.trainer).compute_loss.__module__.startswith(OWN):
        yield Problem(
            what=f"per_device_train_batch_size={run.args.per_device_train_batch_size}: the loss is the mean over the "
            "tokens of the micro-batch",
            remedy="override compute_loss so that it returns the mean over examples of each one's own mean loss, or "
            "set per_device_train_batch_size=1",
        )


def _one_label(run: Run) -> bool:
    base = getattr(run.model, "get_base_model", lambda: run.model)()
    return any(kind in type(base).__name__ for kind in ONE_LABEL)


def _counts_items(run: Run) -> bool:
    """Asks the trainer itself, as it stands: subclasses, instances and Unsloth replace what counts."""
    batch = {"input_ids": torch.tensor([[0, 1, 2]]), "labels": torch.tensor([[0, 1, 2]])}
    _, count = run.trainer.get_batch_samples(iter([batch]), 1, torch.device("cpu"))
    return count is not None


RULE = Rule(
    number=1,
    name="token-mean-loss",
    action="fix",
    text=__doc__,
    example="privacy_engine.make_private(...)  # and train through model(**inputs).loss",
    source="transformers/loss/loss_utils.py (fixed_cross_entropy), trainer.py (_get_num_items_in_batch)",
    before=check,
)
