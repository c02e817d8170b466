"""Operators for `presidio_anonymizer`, and its engine over texts of any length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from finewarden.personal_data.deidentify.generalise import generalise
from finewarden.personal_data.deidentify.key import Key
from finewarden.personal_data.deidentify.mask import mask
from finewarden.personal_data.deidentify.plan import OperatorName, Plan
from finewarden.personal_data.deidentify.pseudonym import pseudonym
from finewarden.personal_data.deidentify.surrogate import surrogate
from finewarden.personal_data.deidentify.tally import Tally
from finewarden.personal_data.finding import Finding

if TYPE_CHECKING:
    from presidio_anonymizer import AnonymizerEngine

__all__ = ["Replacing", "replacement"]

# The engine copies its text once a finding: a long text is given to it in windows, so that time stays linear.
_WINDOW = 32


def replacement(operator: OperatorName, entity: str, value: str, key: Key | None, tally: Tally | None = None) -> str:
    """What *operator* writes for *value*. What can't be generalised with certainty, and what has no surrogate that is
    nobody's, is masked. Raises ValueError where a key is needed and there is none.
    """
    done: str | None = None
    if operator == "keep":
        return value
    if operator in ("remove", "drop"):
        done = ""
    elif operator == "generalise":
        done = generalise(entity, value)
    elif key is None and operator != "mask":
        raise ValueError(f"{entity}={operator} needs a key: give key=")
    elif operator == "pseudonym" and key is not None:
        done = pseudonym(entity, value, key)
    elif operator == "surrogate" and key is not None:
        done = surrogate(entity, value, key)
    masked = mask(entity, value) if done is None else None
    if tally is not None:
        tally.add(entity, operator, value, done, masked)
    return masked.text if masked is not None else done or ""


class Replacing:
    """`AnonymizerEngine` with one operator class of ours for every entity of *plan*."""

    def __init__(self, plan: Plan, key: Key | None) -> None:
        try:
            from presidio_anonymizer import AnonymizerEngine
        except ImportError:
            raise ImportError("presidio-anonymizer is not installed; run: pip install 'finewarden[pii]'") from None
        self._plan, self._key = plan, key
        self._engine: AnonymizerEngine = AnonymizerEngine()  # type: ignore[no-untyped-call]
        self._engine.add_anonymizer(_operator_class())

    def replaced(self, text: str, findings: Sequence[Finding], tally: Tally, *, made_up: bool = True) -> str:
        """*text* with each of *findings*, sorted and none overlapping, replaced as planned; *tally* is added to.

        Without *made_up*, pseudonyms take the place of surrogates: no rule takes one for a value.
        """
        from presidio_anonymizer.entities import OperatorConfig, RecognizerResult

        operators = {
            name: OperatorConfig(_NAME, {"operator": self._operator(name, made_up), "key": self._key, "tally": tally})
            for name in {each.entity for each in findings}
        }
        parts, done = [], 0
        for window in _windows(findings):
            end = window[-1].end
            found = [RecognizerResult(e.entity, e.start - done, e.end - done, e.score) for e in window]
            parts.append(
                # Nothing overlaps; names side by side are two people and not one.
                self._engine.anonymize(text[done:end], found, operators, merge_entities_with_spaces=False).text
            )
            done = end
        return "".join((*parts, text[done:]))

    def _operator(self, entity: str, made_up: bool) -> OperatorName:
        operator = self._plan.operator(entity)
        return operator if made_up or operator != "surrogate" else "pseudonym"


_NAME = "finewarden"


def _operator_class() -> type[Any]:
    """Made when Presidio is there: a base install imports this module without it."""
    from presidio_anonymizer.operators import Operator, OperatorType

    class Planned(Operator):
        """`replacement`, as Presidio calls it."""

        def operate(self, text: str, params: dict[str, Any] | None = None) -> str:
            given = params or {}
            return replacement(given["operator"], given["entity_type"], text, given["key"], given["tally"])

        def validate(self, params: dict[str, Any] | None = None) -> None:
            if not params or "operator" not in params:
                raise ValueError("give the parameters operator, key and tally")

        def operator_name(self) -> str:
            return _NAME

        def operator_type(self) -> Any:
            return OperatorType.Anonymize

    return Planned


def _windows(findings: Sequence[Finding]) -> Iterator[Sequence[Finding]]:
    for start in range(0, len(findings), _WINDOW):
        yield findings[start : start + _WINDOW]
