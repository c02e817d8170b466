"""Packing puts several records into one row, and parts of one record into several rows.

A bound for each row is then none for a record, and removing one record packs all that follow anew. Padding-free
batches join the examples of a micro-batch into one row: per-example gradients see one example.

Cost: no guarantee for a record, whatever epsilon says.
"""

from __future__ import annotations

from collections.abc import Iterator

from finewarden.callbacks.differential_privacy.rules.foreign import is_named
from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]


def check(run: Run) -> Iterator[Problem]:
    """Rows that are not records."""
    packed = bool(getattr(run.args, "packing", False))
    if packed or "seq_lengths" in run.columns:  # the column that TRL's pack_dataset leaves
        yield Problem(
            what="packing=True: a row holds several records"
            if packed
            else "the data set is packed already (seq_lengths)",
            remedy="set packing=False, and pass the data set as it was before packing",
        )
    joined = getattr(run.trainer, "padding_free", False) or is_named(run.data_collator, "Flattening")
    if joined and not packed and run.micro_batch > 1:
        yield Problem(
            what=f"padding-free batches join {run.micro_batch} examples into one row",
            remedy="set padding_free=False (or per_device_train_batch_size=1)",
        )


RULE = Rule(
    number=9,
    name="packing",
    action="refuse",
    text=__doc__,
    example="SFTConfig(packing=True)",
    source="arXiv 2510.15001 (VaultGemma: packed, so its unit is a sequence of 1024 tokens and not a record)",
    before=check,
)
