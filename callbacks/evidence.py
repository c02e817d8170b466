"""Where a callback writes down what it enforced: `<output_dir>.evidence/run.jsonl`, once for all processes of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from transformers import TrainerState, TrainingArguments

from finewarden.evidence import run_log
from finewarden.evidence.directory import RUN_LOG, evidence_dir

__all__ = ["record"]


def record(args: TrainingArguments, state: TrainerState, guard: str, event: str, **detail: Any) -> None:
    """Append one record of *guard* to the run log of `args.output_dir`; only the first process of all writes."""
    if state.is_world_process_zero:
        folder = evidence_dir(Path(str(args.output_dir)))
        run_log.append(folder / RUN_LOG, guard, event, step=state.global_step, **detail)
