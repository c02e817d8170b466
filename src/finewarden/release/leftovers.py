"""What training leaves in its output directory and no release needs: told apart by name, and moved out of the way.

Trainer pushes all of it but the checkpoints to the Hub (it ignores `_*` and `checkpoint-*` only): pickles that run code
when they are loaded, logs named after the host, completions with the training prompts in them.
"""

from __future__ import annotations

import errno
import fnmatch
import os
from dataclasses import dataclass
from pathlib import Path

from finewarden.release.own_folder import FolderError

__all__ = ["FILES", "FOLDERS", "Moved", "is_leftover", "move"]

FOLDERS: tuple[str, ...] = (
    "checkpoint-*",
    "global_step*",
    "last-checkpoint",
    "runs",
    "wandb",
    "mlruns",
    "mlartifacts",
    "clearml",
    "swanlog",
    "trackio",
    ".aim",
    ".neptune",
    "completions",
    "lightning_logs",
    "unsloth_compiled_cache",
    "unsloth_training_checkpoints",
    "_unsloth_*",
    "last_run_prepared",
    "__pycache__",
    ".ipynb_checkpoints",
)
FILES: tuple[str, ...] = (
    "training_args.bin",
    "optimizer.pt",
    "optimizer.bin",
    "scheduler.pt",
    "scheduler.bin",
    "scaler.pt",
    "rng_state*.pth",
    "random_states_*.pkl",
    "*_optim_states.pt",
    "trainer_state.json",
    "trainer_log.jsonl",
    "events.out.tfevents.*",
    "*.wandb",
    "completions_[0-9]*.parquet",
    "generated_predictions.jsonl",
    "cache-*.arrow",
    "training_args.yaml",
    "llamaboard_config.yaml",
    "finetune_args.json",
    "*.pt.trace.json",
    "*.pt.trace.json.gz",
    "*.ipynb",
    "latest",
    "zero_to_fp32.py",
)


@dataclass(frozen=True, slots=True)
class Moved:
    """One entry of the model folder and where it lies now."""

    name: str
    to: Path


def is_leftover(rel: str) -> bool:
    """Whether *rel* (posix, relative to the model folder) is, or lies in, such an entry of its top level."""
    top, _, rest = rel.partition("/")
    patterns = FOLDERS if rest else (*FILES, *FOLDERS)
    return any(fnmatch.fnmatchcase(top, pattern) for pattern in patterns)


def move(folder: Path, to: Path) -> list[Moved]:
    """Rename each leftover of *folder* into *to*, one step each, nothing is copied or deleted; returns what moved.

    An entry of the same name from an earlier run stays: the new one gets a number. Raises FolderError when *to* lies on
    another file system, where a rename can't be one step.
    """
    moved: list[Moved] = []
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        # A link is moved itself, whatever it points at.
        patterns = FOLDERS if entry.is_dir(follow_symlinks=False) else FILES
        if entry.is_symlink():
            patterns += FOLDERS
        if not any(fnmatch.fnmatchcase(entry.name, pattern) for pattern in patterns):
            continue
        to.mkdir(parents=True, exist_ok=True, mode=0o700)
        target = _free(to, entry.name)
        try:
            Path(entry.path).rename(target)
        except OSError as error:
            if error.errno == errno.EXDEV:
                raise FolderError(
                    f"{entry.name} can't be renamed to {target}: move it out of the folder by hand"
                ) from None
            raise FolderError(f"{entry.name} can't be moved ({error.strerror}): mend its permissions") from None
        moved.append(Moved(entry.name, target))
    return moved


def _free(folder: Path, name: str) -> Path:
    target, number = folder / name, 1
    while target.exists() or target.is_symlink():
        target, number = folder / f"{name}.{number}", number + 1
    return target
