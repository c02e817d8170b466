"""`model_card.json`: the public record of a release, from which its README, statement and `model_card.md` are made.

The fields `base_model`, `license`, `training_data_source`, `training_date` and `unsloth_version` are those that
deployment tools read; the rest says who enforced what on which data. What is not known is null: no license, no base
and no date is ever guessed. The record names no folder, host or user of the machine that trained, and no token:
`ModelCard` refuses to hold one.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from finewarden.evidence.public_text import refuse_private

__all__ = [
    "MODEL_CARD",
    "SCHEMA_FILE",
    "Base",
    "Commitment",
    "DataSource",
    "FileHash",
    "Guard",
    "ModelCard",
    "ModelCardError",
    "PrivacyClaim",
    "Training",
    "dump",
    "parse",
    "schema",
]

MODEL_CARD = "model_card.json"
SCHEMA_FILE = Path(__file__).with_name("model_card.schema.json")

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]


class ModelCardError(ValueError):
    """A record that can't be used; one sentence that names the field and what is wrong with it."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Base(_Strict):
    """What is known of the base model besides its name."""

    revision: str | None = Field(None, description="Commit of the base model that was loaded.")
    loaded_from: str | None = Field(None, description="Hub id that was loaded, where it is not base_model itself.")
    license_sha256: Sha256 | None = Field(None, description="SHA-256 of the license file in the base model's folder.")


class Training(_Strict):
    """One training run, resumed or not. Times are UTC."""

    started: datetime | None = None
    ended: datetime | None = None
    steps: Count | None = Field(None, description="Optimizer steps.")
    examples: Count | None = Field(None, description="Rows of the training set, each counted once.")
    resumed: Count = Field(0, description="How often the run was taken up from a checkpoint.")


class Guard(_Strict):
    """A guard that stood in the training run: how it was set, and how often it reported what."""

    name: str
    settings: dict[str, float | str] = {}
    events: dict[str, Count]


class DataSource(_Strict):
    """One source of training data and what allows its use, as the policy states it.

    The hashes bind documents that are not published: evidence, and robots.txt, tdmrep.json and terms of the site as
    they stood on the day *collected*. Who approved it is kept in the policy: a person's name is nobody's business here.
    """

    name: str
    uri: str | None = None
    license: str | None = None
    authorisation: Literal["license", "contract", "consent", "public-domain", "own", "terms"]
    evidence: str | None = None
    expires: date | None = None
    personal_data: bool | None = None
    kind: Literal["public", "licensed", "crawled", "user", "synthetic"] | None = None
    collected: date | None = None
    purposes: tuple[str, ...] = ()
    evidence_sha256: Sha256 | None = None
    robots_sha256: Sha256 | None = None
    tdmrep_sha256: Sha256 | None = None
    terms_sha256: Sha256 | None = None


class FileHash(_Strict):
    """One file of the release."""

    sha256: Sha256
    bytes: Count


class Commitment(_Strict):
    """A private file, bound without being shown: SHA-256 of its first *bytes* bytes (logs only ever grow)."""

    sha256: Sha256
    bytes: Count


class PrivacyClaim(_Strict):
    """What the release claims of differential privacy, bound to its ledger."""

    sha256: Sha256 = Field(description="SHA-256 of privacy_ledger.json.")
    epsilon: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = Field(description="Null: infinite, no claim.")
    delta: Annotated[float, Field(gt=0, lt=1)]
    unit: str = Field(description="'example', or the column whose values are the privacy units.")
    relation: Literal["zero-out"]
    dataset_size_is: Literal["public bound", "len(train), declared public"]
    mechanism: str


class ModelCard(_Strict):
    """The public record of one release."""

    version: Literal[1] = 1
    written_by: str = Field(description="Tool and version, such as 'finewarden 0.1.0'.")
    release_name: str | None = None
    form: Literal["adapter", "weights", "quantised", "api"] | None = None
    base_model: str | None = Field(None, description="Hub id of the base model; null when not known.")
    base: Base = Base()
    license: str | None = Field(
        None, description="As the policy states it, or as the base model's own terms leave it; null when not known."
    )
    training_data_source: str | None = Field(None, description="Names of the sources, in one line.")
    training_date: date | None = Field(None, description="Day on which training ended (UTC).")
    unsloth_version: str | None = Field(None, description="Null when Unsloth had no part in the run.")
    training: Training | None = None
    guards: tuple[Guard, ...] = ()
    privacy: PrivacyClaim | None = Field(None, description="Null when no differential privacy is claimed.")
    packages: dict[str, str] = Field({}, description="Versions of what the run had imported.")
    sources: tuple[DataSource, ...] = ()
    files: dict[str, FileHash] | None = Field(
        None, description="Every file a release publishes, except those in not_hashed; null when not hashed yet."
    )
    not_hashed: tuple[str, ...] = Field((), description="Files that people may edit after the record was made.")
    commitments: dict[str, Commitment] = Field({}, description="Private evidence, bound by its hash.")

    @model_validator(mode="after")
    def _nothing_private(self) -> ModelCard:
        refuse_private(self.model_dump(mode="json"))
        return self


def parse(text: str) -> ModelCard:
    """The record of *text*. Raises ModelCardError for anything that is not exactly a record of a known version."""
    try:
        # JSON mode: strict in every scalar, and still lists for tuples and ISO text for dates.
        return ModelCard.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        message = first["msg"].removeprefix("Value error, ")
        raise ModelCardError(f"{f'field {key!r}: ' if key else ''}{message}{more}") from None


def dump(card: ModelCard) -> str:
    """The canonical text, one for equal records: sorted keys, two spaces, UTF-8 as it is, one newline at the end."""
    return json.dumps(card.model_dump(mode="json"), sort_keys=True, indent=2, ensure_ascii=False) + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the record; it is shipped as `model_card.schema.json`."""
    made = ModelCard.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}
