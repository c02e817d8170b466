"""Was the model trained on data that may be trained on? Asked of the files of `--train-data=`, not of the model.

Counted is what reaches its entity's score and is somebody's: a role mailbox, a documentation address or a card for
tests is nobody's. Limits are the policy's (`[training_data.limits]`), by entity; where it names none, no direct
identifier and no secret passes, names of people warn, and places, dates and the like pass. Rows that are planted
canaries are exempt. No value is told, only masked examples.

Tolerance: none where a limit is 0. A pass says that the scan found no more, which is not that there is no more: what
could not be looked for is said, and where names were looked for in a sample, the share of rows that may still have
one. `finewarden scan` lists all findings, `finewarden deidentify` takes them out, `finewarden admit` writes down which
rows passed.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from finewarden.audits.admission_log import unproven
from finewarden.audits.training_rows import without_rows_in_tracebacks
from finewarden.evidence import admission_book, run_log
from finewarden.evidence.admission_book import ADMISSION_BOOK, AdmissionBookError
from finewarden.evidence.directory import RUN_LOG
from finewarden.evidence.run_log import RunLogError
from finewarden.gate.judge import Judge
from finewarden.gate.training_data import TrainData
from finewarden.personal_data.admission import (
    Breach,
    breaches,
    counted,
    misspelt_limits,
    obstacles,
    other_scanner,
    passed_over,
    unbounded,
    unknown_limits,
    unlimited_names,
)
from finewarden.personal_data.entities import entity
from finewarden.personal_data.scan_report import Example, ScanReport
from finewarden.policy import Policy

SHOWN = 5


@pytest.mark.audit("training_data.personal_data")
@without_rows_in_tracebacks
def test_personal_data(training_data: TrainData, judge: Judge, policy: Policy) -> None:
    """The training data hold no more personal data, type by type, than the policy lets pass."""
    report, rules = training_data.scanned(judge), policy.training_data
    found = {name: n for name, n in counted(report.counts).items() if entity(name).kind != "secret"}
    above = [each for each in breaches(report, rules) if each.entity.kind != "secret"]
    _tell(judge, above)
    for each in report.broken[:SHOWN]:
        mend = "mend the line or leave it out; what can't be read can't be admitted"
        judge.finding("unreadable", where=f"{each.file}:{each.line}", what=each.why, mend=mend)
    if (more := max(report.broken_lines, len(report.broken)) - SHOWN) > 0:
        what = f"{more} more lines can't be read"
        judge.finding("unreadable", where="train-data", what=what, mend="finewarden scan lists them", subject=f"{more}")
    for name, number in unlimited_names(report, rules).items():
        what = f"{number} x {entity(name).en} ({name}), and the policy says of names neither that they may be there "
        what += "nor that they may not"
        mend = f"write {name} = {number} (or 0) under [training_data.limits], or finewarden deidentify the data"
        judge.finding("names", where=_first(report, name), what=what, mend=mend, subject=f"{name} {number}", warn=True)
    for said in misspelt_limits(report, rules):
        judge.finding("unknown-limit", where=policy.file or "policy", what=said, mend="mend its name")
    for said in unknown_limits(report, rules):
        judge.finding("unknown-limit", where=policy.file or "policy", what=said, mend="mend its name", warn=True)
    limited = {each.entity.name for each in above} | set(rules.limits)
    told = sum(number for name, number in found.items() if entity(name).kind == "direct" or name in limited)
    judge.measured(told, limit=_limits(rules.limits), n=report.rows)
    if unseen := [*report.missing, *unbounded(report, rules)]:
        judge.cannot_pass("; ".join(unseen))
    said_more = [said] if (said := passed_over(training_data.inputs.passed_over)) else []
    if (sampled := report.sampled) is not None:
        said_more.append(
            f"names were looked for in {sampled.rows} of {sampled.of} rows, {sampled.hit} had one: at most "
            f"{sampled.at_most:.1%} of all have ({sampled.confidence:.0%} confidence)"
        )
    judge.remark("; ".join(said_more))


@pytest.mark.audit("training_data.secrets")
@without_rows_in_tracebacks
def test_secrets(training_data: TrainData, judge: Judge, policy: Policy) -> None:
    """The training data hold no token, key, password, cookie or session id."""
    report = training_data.scanned(judge)
    _tell(judge, (each for each in breaches(report, policy.training_data) if each.entity.kind == "secret"))
    found = sum(number for name, number in counted(report.counts).items() if entity(name).kind == "secret")
    judge.measured(
        found, limit=_limits({k: v for k, v in policy.training_data.limits.items() if _is_secret(k)}), n=report.rows
    )
    if report.broken:
        judge.cannot_pass(next(obstacles(report, policy.training_data)))


@pytest.mark.audit("training_data.canaries")
@without_rows_in_tracebacks
def test_canaries(training_data: TrainData, judge: Judge, evidence_dir: Path) -> None:
    """Planted canaries stand in the data as often as they were planted, whole, and no other one does."""
    if not training_data:
        judge.not_measured("add --train-data=train.jsonl: what the model was trained on")
    book, planted = training_data.canary_book, training_data.planted
    if book is None or planted is None:
        judge.not_measured("no canaries were planted (plant_canaries), or canaries.jsonl was not brought")
    copies = dict.fromkeys((canary.id for canary in book.canaries), 0)
    altered: list[tuple[str, str]] = []
    for file, number, row in training_data.rows():
        canary = planted.canary(row)
        if canary is not None:
            copies[canary.id] += 1
            continue
        altered += ((f"{file}:{number}", said) for said in training_data.secrets_in(row))
    before = not any(copies.values()) and not altered
    wrong = 0
    for canary in () if before else book.canaries:
        if copies[canary.id] != canary.repetitions:
            wrong += 1
            what = f"stands in the data {copies[canary.id]} times, and was planted {canary.repetitions} times"
            _misplaced(judge, wrong, canary.id, what)
    for where, said in altered:
        wrong += 1
        _misplaced(judge, wrong, where, said)
    if (more := wrong - SHOWN) > 0:
        what, mend = f"{more} more canaries or rows are out of place", "mend those that are told; the cause is one"
        judge.finding("misplaced", where="train-data", what=what, mend=mend, subject=f"{more}")
    judge.measured(wrong, limit=0, n=len(book.canaries))
    if said := training_data.unread():
        judge.cannot_pass(said)
    if before:
        reason = _proven(evidence_dir, book.head.id)
        if reason is not None:
            judge.cannot_pass(f"the data are as they were before canaries were planted; {reason}")
        judge.remark("the data are as they were before planting; training proved on its own that they stood there")


@pytest.mark.audit("training_data.admitted")
@without_rows_in_tracebacks
def test_admitted(training_data: TrainData, judge: Judge, policy: Policy, evidence_dir: Path) -> None:
    """Each row was admitted by a scan that passed under the policy's limits, or is a canary; training asked for it."""
    if not training_data:
        judge.not_measured("add --train-data=train.jsonl: what the model was trained on")
    named = " ".join(path.name for path in training_data.paths)
    again = f"finewarden admit {named} --evidence-dir {evidence_dir.name}"
    if not (evidence_dir / ADMISSION_BOOK).exists():
        judge.not_measured(f"nothing was admitted: {again} before training, and admit(dataset) in the script")
    try:
        book = admission_book.read(evidence_dir / ADMISSION_BOOK)
    except AdmissionBookError as error:
        judge.finding("unreadable", where=ADMISSION_BOOK, what=str(error), mend=again)
        return
    rules = policy.training_data
    changes = book.head.other_limits(
        rules.limits,
        rules.languages,
        own=rules.recognizers,
        numbers_kept=policy.deidentify.numbers_kept,
        source_column=rules.source_column,
    )
    if changes:
        what = f"it was admitted under other limits than the policy's: {changes}"
        judge.finding("other-limits", where=ADMISSION_BOOK, what=what, mend=f"{again}, and train on what passes")
    if changes := other_scanner(book.head):
        what = f"it was admitted by another scanner than this one: {changes}"
        judge.finding("other-scanner", where=ADMISSION_BOOK, what=what, mend=again, warn=True)
    planted = training_data.planted
    strangers: dict[str, list[int]] = {}
    rows = 0
    for file, number, row in training_data.rows():
        rows += 1
        canary = planted.canary(row) if planted is not None else None
        if row not in book and not (canary is not None and canary.inserted):
            strangers.setdefault(file, []).append(number)
    for file, numbers in strangers.items():
        what = f"{len(numbers)} of its rows were not admitted, the first is row {numbers[0]}"
        mend = "train on what was admitted, or admit what was trained on and train again through admit(dataset)"
        judge.finding("not-admitted", where=f"{file}:{numbers[0]}", what=what, mend=mend, subject=f"{len(numbers)}")
    judge.measured(sum(map(len, strangers.values())), limit=0, n=rows)
    if said := training_data.unread():
        judge.cannot_pass(said)
    if said := passed_over(training_data.inputs.passed_over):
        judge.remark(said)
    try:
        log = evidence_dir / RUN_LOG
        reason = unproven(list(run_log.read(log)) if log.exists() else [], book.sha256)
    except RunLogError as error:
        reason = str(error)
    if reason is not None:
        judge.cannot_pass(reason)


