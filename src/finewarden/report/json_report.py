"""`--audit-report=report.json`: the whole verdict, the stable interface for programs.

The schema is versioned and published as `docs/audit-report.schema.json`.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from finewarden import __version__
from finewarden.evidence import atomic
from finewarden.report.ledger import Ledger
from finewarden.verdicts import State

__all__ = ["AuditReport", "build", "schema", "write"]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FindingRecord(_Record):
    """One thing wrong; texts are masked."""

    rule: str
    where: str
    what: str
    mend: str
    fingerprint: str
    warn: bool
    waivable: bool


class WaivedRecord(_Record):
    """A finding that a waiver lets through."""

    finding: FindingRecord
    reason: str
    expires: str


class AuditRecord(_Record):
    """One audit's verdict."""

    audit: str
    node: str
    state: State
    title: str
    measured: str | int | float | None
    limit: str | int | float | None
    n: int | None
    reason: str
    findings: list[FindingRecord]
    warnings: list[FindingRecord]
    waived: list[WaivedRecord]
    tolerances: list[str]
    error_rate: float | None


class PolicyRecord(_Record):
    """The limits in force, each with the file it came from or "default"."""

    file: str | None
    values: dict[str, str | int | float | bool | list[str] | None]
    origins: dict[str, str]


class AuditReport(_Record):
    """The whole verdict of one session. *failed* is what the exit code says."""

    version: int = 1
    finewarden: str
    time: datetime
    model: str
    level: int
    partial: bool
    failed: bool
    problems: list[str]
    policy: PolicyRecord
    audits: list[AuditRecord]


def build(ledger: Ledger) -> AuditReport:
    """The report of a closed *ledger*. The model is named by its folder's name, not by its path."""
    policy = ledger.policy
    values: dict[str, Any] = {}
    for key, value in policy.audit.model_dump(mode="json").items():
        values |= {f"{key}.{name}": one for name, one in value.items()} if isinstance(value, dict) else {key: value}
    return AuditReport(
        finewarden=__version__,
        time=datetime.now(UTC),
        model=ledger.model,
        level=ledger.level,
        partial=ledger.partial,
        failed=ledger.failed,
        problems=ledger.problems,
        policy=PolicyRecord(
            file=policy.file,
            values={f"audit.{key}": value for key, value in values.items()},
            origins={f"audit.{key}": policy.origin(f"audit.{key}") for key in values},
        ),
        audits=[AuditRecord.model_validate(result.as_dict()) for result in ledger.results],
    )


def write(path: Path, ledger: Ledger) -> None:
    """Write the report whole or not at all."""
    atomic.write_text(path, build(ledger).model_dump_json(indent=2) + "\n")


def schema() -> str:
    """The JSON Schema of the report as published in the docs."""
    return json.dumps(AuditReport.model_json_schema(mode="serialization"), indent=2) + "\n"
