"""What a scan found, as counts: the JSON report, and what the gate judges. Holds no value, only masked examples."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "BrokenLine",
    "Count",
    "Example",
    "Natural",
    "PassedOver",
    "Repeated",
    "Sampled",
    "ScanReport",
    "ScanSettings",
    "ScannedFile",
]

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Natural = Annotated[int, Field(ge=0)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ScanSettings(_Strict):
    """What decides the findings, apart from the data: equal settings and equal data give an equal report.

    *recognizers*: digest of rules, models and packages that looked. *names_in*: the share of rows whose names were
    looked for, 1.0 for all. *source_column*: the column that names a row's source. *own*: Presidio recognizers of the
    user's, as ``module:attribute``. *numbers_kept*: columns whose numbers are known to be no personal data.
    """

    languages: tuple[Literal["zh", "en"], ...] = ("zh", "en")
    names: bool = True
    names_in: Annotated[float, Field(gt=0, le=1)] = 1.0
    seed: Natural = 0
    recognizers: str = ""
    source_column: str = "source"
    own: tuple[str, ...] = ()
    numbers_kept: tuple[str, ...] = ()


class ScannedFile(_Strict):
    """One input, by name (no folder of the machine), its SHA-256, bytes and rows."""

    name: str
    sha256: Digest
    bytes: Natural
    rows: Natural


class BrokenLine(_Strict):
    """A line that could not be read, and why; nothing of what it holds."""

    file: str
    line: Natural
    why: str


class PassedOver(_Strict):
    """*files* of a folder that were not looked at, why, and the first of them."""

    why: str
    files: Natural
    first: str


class Example(_Strict):
    """Where one finding stands, with its value masked. *row* is the line of a JSON Lines file, else the place in the
    file, both from 1."""

    file: str
    row: Natural
    field: str
    role: str | None = None
    start: Natural
    end: Natural
    masked: str


class Count(_Strict):
    """*findings* of one *entity* in one *column* of one *source*, in how many *rows*; *counted* reach the entity's
    `counts_from` and are not nobody's (a role mailbox, a documentation address), which is what a gate counts."""

    entity: str
    column: str
    source: str | None = None
    findings: Natural
    counted: Natural
    rows: Natural
    examples: tuple[Example, ...] = ()


class Repeated(_Strict):
    """A value that stands in more than one row: repetition is what gets memorised.

    *value* tells it from others of this report: a hash of where it stands first, so that nothing can be looked up. Of
    millions of values those seen least are forgotten (shards/repeats.py): *rows* is then less than there are.
    """

    entity: str
    value: str
    masked: str
    rows: Natural


class Sampled(_Strict):
    """Names were looked for in *rows* of *of* rows, drawn at random by the settings' seed; *hit* of them had one.

    *at_most*: the upper Clopper-Pearson bound at *confidence* on the share of rows with a name among all rows.
    """

    rows: Natural
    of: Natural
    hit: Natural
    at_most: Annotated[float, Field(ge=0, le=1)]
    confidence: Annotated[float, Field(gt=0, lt=1)]


class ScanReport(_Strict):
    """A whole scan. *missing*: what could not be looked for, with the mend; a report with any can't admit data.

    *rows* were looked at, *rows_with_findings* have any, counted or not. *broken* are the first 1,000 of
    *broken_lines* places that could not be read. *repeated*: the 100 values in most rows.
    """

    version: Literal[1] = 1
    written_by: str
    settings: ScanSettings
    files: tuple[ScannedFile, ...]
    rows: Natural
    rows_with_findings: Natural
    counts: tuple[Count, ...] = ()
    repeated: tuple[Repeated, ...] = ()
    broken: tuple[BrokenLine, ...] = ()
    broken_lines: Natural = 0
    passed_over: tuple[PassedOver, ...] = ()
    missing: tuple[str, ...] = ()
    sampled: Sampled | None = None
