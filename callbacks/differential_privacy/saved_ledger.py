"""`trainer.save_model` under differential privacy: where weights are saved, their ledger goes with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from transformers import Trainer

__all__ = ["SavesLedger"]


class SavesLedger:
    """Stands in for the bound method `save_model` of one trainer: checkpoints, trial folders, and whatever users name.

    Args:
        write: writes the ledger of the weights as they are into a folder; nothing before the first step.
    """

    def __init__(self, trainer: Trainer, write: Callable[[Path], None]) -> None:
        self.trainer, self.write = trainer, write
        self.original = trainer.save_model

    def __call__(self, output_dir: str | None = None, *args: Any, **kwargs: Any) -> None:
        """Save as the trainer does, then the ledger."""
        self.original(output_dir, *args, **kwargs)
        if self.trainer.args.should_save:
            self.write(Path(output_dir or str(self.trainer.args.output_dir)))
