"""How a data loader draws, as far as the classes of its samplers tell."""

from __future__ import annotations

from typing import Any

from finewarden.callbacks.differential_privacy.rules.foreign import is_named
from finewarden.callbacks.differential_privacy.rules.run import Run

__all__ = ["is_poisson", "poisson_sampler", "samplers"]

POISSON = ("Poisson", "UniformWithReplacement")  # the latter is Opacus' Poisson sampler, despite its name


def samplers(run: Run) -> list[Any]:
    """The samplers of the training data, from the one that gives batches inwards; empty when they can't be seen.

    Before training there is no loader: then it is the sampler that transformers would make, unless the trainer has a
    loader of its own.
    """
    if run.dataloader is None:
        method = getattr(run.trainer.get_train_dataloader, "__func__", None)
        usual = getattr(method, "__module__", "").startswith(("transformers.", "trl."))
        return [run.trainer._get_train_sampler(run.train_dataset)] if usual and not run.streams else []
    found: list[Any] = []
    each = getattr(run.dataloader, "base_dataloader", run.dataloader)
    while each is not None and not any(each is one for one in found):
        found.append(each)
        each = getattr(each, "batch_sampler", None) or getattr(each, "sampler", None)
    return found[1:]


def is_poisson(sampler: Any) -> bool:
    """Whether *sampler* draws each example on its own with one probability."""
    return is_named(sampler, *POISSON)


def poisson_sampler(run: Run) -> Any:
    """The Poisson sampler of the run; None when there is none, or none is seen."""
    return next((each for each in samplers(run) if is_poisson(each)), None)
