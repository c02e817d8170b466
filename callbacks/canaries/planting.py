"""`plant_canaries`: records with random secrets among the training data, and the private book of what was planted."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import finewarden
from finewarden.callbacks.canaries import carriers as carrying
from finewarden.callbacks.canaries.budget import budget_line, token_share
from finewarden.callbacks.canaries.families import default_names
from finewarden.callbacks.canaries.insertion import insert, unit_type
from finewarden.callbacks.canaries.making import Arguments, make
from finewarden.callbacks.canaries.randomness import Stream, seed_text
from finewarden.callbacks.canaries.same_book import data_digest, differences, plain, tokenizer_digest
from finewarden.callbacks.dataset_rows import stored_rows
from finewarden.evidence import canary_book, lock
from finewarden.evidence.canary_book import CANARY_BOOK, CanaryBook, Head

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["plant_canaries"]

logger = logging.getLogger(__name__)

Data = TypeVar("Data")

_SAMPLE = 1000
"""Rows that are looked at to learn how the records look and how long they are."""


def plant_canaries(
    dataset: Data,
    *,
    tokenizer: PreTrainedTokenizerBase,
    evidence_dir: Path | str,
    count: int = 512,
    families: Sequence[str] | None = None,
    stress: Mapping[int, int] | None = None,
    references: int | None = None,
    seed: int | None = None,
    carriers: Sequence[str | Mapping[str, Any]] | None = None,
    unit_column: str | None = None,
) -> tuple[Data, CanaryBook]:
    """*dataset* with canaries in it, and their book, which is written to *evidence_dir* first.

    A canary is a record in the data set's own form and language around a random secret of known entropy. Of *count*
    canaries each is inserted once or not at all, by a fair coin thrown after all secrets were drawn; the data set's
    other rows keep their order. Called again with the same data, tokenizer and arguments, the book that lies there is
    taken and the very same data set comes back: a script that resumes must train on the same rows.

    Before it comes what changes the data (splits, `hold_out`, de-duplication); after it nothing may, and
    `CanaryCallback` proves that nothing did.

    Args:
        dataset: a `datasets.Dataset` or a list of records with text, prompt and completion, or messages.
        tokenizer: the one that the trainer will use, with the chat template that it will use.
        evidence_dir: `<output_dir>.evidence`, which is never published.
        count: canaries by coin. Under differential privacy 256 and more are needed to say something of a small epsilon.
        families: names out of "card", "email", "api-key", "phone", "resident-id", "wechat-id", "random-tokens", and
            "input", whose secret stands in the prompt, where no loss is taken; default: all but "input", and those of
            Chinese data ("resident-id", "wechat-id") only where some records are Chinese.
        stress: repetitions to number of canaries that are inserted so often, apart from the coins; default
            {1: 2, 4: 2, 16: 2}, {} for none.
        references: how many secrets that are never inserted each stress canary is ranked among; which of them all is
            planted is drawn last. Default: 1000, or 556 for each stress canary that is inserted once where that is
            more: with fewer none of them alone can fail.
        seed: for a run that must be repeated elsewhere. Left out, the operating system's randomness decides; who knows
            the seed knows the coins.
        carriers: records of your own around `{secret}`, with `{handle}` before it; for text strings will do.
        unit_column: the column of the privacy unit; every row of a canary gets a unit of its own there. Pass
            `book.dataset_size` to `DifferentialPrivacyCallback`.

    Raises:
        ValueError: an argument or the data set is not allowed (CannotRender, CannotDraw), or another book lies there.
    """
    arguments = Arguments(count, families, {1: 2, 4: 2, 16: 2} if stress is None else stress, references)
    folder = _private(evidence_dir)
    if not isinstance(dataset, list) and not hasattr(dataset, "column_names"):
        raise ValueError(
            f"dataset: got {type(dataset).__name__}, allowed: datasets.Dataset or a list of records; "
            "load a stream into a Dataset first"
        )
    data: Any = dataset
    if not hasattr(data, "__len__") or not len(data):
        raise ValueError("dataset: got no rows, or a stream; load the rows into a datasets.Dataset or a list first")
    sample, step = _sample(data)
    shape = carrying.shape_of(sample, step=step)
    if families is None:
        arguments = replace(arguments, families=default_names(chinese=shape.chinese > 0))
    if unit_column is not None:
        unit_type(data, unit_column)
    settings = arguments.as_json() | {
        "seed": seed,
        "unit_column": unit_column,
        "carriers": None if carriers is None else hashlib.sha256(plain(list(carriers)).encode()).hexdigest(),
    }
    drawn = seed_text(seed)
    digest, tokenizer_now = data_digest(stored_rows(data)), tokenizer_digest(tokenizer)
    with lock.held_in_turn(folder / f".{CANARY_BOOK}.lock"):
        path = folder / CANARY_BOOK
        if path.exists():
            book = canary_book.read(path)
            found = differences(book.head, rows=len(data), data=digest, tokenizer=tokenizer_now, settings=settings)
            if found:
                raise ValueError(
                    f"evidence_dir: {folder.name} holds the canaries of another training ({'; '.join(found)} changed); "
                    f"give the same again, or train into a new output_dir; nothing was overwritten"
                )
        else:
            mine = None if carriers is None else carrying.own(carriers, shape)
            canaries = make(tokenizer, shape, arguments, mine, drawn)
            head = Head(
                id=f"{Stream(drawn, 'book').getrandbits(128):032x}",
                seed=drawn,
                written_by=f"finewarden {finewarden.__version__}",
                format=shape.format,
                tokenizer=tokenizer_now,
                rows=len(data),
                data=digest,
                token_share=token_share(tokenizer, sample, len(data), canaries),
                settings=settings,
            )
            book = CanaryBook(head, canaries)
            planted = insert(data, book, unit_column)  # what can fail fails before anything is written
            canary_book.write(path, book)
            logger.warning("%s", budget_line(book))
            if arguments.references_each < arguments.references_that_decide:
                logger.warning(
                    "canaries: among %d references none of %d stress canaries that are inserted once can fail by "
                    "itself; write references=%d, or leave it out",
                    arguments.references_each,
                    arguments.stress[1],
                    arguments.references_that_decide,
                )
            return planted, book
    return insert(data, book, unit_column), book


def _private(folder: Path | str) -> Path:
    path = Path(folder)
    if not path.name.endswith(".evidence"):
        raise ValueError(
            f"evidence_dir: got {path.name!r}, allowed: a folder whose name ends in .evidence, so that the secrets are "
            "never published with the model; write output_dir + '.evidence'"
        )
    return path


def _sample(dataset: Any) -> tuple[list[dict[str, Any]], int]:
    """Rows from all over *dataset*, and by how many rows each stands behind the one before."""
    step = max(1, len(dataset) // _SAMPLE)
    if isinstance(dataset, list):
        return dataset[::step][:_SAMPLE], step
    return list(stored_rows(dataset.select(range(0, len(dataset), step)[:_SAMPLE]))), step
