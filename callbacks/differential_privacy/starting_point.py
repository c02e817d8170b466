"""What was spent before training begins: nothing, an earlier run on the same data, or this run up to a checkpoint."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor
from transformers import Trainer

from finewarden.callbacks.differential_privacy import step_log, weights_history
from finewarden.callbacks.differential_privacy.settings import Settings
from finewarden.callbacks.refusal import Problem
from finewarden.callbacks.trainer_of import model_of
from finewarden.evidence.privacy_ledger import PRIVACY_LEDGER, LedgerSegment, PrivacyLedgerError, parse

__all__ = ["StartProblem", "StartingPoint", "earlier_ledger", "of", "resumed"]


class StartProblem(ValueError):
    """Why training can't begin from here; `.problem` says what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what, remedy)
        self.problem = Problem(what, remedy)


@dataclass(frozen=True)
class StartingPoint:
    """run: the id of the run, kept over resumes. past: what was spent. noise_multiplier: None where none is set yet."""

    run: str
    past: tuple[LedgerSegment, ...]
    noise_multiplier: float | None


def of(
    trainer: Trainer,
    settings: Settings,
    parameters: Sequence[Tensor],
    *,
    spent: Sequence[LedgerSegment],
    public: Mapping[str, Any],
    log: Path,
    data_fingerprint: str,
) -> StartingPoint:
    """Where the training that *trainer* is about to begin starts from.

    spent: by earlier runs of the same callback. public: settings that may not change over a resume. log: of the run, if
    it is resumed. Raises StartProblem where what was spent is not known.
    """
    state = trainer.state
    if state.global_step:
        held: Any = state.stateful_callbacks
        return resumed(
            held.get(step_log.GUARD) if isinstance(held, dict) else None,
            noise_multiplier=settings.noise_multiplier,
            public=public,
            log=log,
            data_fingerprint=data_fingerprint,
        )
    ledgers = [earlier_ledger(each, settings.unit) for each in _folders(trainer, settings)]
    past = weights_history.merged_by_run(spent, weights_history.recall(parameters), *ledgers)
    if not past and not settings.public_start and weights_history.trained_before(model_of(trainer)):
        raise StartProblem(
            "the adapter was trained before (lora_B is not zero), and what that cost is not known",
            'name the folder of its ledger, continues="out1/", or say continues="public" where it has seen public data '
            "only",
        )
    return StartingPoint(uuid.uuid4().hex, past, settings.noise_multiplier)


def _folders(trainer: Trainer, settings: Settings) -> list[Path]:
    """Where weights that were trained privately before may have come from."""
    named = [settings.continues] if settings.continues is not None else []
    loaded = str(getattr(trainer.model, "name_or_path", "") or "")
    return [*named, Path(loaded)] if loaded and (Path(loaded) / PRIVACY_LEDGER).is_file() else named


def earlier_ledger(folder: Path, unit: str) -> tuple[LedgerSegment, ...]:
    """The segments of the ledger in *folder*. Raises StartProblem when there is none that can be composed with."""
    path = folder / PRIVACY_LEDGER
    try:
        ledger = parse(path.read_text(encoding="utf-8"))
    except OSError:
        raise StartProblem(
            f"continues: there is no {PRIVACY_LEDGER} in {folder.name}",
            "name the folder into which the earlier private run wrote its ledger",
        ) from None
    except (PrivacyLedgerError, UnicodeDecodeError) as error:
        raise StartProblem(
            f"continues: {PRIVACY_LEDGER} in {folder.name} can't be used: {error}",
            "take the ledger as the earlier run wrote it",
        ) from None
    if ledger.unit != unit:
        raise StartProblem(
            f"continues: the earlier run protected the unit {ledger.unit!r}, this one {unit!r}: costs can't be added",
            f"train with unit={ledger.unit!r}",
        )
    return ledger.segments


def resumed(
    saved: Any, *, noise_multiplier: float | None, public: Mapping[str, Any], log: Path, data_fingerprint: str
) -> StartingPoint:
    """The run of the checkpoint that holds *saved*, up to the last step that its log knows of.

    noise_multiplier: as the user gives it, or None. public: settings that must be as they were. Raises StartProblem for
    a run that can't go on soundly.
    """
    try:
        attributes = saved["attributes"]["saved"]
        run, before = str(attributes["run"]), attributes["public"]
        past = tuple(LedgerSegment.model_validate(each) for each in attributes["segments"])
        first = attributes["noise_multiplier"]
    except (KeyError, TypeError, ValueError):
        raise StartProblem(
            "the checkpoint holds no privacy ledger: what it cost is not known",
            "resume from a checkpoint that was written with DifferentialPrivacyCallback, or start from the base model",
        ) from None
    changed = [
        f"{name} was {before.get(name)!r}, is {value!r}" for name, value in public.items() if before.get(name) != value
    ]
    if noise_multiplier not in (None, first):
        changed.append(f"noise_multiplier was {first!r}, is {noise_multiplier!r}")
    known = step_log.logged(log, run)
    if known is None:
        raise StartProblem(
            f"{log.parent.name}/{log.name} knows nothing of the run of this checkpoint: steps taken after the "
            "checkpoint would not be counted",
            f"bring {log.parent.name}/ along with the checkpoint",
        )
    if known.data_fingerprint != data_fingerprint:
        changed.append("the training data is not what it was")
    if changed:
        raise StartProblem(
            f"the resumed run differs from its beginning: {'; '.join(changed)}",
            "resume with the settings and the data it began with, or start from the base model",
        )
    # The log knows of steps after the checkpoint, and of every branch; the checkpoint, of a log that was cut short.
    return StartingPoint(run, weights_history.merged_by_run(known.segments, past), first)
