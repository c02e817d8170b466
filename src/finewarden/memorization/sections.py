"""What can be measured with what is at hand, section by section: inputs read at once, each section measured when asked.

A model is loaded for minutes, so whatever is wrong with a file is told before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from finewarden.evidence import canary_book, holdout_book
from finewarden.evidence.canary_book import CANARY_BOOK, CanaryBook, CanaryBookError
from finewarden.evidence.holdout_book import HOLDOUT_BOOK, HoldoutBook, HoldoutBookError
from finewarden.evidence.measured.common import Sampler, Strict
from finewarden.evidence.measured.forgetting import Forgetting
from finewarden.evidence.measured.records import Records
from finewarden.evidence.measured.settings import MeasureSettings
from finewarden.evidence.salted import data_digest, salted
from finewarden.memorization.forgetting_results import ask_pairs
from finewarden.memorization.loading import Loaded
from finewarden.memorization.measure_error import MeasureError
from finewarden.memorization.progress import Steps
from finewarden.memorization.prompts_file import Pair, read_pairs
from finewarden.memorization.training_data import read_rows
from finewarden.memorization.training_set import TrainingSet

__all__ = ["Inputs", "Section", "sections"]

_ADD_DATA = "add --train-data=FILE: what was trained on, as it was before hold_out"


@dataclass(frozen=True)
class Section:
    """One section of the measurements: its *name*, and either how it is measured or what is *missing* for it."""

    name: str
    missing: str | None = None
    measure: Callable[[Loaded, Steps], Strict] | None = None


@dataclass(frozen=True)
class Inputs:
    """What is put to the model. *salt* is of this measurement, for all its keyed hashes."""

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


def sections(inputs: Inputs) -> tuple[Section, ...]:
    """Every section, in the order in which they are measured. Reads the secrets file and the books that are there."""
    return (_forgetting(inputs), _canaries(inputs), *_data_sections(inputs))


def _forgetting(inputs: Inputs) -> Section:
    file = inputs.secrets_file
    if file is None:
        return Section("forgetting", "add --secrets=FILE: prompt + secret pairs")
    pairs, salt, settings = inputs.pairs, inputs.salt, inputs.settings.forgetting
    secrets = salted(salt, file.read_bytes())

    def measured(loaded: Loaded, progress: Steps) -> Forgetting:
        results = ask_pairs(loaded, pairs, settings, salt, progress)
        return Forgetting(salt=salt, secrets=secrets, settings=settings, pairs=results)

    return Section("forgetting", measure=measured)


def _canaries(inputs: Inputs) -> Section:
    book = inputs.canaries
    if book is None:
        return Section("canaries", f"no {CANARY_BOOK} in {inputs.evidence_dir.name}; plant canaries before training")

    def measured(loaded: Loaded, progress: Steps) -> Strict:
        from finewarden.memorization.canary_scores import measure_canaries

        step = progress(f"scoring {len(book.canaries)} canaries")
        return measure_canaries(loaded, book, sampler=inputs.sampler, progress=step)

    return Section("canaries", measure=measured)


def _data_sections(inputs: Inputs) -> tuple[Section, ...]:
    names = ("records", "personal_values", "membership")
    if not inputs.train_data:
        return tuple(Section(name, _ADD_DATA) for name in names)
    membership = (
        Section("membership", "not yet")
        if inputs.holdout is not None
        else Section("membership", f"no {HOLDOUT_BOOK} in {inputs.evidence_dir.name}; hold records out before training")
    )
    return (Section("records", measure=partial(_records, inputs)), membership)


def _records(inputs: Inputs, loaded: Loaded, progress: Steps) -> Records:
    from finewarden.memorization.record_scores import sample_records, score_records

    settings, data = inputs.settings.records, inputs.trained_on
    progress(f"cutting records of {len(data.trained)}")
    sampled = sample_records(loaded, data, sample=settings.sample, seed=inputs.settings.seed)
    step = progress(f"scoring {len(sampled.records)} training records")
    return Records(
        salt=inputs.salt,
        data=inputs.data,
        seed=inputs.settings.seed,
        sampler=inputs.sampler,
        population=len(data.trained),
        short=sampled.short,
        common=sampled.common,
        scores=score_records(loaded, sampled, salt=inputs.salt, sampler=inputs.sampler, progress=step),
        settings=settings,
        canary_book=inputs.canaries and inputs.canaries.sha256,
        holdout_book=inputs.holdout and inputs.holdout.sha256,
    )
