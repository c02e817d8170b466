"""`finewarden measure`: put what there is to the model and write down what it said, for an audit that has no torch."""

from __future__ import annotations

import secrets as randomness
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from finewarden.evidence.directory import evidence_dir as default_evidence_dir
from finewarden.evidence.lock import Locked, held_in_turn
from finewarden.evidence.measured.common import Sampler
from finewarden.evidence.measured.forgetting import Forgetting
from finewarden.evidence.measured.settings import MeasureSettings
from finewarden.evidence.measurements import (
    MEASUREMENTS,
    SECTIONS,
    Measurements,
    MeasurementsError,
    code,
    read,
    section_differences,
    write,
)
from finewarden.evidence.model_files import ModelFilesError, digests
from finewarden.memorization.loading import Loaded, LoadError, load, patient
from finewarden.memorization.measure_error import MeasureError
from finewarden.memorization.measure_inputs import Inputs
from finewarden.memorization.measured_model import base_of, check_base, environment, stamp
from finewarden.memorization.progress import Steps, shown, silent
from finewarden.memorization.sections import Section, sections
from finewarden.policy import Sampling

__all__ = ["MeasureError", "Measured", "measure", "measure_what_is_new", "run"]

_LOCK = "measure.lock"
_DEFAULTS = MeasureSettings()
_PLAIN = Sampling()


@dataclass(frozen=True)
class Measured:
    """What a call did: sections measured *now*, sections *kept* as they were, and what every other one lacks."""

    measurements: Measurements
    now: tuple[str, ...]
    kept: tuple[str, ...]
    lacking: dict[str, str]

    def text(self) -> str:
        """One line for whoever called."""
        parts = [f"measured: {', '.join(self.now)}"] if self.now else ["nothing was loaded"]
        parts += [f"unchanged since it was measured: {', '.join(self.kept)}"] if self.kept else []
        for why in dict.fromkeys(self.lacking.values()):
            names = ", ".join(name for name, reason in self.lacking.items() if reason == why)
            parts.append(f"not measured: {names} ({why})")
        return "; ".join(parts)


def measure(
    model_dir: Path,
    secrets_file: Path | None = None,
    *,
    train_data: Sequence[Path] = (),
    base_model: str | None = None,
    evidence_dir: Path | None = None,
    sampling: Sampling = _PLAIN,
    settings: MeasureSettings = _DEFAULTS,
    device: str | None = None,
    progress: Steps = silent,
) -> Measurements:
    """Measure the model of *model_dir* with everything at hand, and write measurements.json: `measure_what_is_new`."""
    return measure_what_is_new(
        model_dir,
        secrets_file,
        train_data=train_data,
        base_model=base_model,
        evidence_dir=evidence_dir,
        sampling=sampling,
        settings=settings,
        device=device,
        progress=progress,
    ).measurements


def measure_what_is_new(
    model_dir: Path,
    secrets_file: Path | None = None,
    *,
    train_data: Sequence[Path] = (),
    base_model: str | None = None,
    evidence_dir: Path | None = None,
    sampling: Sampling = _PLAIN,
    settings: MeasureSettings = _DEFAULTS,
    device: str | None = None,
    progress: Steps = silent,
) -> Measured:
    """Put the canaries of the evidence folder, *secrets_file* and *train_data* to the model; write measurements.json.

    *train_data*: what was trained on, as it was before `hold_out`. *base_model*: a folder or a name in the local cache;
    an adapter's own base is found by its name. *evidence_dir*: where the books lie and what is measured is written
    (default `<model_dir>.evidence/`). *sampling*: how the release is asked where it is deployed.

    A section whose model, base, code, data, books, sampler and settings are those of the stored one is kept; when all
    are, nothing is loaded. Each section is written when it is done, beside what another process wrote meanwhile; a
    finding that comes back keeps its fingerprint. Measure last: a later change to any file that loading reads, such as
    a redacted adapter_config.json, makes the measurements another model's. Needs torch and transformers, and peft for
    an adapter. Raises LoadError, or Locked when another process writes without end, or MeasureError when there is
    nothing to measure or a file can't be used; a section that can't be measured leaves its reason.
    """
    folder = evidence_dir or default_evidence_dir(model_dir)
    inputs = Inputs(
        salt=_salt(folder),
        sampler=Sampler(**sampling.model_dump()),
        settings=settings,
        evidence_dir=folder,
        secrets_file=secrets_file,
        train_data=tuple(train_data),
    )
    before = stamp(model_dir)
    wanted = sections(inputs)
    if all(section.measure is None for section in wanted):
        raise MeasureError(
            f"there is nothing to measure: give --secrets=FILE or --train-data=FILE, or plant canaries before training "
            f"({folder.name}/canaries.jsonl is not there)"
        )
    try:
        started = _start(model_dir, base_model, folder)
    except ModelFilesError as error:
        raise LoadError(str(error)) from None
    kept, missing = _divide(started, wanted, inputs, sampling)
    done = Measured(started, (), kept, {section.name: section.missing for section in wanted if section.missing})
    if missing and any(section.name in _OF_DATA for section in missing):
        _ = inputs.training_set  # what is wrong with a file is told before a model is loaded
    if not missing:
        return done
    progress(f"loading {model_dir.name}")
    loaded = load(model_dir, base_model=base_model, device=device)
    check_base(loaded)
    done = replace(done, measurements=started.model_copy(update={"environment": environment(loaded)}))
    for section in missing:
        done = _with(done, section, loaded, progress)
        if stamp(model_dir) != before:
            raise LoadError(f"{model_dir.name} changed while it was measured; measure it when training is over")
        done = replace(done, measurements=_written(folder, done.measurements, section.name))
    return done


