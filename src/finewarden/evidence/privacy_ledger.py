"""`privacy_ledger.json`: what a run of DP-SGD did, update by update, and what it therefore claims.

Public: it goes with every checkpoint and with the release. So it holds nothing that depends on the data: no number of
rows where a public bound was given, no fingerprint, no size of any draw. Everything an accountant needs to compute
epsilon again is in it.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from finewarden.evidence.public_text import refuse_private

__all__ = [
    "MAX_SEGMENTS",
    "MECHANISM",
    "PRIVACY_LEDGER",
    "RELATION",
    "RULES",
    "SCHEMA_FILE",
    "LedgerSegment",
    "PrivacyLedger",
    "PrivacyLedgerError",
    "RuleResult",
    "dump",
    "parse",
    "schema",
]

PRIVACY_LEDGER = "privacy_ledger.json"
SCHEMA_FILE = Path(__file__).with_name("privacy_ledger.schema.json")
MECHANISM: Literal["DP-SGD, truncated Poisson sampling"] = "DP-SGD, truncated Poisson sampling"
RELATION: Literal["zero-out"] = "zero-out"

# The numbered rules of sound private training: finewarden.callbacks.differential_privacy.rules.
RULES = range(1, 34)

# Far more than any training has; each costs a reader time.
MAX_SEGMENTS = 10_000

Count = Annotated[int, Field(ge=0)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Delta = Annotated[float, Field(gt=0, lt=1)]


def _finite(value: Any) -> Any:
    """JSON has no infinity."""
    return None if value == math.inf else value


Epsilon = Annotated[NotNegative | None, BeforeValidator(_finite)]


class PrivacyLedgerError(ValueError):
    """A ledger that can't be used; one sentence that names the field and what is wrong with it."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class LedgerSegment(_Strict):
    """Updates of one mechanism by one run. All of it is public."""

    run: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", description="Id of the run that made these updates.")]
    noise_multiplier: NotNegative
    sampling_rate: Annotated[float, Field(gt=0, le=1)]
    expected_batch_size: Positive
    dataset_size: Annotated[int, Field(ge=1, description="Privacy units that draws run over.")]
    slots: Annotated[int, Field(ge=1, description="Most units of one update.")]
    steps: Count
    max_rows_per_unit: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _one_rate(self) -> LedgerSegment:
        drawn = self.sampling_rate * self.dataset_size
        if not math.isclose(drawn, self.expected_batch_size, rel_tol=1e-6):
            raise ValueError(
                f"sampling_rate x dataset_size is {drawn:g}, and expected_batch_size {self.expected_batch_size:g}"
            )
        return self


class RuleResult(_Strict):
    """What became of one numbered rule of sound DP-SGD training in this run."""

    number: Annotated[int, Field(ge=1)]
    name: str
    action: str
    result: Literal["kept", "fixed", "warned", "violated"]
    note: str = ""


class PrivacyLedger(_Strict):
    """The whole ledger.

    *epsilon*: by accountant; "pld" is the one that is claimed, others are cross-checks for plain Poisson sampling. Null
    is infinity (an update without noise). *moved*: whether training changed the weights at all; null while it runs.
    *complete*: training was not broken off between an update and its record.
    """

    version: Literal[1] = 1
    written_by: str = Field(description="Tool and version, such as 'finewarden 0.1.0'.")
    run: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    mechanism: Literal["DP-SGD, truncated Poisson sampling"] = MECHANISM
    unit: Annotated[str, Field(min_length=1, description="'example', or the column whose values are the units.")]
    relation: Literal["zero-out"] = Field(
        RELATION, description="Neighbours: one unit of the one is an empty slot in the other."
    )
    dataset_size_is: Literal["public bound", "len(train), declared public"]
    delta: Delta
    max_grad_norm: Annotated[Positive | None, BeforeValidator(_finite)] = Field(description="Null: not clipped.")
    target_epsilon: Positive | None = None
    segments: Annotated[tuple[LedgerSegment, ...], Field(max_length=MAX_SEGMENTS)]
    epsilon: dict[str, Epsilon]
    interval: Annotated[float, Field(ge=1e-5, le=1, description="Grid of privacy losses that 'pld' was computed on.")]
    engine: str
    moved: bool | None = None
    complete: bool
    rules: tuple[RuleResult, ...] = ()
    packages: dict[str, str] = {}

    @model_validator(mode="after")
    def _whole(self) -> PrivacyLedger:
        if "pld" not in self.epsilon:
            raise ValueError("epsilon lacks 'pld', the accountant that counts")
        numbers = [rule.number for rule in self.rules]
        if len(set(numbers)) < len(numbers):
            raise ValueError("rules has two results for one number")
        refuse_private(self.model_dump(mode="json"))
        return self

    @property
    def claimed(self) -> float:
        """The epsilon that is claimed; infinity when there is none."""
        found = self.epsilon["pld"]
        return math.inf if found is None else found

    @property
    def steps(self) -> int:
        """Updates of all segments together."""
        return sum(segment.steps for segment in self.segments)


def parse(text: str) -> PrivacyLedger:
    """The ledger of *text*. Raises PrivacyLedgerError for anything that is not exactly one of a known version."""
    try:
        # JSON mode: strict in every scalar, and still lists for tuples.
        return PrivacyLedger.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        message = first["msg"].removeprefix("Value error, ")
        raise PrivacyLedgerError(f"{f'field {key!r}: ' if key else ''}{message}{more}") from None


def dump(ledger: PrivacyLedger) -> str:
    """The canonical text, one for equal ledgers: sorted keys, two spaces, UTF-8 as it is, one newline at the end."""
    return json.dumps(ledger.model_dump(mode="json"), sort_keys=True, indent=2, ensure_ascii=False) + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the ledger; it is shipped as `privacy_ledger.schema.json`."""
    made = PrivacyLedger.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}
