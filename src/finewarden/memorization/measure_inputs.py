"""Everything that is put to a model, read from files once and when it is needed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from finewarden.evidence import canary_book, holdout_book
from finewarden.evidence.canary_book import CANARY_BOOK, CanaryBook, CanaryBookError
from finewarden.evidence.holdout_book import HOLDOUT_BOOK, HoldoutBook, HoldoutBookError
from finewarden.evidence.measured.common import Sampler
from finewarden.evidence.measured.settings import MeasureSettings
from finewarden.evidence.salted import data_digest
from finewarden.memorization.measure_error import MeasureError
from finewarden.memorization.personal_strata import FoundValues, found_values
from finewarden.memorization.prompts_file import Pair, read_pairs
from finewarden.memorization.training_data import read_rows
from finewarden.memorization.training_set import TrainingSet

__all__ = ["Inputs"]


@dataclass(frozen=True)
class Inputs:
    """What is put to the model. *salt*: of all its keyed hashes."""

    salt: str
    sampler: Sampler
    settings: MeasureSettings
    evidence_dir: Path
    secrets_file: Path | None = None
    train_data: Sequence[Path] = ()

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The secrets file. Raises SecretsFileError."""
        assert self.secrets_file is not None
        return read_pairs(self.secrets_file)

    @cached_property
    def training_set(self) -> TrainingSet:
        """The training data. Raises TrainDataError."""
        return TrainingSet(read_rows(self.train_data), self.canaries, self.holdout)

    @property
    def trained_on(self) -> TrainingSet:
        """`training_set`, when anything of it was trained on. Raises MeasureError."""
        if not self.training_set.trained:
            raise MeasureError(
                f"of {len(self.training_set.rows)} records none was trained on by {HOLDOUT_BOOK} and {CANARY_BOOK}; "
                "give the data that was given to hold_out, unchanged"
            )
        return self.training_set

    @cached_property
    def data(self) -> str:
        """Keyed digest of the training data."""
        return data_digest(self.train_data, self.salt)

    @cached_property
    def canaries(self) -> CanaryBook | None:
        """The canary book in the evidence folder, None when there is none. Raises MeasureError."""
        path = self.evidence_dir / CANARY_BOOK
        try:
            return canary_book.read(path) if path.is_file() else None
        except CanaryBookError as error:
            raise MeasureError(str(error)) from None

    @cached_property
    def holdout(self) -> HoldoutBook | None:
        """The hold-out book in the evidence folder, None when there is none. Raises MeasureError."""
        path = self.evidence_dir / HOLDOUT_BOOK
        try:
            return holdout_book.read(path) if path.is_file() else None
        except HoldoutBookError as error:
            raise MeasureError(str(error)) from None

    @property
    def canary_digest(self) -> str | None:
        """SHA-256 of the canary book's file."""
        return self._digest(CANARY_BOOK)

    @property
    def holdout_digest(self) -> str | None:
        """SHA-256 of the hold-out book's file."""
        return self._digest(HOLDOUT_BOOK)

    @cached_property
    def values(self) -> FoundValues:
        """The personal values that may have been trained on. Raises MeasureError."""
        return found_values(self.trained_on)

    def _digest(self, name: str) -> str | None:
        path = self.evidence_dir / name
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
