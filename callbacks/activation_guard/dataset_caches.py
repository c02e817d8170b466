"""Copies of the training text that `datasets` keeps outside the output folder.

`load_dataset` and `map` write Arrow files in plain text below $HF_HOME/datasets, and DPO's `precompute_ref_log_probs`
adds the reference model's log-probability of each example, a membership signal. They are made before training begins:
a callback can only name them, in the run log. `attach(trainer, policy)` lets `finewarden finalize` remove them.
"""

from __future__ import annotations

from transformers import Trainer

__all__ = ["cache_files"]


def cache_files(trainer: Trainer) -> list[str]:
    """The Arrow files behind the training and evaluation sets of *trainer*, sorted; none for data kept in memory."""
    held = [trainer.train_dataset]
    held += list(trainer.eval_dataset.values()) if isinstance(trainer.eval_dataset, dict) else [trainer.eval_dataset]
    return sorted({file["filename"] for each in held for file in getattr(each, "cache_files", None) or ()})
