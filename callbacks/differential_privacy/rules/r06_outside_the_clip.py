"""The optimizer trains a parameter whose gradient the clip does not see.

Parameters that became trainable after the DP engine looked (`modules_to_save`, new token embeddings, unfrozen norms),
and parameters of another model that were handed to the optimizer.

Cost: their part of each example's gradient is neither bounded nor noised: no guarantee at all.
"""

from __future__ import annotations

from collections.abc import Iterator

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def before(run: Run) -> Iterator[Problem]:
    """Parameters of the optimizer outside the model, and of the model outside a foreign engine's hooks."""
    yield from _foreign_to_the_model(run)
    if run.foreign is not None and run.foreign.hooks is not None:
        late = [name for name, each in run.trainable.items() if not hasattr(each, "grad_sample")]
        if late:
            yield Problem(
                what=f"{len(late)} parameters became trainable after the hooks were set, e.g. {late[0]}",
                remedy="set requires_grad of all parameters first, and make the model private then",
            )


def step(run: Run) -> Iterator[Problem]:
    """Parameters that became trainable since the run began."""
    yield from _foreign_to_the_model(run)
    new = sorted(set(run.trainable) - run.began.trainable)
    if new:
        yield Problem(
            what=f"{len(new)} parameters became trainable while training, e.g. {new[0]}",
            remedy="unfreeze what is to be trained before train(), and leave requires_grad alone in callbacks",
        )


def _foreign_to_the_model(run: Run) -> Iterator[Problem]:
    inside = {id(each) for each in run.model.parameters()}
    groups = run.optimizer.param_groups if run.optimizer is not None else []
    outside = [each for group in groups for each in group["params"] if each.requires_grad and id(each) not in inside]
    if outside:
        yield Problem(
            what=f"the optimizer trains {len(outside)} parameters that are not the model's (first: shape "
            f"{tuple(outside[0].shape)}): nobody clips their gradients",
            remedy="make the optimizer from trainer.model.parameters() only",
        )


RULE = Rule(
    number=6,
    name="outside-the-clip",
    action="refuse",
    text=__doc__,
    example="model.lm_head.weight.requires_grad_(True)  # after make_private(...)",
    source="arXiv 1607.00133, algorithm 1 (one norm over all parameters); opacus issue 820",
    before=before,
    step=step,
)
