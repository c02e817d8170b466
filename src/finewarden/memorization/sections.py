"""What can be measured with what is at hand, section by section: inputs read at once, each section measured when asked.

A model is loaded for minutes, so whatever is wrong with a file is told before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from finewarden.evidence.canary_book import CANARY_BOOK
from finewarden.evidence.holdout_book import HOLDOUT_BOOK
from finewarden.evidence.measured.common import Strict
from finewarden.evidence.measured.forgetting import Forgetting
from finewarden.evidence.measured.generations import Generations
from finewarden.evidence.measured.membership import Membership
from finewarden.evidence.measured.personal_values import PersonalValues
from finewarden.evidence.measured.records import Records
from finewarden.evidence.salted import salted
from finewarden.memorization.forgetting_results import ask_pairs
from finewarden.memorization.loading import Loaded
from finewarden.memorization.measure_inputs import Inputs
from finewarden.memorization.progress import Steps

__all__ = ["Section", "sections"]

_ADD_DATA = "add --train-data=FILE: what was trained on, as it was before hold_out"


@dataclass(frozen=True)
class Section:
    """One section of the measurements: its *name*, and either how it is measured or what is *missing* for it."""

    name: str
    missing: str | None = None
    measure: Callable[[Loaded, Steps], Strict] | None = None


def sections(inputs: Inputs) -> tuple[Section, ...]:
    """Every section, in the order in which they are measured. Reads the secrets file and the books that are there."""
    return (_forgetting(inputs), _canaries(inputs), *_data_sections(inputs), _generations(inputs))


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
        Section("membership", measure=partial(_membership, inputs))
        if inputs.holdout is not None
        else Section("membership", f"no {HOLDOUT_BOOK} in {inputs.evidence_dir.name}; hold records out before training")
    )
    return (
        Section("records", measure=partial(_records, inputs)),
        Section("personal_values", measure=partial(_personal_values, inputs)),
        membership,
    )


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
        unread=sampled.unread,
        unread_reason=sampled.unread_reason,
        scores=score_records(loaded, sampled, salt=inputs.salt, sampler=inputs.sampler, progress=step),
        settings=settings,
        canary_book=inputs.canary_digest,
        holdout_book=inputs.holdout_digest,
        unknown=inputs.trained_on.unknown,
    )


def _personal_values(inputs: Inputs, loaded: Loaded, progress: Steps) -> PersonalValues:
    from finewarden.memorization.personal_strata import groups
    from finewarden.memorization.value_scores import score_values

    settings, seed = inputs.settings.personal_values, inputs.settings.seed
    progress("looking for personal data")
    strata, alone = groups(inputs.values.values, most=settings.per_stratum, seed=seed)
    values, compared = score_values(
        loaded,
        strata,
        alone,
        values=settings.values,
        seed=seed,
        salt=inputs.salt,
        sampler=inputs.sampler,
        progress=progress,
    )
    return PersonalValues(
        salt=inputs.salt,
        data=inputs.data,
        seed=seed,
        sampler=inputs.sampler,
        found=len(inputs.values.values),
        values=values,
        strata=compared,
        settings=settings,
        canary_book=inputs.canary_digest,
        holdout_book=inputs.holdout_digest,
        shared=inputs.values.shared,
        unknown=inputs.trained_on.unknown,
    )


def _membership(inputs: Inputs, loaded: Loaded, progress: Steps) -> Membership:
    from finewarden.memorization.membership_scores import score_sides, sides

    settings, seed = inputs.settings.membership, inputs.settings.seed
    drawn = sides(inputs.training_set, sample=settings.sample, seed=seed)
    step = progress(f"scoring {len(drawn.sampled)} records, trained on and held out")
    records, blind_reason = score_sides(loaded, drawn.sampled, seed=seed, progress=step)
    assert inputs.holdout_digest is not None
    return Membership(
        salt=inputs.salt,
        data=inputs.data,
        book=inputs.holdout_digest,
        seed=seed,
        members=drawn.members,
        held_out=drawn.held_out,
        unknown=drawn.unknown,
        records=records,
        settings=settings,
        blind_reason=blind_reason,
    )


def _generations(inputs: Inputs) -> Section:
    if not inputs.train_data and inputs.canaries is None:
        return Section("generations", f"{_ADD_DATA}, or plant canaries before training")
    return Section("generations", measure=partial(_sampled, inputs))


def _sampled(inputs: Inputs, loaded: Loaded, progress: Steps) -> Generations:
    from finewarden.memorization.generation_scan import prompts, scan, wanted

    settings, seed = inputs.settings.generations, inputs.settings.seed
    data, book = inputs.trained_on if inputs.train_data else None, inputs.canaries
    planted = [canary.row for canary in book.inserted] if book is not None else []
    asked = prompts(loaded, [each.row.record for each in data.trained] if data else planted, settings, seed)
    spoken = scan(
        loaded,
        asked,
        wanted(book, inputs.values.values if data else ()),
        salt=inputs.salt,
        sampler=inputs.sampler,
        tokens=settings.tokens,
        seed=seed,
        progress=progress(f"sampling {len(asked)} answers"),
    )
    return Generations(
        salt=inputs.salt,
        book=inputs.canary_digest,
        data=inputs.data if data else None,
        seed=seed,
        sampler=inputs.sampler,
        unprompted=sum(prompt.how == "unprompted" for prompt in asked),
        prompted=sum(prompt.how == "prompted" for prompt in asked),
        tokens=settings.tokens,
        base_asked=loaded.has_base,
        spoken=spoken,
        settings=settings,
        holdout_book=inputs.holdout_digest if data else None,
    )
