"""Engine "hooks": several examples a micro-batch, each example's gradient kept apart within one backward pass.

For models whose trained parameters sit in plain linear, embedding and RMSNorm modules (LoRA above all), with the token
mean of a causal language model as loss. What it takes from the backward is proven on real micro-batches against a
backward of each example alone (`proof`), and a trained parameter that gets a gradient by another path stops the run.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor
from transformers import Trainer, default_data_collator

from finewarden.callbacks.differential_privacy.clipping import ClippedSum
from finewarden.callbacks.differential_privacy.engines import Backward
from finewarden.callbacks.differential_privacy.engines.capture import (
    GUARD,
    MICROBATCH,
    Capture,
    refuse_outside,
)
from finewarden.callbacks.differential_privacy.engines.proof import prove, traits
from finewarden.callbacks.differential_privacy.engines.support import check_supported
from finewarden.callbacks.differential_privacy.engines.token_means import own_mean, within_example
from finewarden.callbacks.refusal import GuardRefusal, Problem
from finewarden.callbacks.trainer_of import model_of

__all__ = ["HooksEngine"]


class HooksEngine:
    """One example a row. Nothing of it stays in the model between two micro-batches.

    Args:
        trainer: whose `training_step` the backward is; plain Trainer or TRL's SFTTrainer with their own token mean.

    Raises GuardRefusal with all reasons why this trainer can't have this engine (`support.check_supported`).
    """

    name = "hooks"

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        model = model_of(trainer)
        self._model = model
        self._captured: list[Tensor] = []
        self._proven: set[str] = set()
        self._prepare([each for each in self._model.parameters() if each.requires_grad])

    def add(self, backward: Backward, inputs: dict[str, Any], total: ClippedSum) -> Tensor:
        """See `Engine`. Raises GuardRefusal where an example's gradient can't be told, or is not what is captured."""
        if [id(each) for each in total.parameters] != [id(each) for each in self._captured]:
            self._prepare(total.parameters)
        rows, length = _shape(inputs, self._trainer.data_collator is default_data_collator)
        inputs = {**inputs, "labels": within_example(inputs["labels"], inputs.get("attention_mask"))}
        scale = own_mean(inputs["labels"])
        new = traits(inputs) - self._proven
        if new:
            prove(self._trainer, self._capture, backward, inputs, total.parameters)
            self._proven |= new
        with self._capture.rows(rows, length) as found:
            loss = backward(inputs)
        refuse_outside(self._model, total.parameters)
        total.add_batch([found.get(each) for each in total.parameters], scale)
        return loss

    def _prepare(self, parameters: list[Tensor]) -> None:
        reasons = check_supported(self._trainer, parameters)
        if reasons:
            raise GuardRefusal(GUARD, [Problem(f'engine="hooks": {each}', MICROBATCH) for each in reasons])
        self._captured = list(parameters)
        self._capture = Capture(self._model, parameters)
        self._proven.clear()


def _shape(inputs: dict[str, Any], unpadded: bool) -> tuple[int, int]:
    """(rows, tokens a row) of a micro-batch of which each row is one example; raises GuardRefusal for others.

    unpadded: the collator does not pad, so that no mask is needed to see what does not belong to an example.
    """
    problems = []
    ids, labels = inputs.get("input_ids"), inputs.get("labels")
    if not isinstance(ids, Tensor) or not isinstance(labels, Tensor) or ids.ndim != 2 or ids.shape != labels.shape:
        what = "a micro-batch without input_ids and labels of one shape (rows, tokens)"
        raise GuardRefusal(GUARD, [Problem(what, MICROBATCH)])
    rows, length = ids.shape
    for name, value in inputs.items():
        if isinstance(value, Tensor) and (not value.ndim or len(value) != rows):
            what = f"{name} of shape {tuple(value.shape)} in a micro-batch of {rows} rows: whose it is can't be told"
            problems.append(Problem(what, MICROBATCH))
    if inputs.get("attention_mask") is None and rows > 1 and not unpadded:
        what = "a padded micro-batch without attention_mask: a gradient may depend on the neighbours' lengths"
        problems.append(Problem(what, "have the data collator return attention_mask, or " + MICROBATCH))
    if problems:
        raise GuardRefusal(GUARD, problems)
    return rows, length
