"""A plain Trainer over whole texts, quiet: what the benchmarks of memorization train with."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import transformers
from datasets import Dataset, disable_progress_bars
from transformers import DataCollatorForSeq2Seq, PrinterCallback, Trainer, TrainingArguments

sys.path.append(str(Path(__file__).resolve().parent.parent / "recipes"))
import tiny_model

LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def train(
    model: Any, rows: Sequence[dict[str, str]], folder: Path, *, epochs: int, seed: int, callbacks: Sequence[Any] = ()
) -> Path:
    """Train *model* on the `text` of *rows* and save it to *folder*, which is returned."""
    tokenizer = tiny_model.byte_tokenizer()
    ids = [tokenizer(row["text"]).input_ids for row in rows]
    trainer = Trainer(
        model=model,
        args=TrainingArguments(
            output_dir=str(folder),
            num_train_epochs=epochs,
            per_device_train_batch_size=16,
            learning_rate=4e-3,
            lr_scheduler_type="constant",
            seed=seed,
            save_strategy="no",
            logging_strategy="no",
            report_to=[],
            use_cpu=True,
            disable_tqdm=True,
            dataloader_pin_memory=False,
        ),
        train_dataset=Dataset.from_list([{"input_ids": each, "labels": each} for each in ids]),
        processing_class=tokenizer,
        data_collator=DataCollatorForSeq2Seq(tokenizer),
        callbacks=list(callbacks),
    )
    trainer.remove_callback(PrinterCallback)
    trainer.train()
    trainer.save_model()
    return folder


def quiet() -> None:
    """In each process: one thread, for models this small only wait for further ones, and nothing but the table."""
    torch.set_num_threads(1)
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    disable_progress_bars()
    transformers.utils.logging.disable_progress_bar()
