"""The JSON report: versioned, published as a schema, and what a run writes follows it."""

from __future__ import annotations

import json

import jsonschema

from finewarden.policy import Policy
from finewarden.report import json_report
from finewarden.report.ledger import Ledger
from finewarden.verdicts import Finding, Result, State
from finewarden.waivers import Waivers
from tests.conftest import ROOT

SCHEMA = ROOT / "docs" / "audit-report.schema.json"


def ledger() -> Ledger:
    book = Ledger(model="out", policy=Policy(), waivers=Waivers.empty(), level=1)
    finding = Finding(rule="r", where="a.json:1", what="坏", mend="m", fingerprint="0" * 16)
    book.collected(["a.b", "a.c"])
    book.add(Result(audit="a.b", node="x::b", state=State.FAIL, measured=1, limit=0, findings=[finding]))
    book.add(Result(audit="a.c", node="x::c", state=State.PASS, measured=0.25, limit="0.5", n=3))
    book.close(partial=False)
    return book


def test_schema_is_published() -> None:
    """The schema in the docs is the one the code has.

    To write it anew: python -c "from finewarden.report.json_report import schema; print(schema(), end='')"
    """
    assert SCHEMA.read_text(encoding="utf-8") == json_report.schema()


def test_report_follows_the_schema() -> None:
    """What is written validates against the published schema by an independent validator."""
    report = json.loads(json_report.build(ledger()).model_dump_json())

    jsonschema.validate(report, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert report["failed"] is True
    assert report["version"] == 1


def test_report_reads_back() -> None:
    """The report is read back by the same model: `finewarden baseline` relies on it."""
    report = json_report.build(ledger())

    assert json_report.AuditReport.model_validate_json(report.model_dump_json()) == report