_OF_DATA = frozenset({"records", "personal_values", "membership", "generations"})


def _salt(folder: Path) -> str:
    """The salt of what is stored, so that a finding, and what waives it, keeps its fingerprint; else a new one."""
    try:
        stored = read(folder / MEASUREMENTS)
    except MeasurementsError:
        stored = None
    found = (getattr(getattr(stored, name, None), "salt", None) for name in SECTIONS)
    return next((salt for salt in found if salt), None) or randomness.token_hex(16)


def _written(folder: Path, mine: Measurements, section: str) -> Measurements:
    """Write *section* of *mine* beside what another process may have written of the same model meanwhile."""
    path = folder / MEASUREMENTS
    with held_in_turn(folder / _LOCK):
        try:
            theirs = read(path)
        except MeasurementsError:
            return write(path, mine)
        if (theirs.code, theirs.model, theirs.base) != (mine.code, mine.model, mine.base):
            return write(path, mine)
        reasons = {name: why for name, why in theirs.reasons.items() if name != section}
        reasons |= {name: why for name, why in mine.reasons.items() if name == section}
        changes = {name: getattr(mine, name) for name in (section, "time", "environment")}
        return write(path, theirs.model_copy(update={**changes, "reasons": reasons}))


def _start(model_dir: Path, base_model: str | None, folder: Path) -> Measurements:
    """What was stored of just this model, base and code; else measurements without a section."""
    fresh = Measurements(
        time=datetime.now(UTC), code=code(), model=digests(model_dir), base=base_of(model_dir, base_model)
    )
    try:
        stored = read(folder / MEASUREMENTS)
    except MeasurementsError:  # none, or none that could be judged
        return fresh
    same = (stored.code, stored.model, stored.base) == (fresh.code, fresh.model, fresh.base)
    return stored if same else fresh


def _divide(
    stored: Measurements, wanted: Sequence[Section], inputs: Inputs, sampling: Sampling
) -> tuple[tuple[str, ...], list[Section]]:
    """The sections that may be kept, by name, and those to measure."""
    kept: list[str] = []
    missing: list[Section] = []
    for section in wanted:
        if section.measure is None:
            continue
        differences = section_differences(
            stored,
            section.name,
            secrets_file=inputs.secrets_file,
            train_data=inputs.train_data,
            evidence_dir=inputs.evidence_dir,
            sampling=sampling,
            settings=inputs.settings,
        )
        if differences or (section.name == "forgetting" and _cut_short(stored.forgetting)):
            missing.append(section)
        else:
            kept.append(section.name)
    return tuple(kept), missing


def _cut_short(forgetting: Forgetting | None) -> bool:
    """Whether time allowed only some paraphrases: whoever asks again may have a faster machine."""
    return forgetting is not None and any(pair.searched < pair.drawn for pair in forgetting.pairs)


def _with(done: Measured, section: Section, loaded: Loaded, progress: Steps) -> Measured:
    """*done* and one more section, or the reason why it could not be measured."""
    assert section.measure is not None
    name = section.name
    reasons = {key: why for key, why in done.measurements.reasons.items() if key != name}
    changes: dict[str, Any] = {"time": datetime.now(UTC)}
    try:
        with patient():
            changes[name] = section.measure(loaded, progress)
    except MeasureError as error:
        changes |= {name: None, "reasons": {**reasons, name: str(error)}}
        measurements = done.measurements.model_copy(update=changes)
        return replace(done, measurements=measurements, lacking={**done.lacking, name: str(error)})
    measurements = done.measurements.model_copy(update={**changes, "reasons": reasons})
    return replace(done, measurements=measurements, now=(*done.now, name))


def run(
    model_dir: Path,
    *,
    secrets: Path | None = None,
    train_data: Sequence[Path] = (),
    base_model: str | None = None,
    evidence_dir: Path | None = None,
    sampling: Sampling = _PLAIN,
    device: str | None = None,
) -> int:
    """The command: measure, tell what was measured, return 0; what can't be used is told on stderr, and returns 2.

    Whether something was given back is for the audits to judge, not for this exit status.
    """
    try:
        with shown("finewarden measure") as progress:
            done = measure_what_is_new(
                model_dir,
                secrets,
                train_data=train_data,
                base_model=base_model,
                evidence_dir=evidence_dir,
                sampling=sampling,
                device=device,
                progress=progress,
            )
    except (LoadError, Locked, MeasureError, ModelFilesError, OSError) as error:
        print(f"finewarden measure: {error}", file=sys.stderr)
        return 2
    print(f"{done.text()}; judge it with `finewarden audit {model_dir}`")
    return 0
