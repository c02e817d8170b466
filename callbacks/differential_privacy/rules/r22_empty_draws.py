"""A draw that is empty makes no update, or is filled with something.

Both tell that nobody was drawn. The update must happen with noise alone. Opacus' distributed sampler leaves out empty
draws of a process; `rand_on_empty` puts a random row in, which is clipped and added.

Cost: small where batches are large (probability (1 - q)^N), but the claim is then for another mechanism.
"""

from __future__ import annotations

from collections.abc import Iterator

from finewarden.callbacks.differential_privacy.rules.foreign import is_named
from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.differential_privacy.rules.samplers import samplers
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def check(run: Run) -> Iterator[Problem]:
    """What a foreign loader does with an empty draw."""
    if run.settings is not None:
        return
    if any(is_named(each, "DistributedUniformWithReplacement") for each in samplers(run)):
        yield Problem(
            what="DistributedUniformWithReplacementSampler makes no batch of an empty draw",
            remedy="use a sampler that yields an empty batch, and take a step of noise alone",
        )
    loader = getattr(run.dataloader, "base_dataloader", run.dataloader)
    if getattr(getattr(loader, "collate_fn", None), "rand_on_empty", False):
        yield Problem(
            what="rand_on_empty=True puts a random row in the place of an empty draw",
            remedy="set rand_on_empty=False, and take a step of noise alone",
        )


def sees(run: Run) -> bool:
    """Whether there is a loader to look at."""
    return run.settings is not None or run.dataloader is not None


RULE = Rule(
    number=22,
    name="empty-draws",
    action="fix",
    text=__doc__,
    example="DPDataLoader.from_data_loader(loader, rand_on_empty=True)",
    source="jax-privacy, docs/sharp_edges_dp_training_pitfalls.md (empty batches); opacus/utils/uniform_sampler.py",
    before=check,
    sees=sees,
)