def _tell(judge: Judge, found: Iterable[Breach]) -> None:
    for each in found:
        what = each.what + (f"; such as {', '.join(map(_shown, each.examples))}" if each.examples else "")
        where = f"{each.examples[0].file}:{each.examples[0].row}" if each.examples else "train-data"
        waivable = each.entity.kind != "secret"
        judge.finding(
            each.entity.name,
            where=where,
            what=what,
            mend=each.mend,
            subject=f"{each.entity.name} {each.counted}",
            waivable=waivable,
        )


def _shown(example: Example) -> str:
    said_by = f", {example.role}" if example.role else ""
    return f"{example.masked} ({example.file}:{example.row}, {example.field}{said_by})"


def _first(report: ScanReport, name: str) -> str:
    examples = (example for each in report.counts if each.entity == name for example in each.examples)
    return next((f"{example.file}:{example.row}" for example in examples), "train-data")


def _limits(limits: dict[str, int]) -> str | int:
    allowed = [f"{name} {most}" for name, most in limits.items() if most]
    return f"0, but {', '.join(allowed)}" if allowed else 0


def _is_secret(name: str) -> bool:
    return entity(name).kind == "secret"


def _misplaced(judge: Judge, number: int, where: str, what: str) -> None:
    if number <= SHOWN:
        mend = (
            "give the data that were trained on; else plant again and train on what plant_canaries returned, unchanged"
        )
        judge.finding("misplaced", where=where, what=what, mend=mend)


def _proven(evidence_dir: Path, book: str) -> str | None:
    """Why the run log does not say that training saw the canaries of *book* in its data; None where it does."""
    log = evidence_dir / RUN_LOG
    again = f"train with CanaryCallback(book) and bring {RUN_LOG}, or give the data with the canaries in them"
    try:
        records = [each for each in run_log.read(log) if each.guard == "CanaryCallback"] if log.exists() else []
    except RunLogError as error:
        return str(error)
    if any(each.event == "proven" and each.detail.get("book") == book for each in records):
        return None
    return f"{RUN_LOG} holds no proof that they stood in what was trained on; {again}"
