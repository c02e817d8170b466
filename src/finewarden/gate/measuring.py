"""What was measured of the model, for the audits that judge it: read from the evidence, or measured now, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

from finewarden.evidence.canary_book import CANARY_BOOK
from finewarden.evidence.holdout_book import HOLDOUT_BOOK
from finewarden.evidence.measured.canaries import Canaries
from finewarden.evidence.measured.generations import Generations
from finewarden.evidence.measured.membership import Membership
from finewarden.evidence.measured.personal_values import PersonalValues
from finewarden.evidence.measured.records import Records
from finewarden.evidence.measurements import MEASUREMENTS, Measurements, MeasurementsError, read, section_differences
from finewarden.evidence.unscored import unscored_exports
from finewarden.gate.judge import Judge
from finewarden.policy import Policy
from finewarden.verdicts import NOTHING_TO_ASK

if TYPE_CHECKING:
    from finewarden.gate.context import Context

__all__ = ["Measuring"]

Section = Literal["canaries", "records", "personal_values", "membership", "generations"]

_TO_ADD: dict[Section, str] = {
    "canaries": f"plant canaries before training (plant_canaries, CanaryCallback) and bring {CANARY_BOOK}",
    "records": "add --train-data=train.jsonl: what the model was trained on",
    "personal_values": "add --train-data=train.jsonl: what the model was trained on",
    "membership": f"hold records out before training (hold_out), bring {HOLDOUT_BOOK}, and add --train-data= as it was",
    "generations": f"add --train-data=train.jsonl, or bring {CANARY_BOOK}",
}


class Measuring:
    """The sections of measurements.json that are of just this model, data and evidence. One for a session."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._stored: Measurements | None = None
        self._unreadable = ""
        self._measured_here: str | None = None
        self._crash: Exception | None = None
        self._read()

    @property
    def policy(self) -> Policy:
        """The policy of the session."""
        return self._context.policy

    @overload
    def section(self, name: Literal["canaries"], judge: Judge) -> Canaries: ...
    @overload
    def section(self, name: Literal["records"], judge: Judge) -> Records: ...
    @overload
    def section(self, name: Literal["personal_values"], judge: Judge) -> PersonalValues: ...
    @overload
    def section(self, name: Literal["membership"], judge: Judge) -> Membership: ...
    @overload
    def section(self, name: Literal["generations"], judge: Judge) -> Generations: ...
    def section(self, name: Section, judge: Judge) -> Any:
        """What was measured of *name*. Raises NotMeasured with what is missing and what to give.

        A section that is missing, or is of something else, is measured here where its data and torch are at hand.
        """
        found, reason = self.find(name)
        if found is None:
            judge.not_measured(reason)
        if exports := unscored_exports(self._context.model_dir):
            names = ", ".join(exports[:3])
            judge.cannot_pass(
                f"{names} was not scored: nothing is known of it; audit it in a folder of its own, or do not publish it"
            )
        return found

    def find(self, name: Section) -> tuple[Any, str]:
        """The section and "", or None and why there is none."""
        context = self._context
        if self._stored is None and not self._unreadable and not self._anything():
            return None, NOTHING_TO_ASK
        if not context.hashing:
            return None, f"{MEASUREMENTS} can't be compared with files that are not hashed; let them be hashed"
        found, reason = self._fitting(name)
        if found is None and self.can(name):
            why_not = self._measure()
            stale = f"{reason}; " if self._stored is not None else ""
            found, reason = self._fitting(name)
            if found is None and why_not:
                reason = stale + why_not
        return found, reason

    def fitting(self) -> Measurements | None:
        """The stored measurements with only those sections that may be judged."""
        found: dict[str, Any] = {name: self.find(name)[0] for name in _TO_ADD}
        return self._stored.model_copy(update=found) if self._stored is not None else None

    def _fitting(self, name: Section) -> tuple[Any, str]:
        """The stored section, unless it is of another model, other data or a weaker question."""
        if self._stored is None:
            return None, self._unreadable or _TO_ADD[name]
        found = getattr(self._stored, name)
        if found is None:
            return None, self._stored.reasons.get(name, _TO_ADD[name])
        wrong = section_differences(
            self._stored,
            name,
            model_dir=self._context.model_dir,
            evidence_dir=self._context.evidence_dir,
            train_data=self._context.train_data,
            base_model=self._context.base_model,
            sampling=self._context.policy.audit.sampling,
        )
        if wrong:
            return None, f"{MEASUREMENTS} is of something else: {'; '.join(wrong)}; measure again: {self._command()}"
        return found, ""

    def can(self, name: Section) -> bool:
        """Whether what *name* is measured from is at hand."""
        evidence, data = self._context.evidence_dir, bool(self._context.train_data)
        if name == "canaries":
            return (evidence / CANARY_BOOK).is_file()
        if name == "membership":
            return data and (evidence / HOLDOUT_BOOK).is_file()
        return data or (name == "generations" and (evidence / CANARY_BOOK).is_file())

    def _anything(self) -> bool:
        context = self._context
        return bool(context.secrets_file or context.train_data or (context.evidence_dir / CANARY_BOOK).is_file())

    def _measure(self) -> str:
        """Measure everything that is at hand, once. Returns why that was not possible, or "".

        What breaks the measuring itself breaks every audit that asks for it, and is not tried again.
        """
        if self._crash is not None:
            raise self._crash
        if self._measured_here is None:
            from finewarden.memorization.loading import missing_packages

            missing = missing_packages(self._context.model_dir)
            if missing:
                where = f"{self._context.evidence_dir.name}/{MEASUREMENTS}"
                self._measured_here = (
                    f"install {' and '.join(missing)}, or run `{self._command()}` where they are and bring {where}"
                )
            else:
                self._measured_here = self._now()
        return self._measured_here

    def _now(self) -> str:
        from finewarden.memorization.loading import LoadError
        from finewarden.memorization.measure import MeasureError, measure

        context = self._context
        try:
            measure(
                context.model_dir,
                context.secrets_file,
                train_data=context.train_data,
                base_model=context.base_model,
                evidence_dir=context.evidence_dir,
                sampling=context.policy.audit.sampling,
            )
        except (LoadError, MeasureError) as error:
            return str(error)
        except Exception as error:
            self._crash = error
            raise
        finally:
            self._read()
        return ""

    def _read(self) -> None:
        file = self._context.evidence_dir / MEASUREMENTS
        self._stored, self._unreadable = None, ""
        if file.is_file():
            try:
                self._stored = read(file)
            except MeasurementsError as error:
                self._unreadable = str(error)

    def _command(self) -> str:
        data = "".join(f" --train-data={path.name}" for path in self._context.train_data)
        secrets = f" --secrets={self._context.secrets_file.name}" if self._context.secrets_file else ""
        return f"finewarden measure {self._context.model_dir.name}{data}{secrets}"
