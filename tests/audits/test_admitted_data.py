"""The audits of `--train-data=`: personal data and secrets against limits, canaries as planted, rows as admitted."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from finewarden.evidence import admission_book, canary_book, run_log
from finewarden.evidence.canary_book import Canary, CanaryBook, Head
from finewarden.personal_data.admission import book_of
from finewarden.personal_data.scan_report import BrokenLine, Count, Example, Sampled, ScannedFile, ScanReport
from finewarden.personal_data.scanning import resolved
from finewarden.personal_data.shards.plan import sha256_of
from finewarden.personal_data.stored_scan import settings_of
from finewarden.policy import Policy, TrainingData
from finewarden.verdicts import Result, State
from tests.audits.measured import Gate, gate

AUDITS = importlib.import_module("finewarden.audits.test_training_data")
PERSONAL, SECRETS = AUDITS.test_personal_data, AUDITS.test_secrets
CANARIES, ADMITTED = AUDITS.test_canaries, AUDITS.test_admitted

ROWS = [{"text": f"Parcel {number} arrives tomorrow."} for number in range(6)]
CALL = {"text": "请拨打13957208846联系我"}
EXAMPLE = Example(file="train.jsonl", row=3, field="text", start=3, end=14, masked="1…6")


def room(path: Path, rows: Sequence[dict[str, Any]] = ROWS, policy: Policy | None = None) -> Gate:
    """A folder whose training data are *rows*."""
    made = gate(path, policy)
    data = path / "train.jsonl"
    data.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return Gate(replace(made.context, train_data=(data,)))


def scanned(gate: Gate, *counts: Count, **more: Any) -> Gate:
    """*gate* with the report of a scan that found *counts* in its data."""
    [data] = gate.context.train_data
    rows = len(data.read_text(encoding="utf-8").splitlines())
    file = ScannedFile(name=data.name, sha256=sha256_of(data), bytes=data.stat().st_size, rows=rows)
    report = ScanReport(
        written_by="test",
        settings=resolved(settings_of(TrainingData())),
        files=(file,),
        rows=rows,
        rows_with_findings=0,
        counts=counts,
        **more,
    )
    folder = gate.context.evidence_dir / "scan"
    folder.mkdir()
    (folder / "report.json").write_text(report.model_dump_json(), encoding="utf-8")
    return gate


def count(entity: str, number: int) -> Count:
    return Count(entity=entity, column="text", findings=number, counted=number, rows=number, examples=(EXAMPLE,))


def limited(**limits: int) -> Policy:
    return Policy(training_data=TrainingData(limits=limits))


def rules_of(result: Result) -> list[str]:
    return [finding.rule for finding in result.findings]


def test_each_type_is_held_against_its_limit(tmp_path: Path) -> None:
    """Over its limit it fails, with place, masked value and mend; at its limit it passes; nobody's is not counted."""
    found = (count("PHONE_NUMBER", 2), count("EMAIL_ADDRESS", 1), count("LOCATION", 9), count("SECRET", 1))
    result = scanned(room(tmp_path / "silent"), *found).result(PERSONAL)
    assert (result.state, result.measured, result.n) == (State.FAIL, 3, 6)
    assert rules_of(result) == ["PHONE_NUMBER", "EMAIL_ADDRESS"]
    assert result.findings[0].where == "train.jsonl:3"
    assert "2 x phone number" in result.findings[0].what
    assert "1…6 (train.jsonl:3, text)" in result.findings[0].what
    assert "finewarden deidentify" in result.findings[0].mend
    allowed = limited(PHONE_NUMBER=2, EMAIL_ADDRESS=1)
    assert scanned(room(tmp_path / "allowed", policy=allowed), *found).result(PERSONAL).state is State.PASS


def test_names_without_a_limit_warn_and_with_one_fail(tmp_path: Path) -> None:
    """Whether names may be there is for the policy to say."""
    result = scanned(room(tmp_path / "a"), count("PERSON", 4)).result(PERSONAL)
    assert (result.state, [each.rule for each in result.warnings]) == (State.PASS, ["names"])
    result = scanned(room(tmp_path / "b", policy=limited(PERSON=3)), count("PERSON", 4)).result(PERSONAL)
    assert (result.state, rules_of(result)) == (State.FAIL, ["PERSON"])


def test_a_misspelt_limit_fails(tmp_path: Path) -> None:
    """It limits nothing, and its owner thinks that it does; a name like none of ours warns."""
    result = scanned(room(tmp_path, policy=limited(PERSONS=0, SHOE_SIZE=1))).result(PERSONAL)
    assert [(each.rule, "did you mean PERSON?" in each.what) for each in result.findings] == [("unknown-limit", True)]
    assert [each.rule for each in result.warnings] == ["unknown-limit"]


def test_a_waiver_is_for_as_many(tmp_path: Path) -> None:
    """One phone number more is another finding."""
    marks = [
        scanned(room(tmp_path / str(number)), count("PHONE_NUMBER", number), count("PERSON", number)).result(PERSONAL)
        for number in (1, 2)
    ]
    for one, other in zip(*[[*each.findings, *each.warnings] for each in marks], strict=True):
        assert one.fingerprint != other.fingerprint


def test_what_was_not_looked_for_is_no_pass(tmp_path: Path) -> None:
    """Rules' findings fail all the same; without any it is not measured, with the mend."""
    missing = ("presidio-analyzer is not installed: names; pip install 'finewarden[pii]'",)
    result = scanned(room(tmp_path / "a"), missing=missing).result(PERSONAL)
    assert (result.state, "pip install" in result.reason) == (State.NOT_MEASURED, True)
    result = scanned(room(tmp_path / "b"), count("PHONE_NUMBER", 1), missing=missing).result(PERSONAL)
    assert result.state is State.FAIL


def test_a_sample_states_its_bound(tmp_path: Path) -> None:
    """Names that were looked for in some rows are bounded in all."""
    sampled = Sampled(rows=300, of=9000, hit=0, at_most=0.01, confidence=0.95)
    result = scanned(room(tmp_path), sampled=sampled).result(PERSONAL)
    assert (result.state, result.reason) == (
        State.PASS,
        "names were looked for in 300 of 9000 rows, 0 had one: at most 1.0% of all have (95% confidence)",
    )


def test_a_sample_that_does_not_bound_a_limit_is_no_pass(tmp_path: Path) -> None:
    """The rows that were not drawn may hold more names than may be there."""
    sampled = Sampled(rows=300, of=9000, hit=0, at_most=0.01, confidence=0.95)
    result = scanned(room(tmp_path / "a", policy=limited(PERSON=10)), sampled=sampled).result(PERSONAL)
    assert (result.state, "up to 90 PERSON" in result.reason) == (State.NOT_MEASURED, True)
    assert (
        scanned(room(tmp_path / "b", policy=limited(PERSON=90)), sampled=sampled).result(PERSONAL).state is State.PASS
    )


def test_lines_that_are_not_told_are_counted(tmp_path: Path) -> None:
    """The first five by place, the others as a number."""
    broken = tuple(BrokenLine(file="train.jsonl", line=at, why="is not JSON") for at in range(1, 6))
    result = scanned(room(tmp_path), broken=broken, broken_lines=40).result(PERSONAL)
    assert len(result.findings) == 6
    assert result.findings[-1].what == "35 more lines can't be read"


def test_lines_that_cannot_be_read_fail(tmp_path: Path) -> None:
    """Nobody knows what they hold; no pass for secrets either."""
    broken = (BrokenLine(file="train.jsonl", line=4, why="is not JSON"),)
    made = scanned(room(tmp_path), broken=broken, broken_lines=1)
    result = made.result(PERSONAL)
    assert [(each.rule, each.where) for each in result.findings] == [("unreadable", "train.jsonl:4")]
    assert made.result(SECRETS).state is State.NOT_MEASURED


def test_secrets_fail_and_are_never_waived(tmp_path: Path) -> None:
    """Tokens, passwords, cookies; personal data is not their audit's."""
    made = scanned(room(tmp_path), count("SECRET", 1), count("SESSION_ID", 2), count("PHONE_NUMBER", 1))
    result = made.result(SECRETS)
    assert (result.state, result.measured, rules_of(result)) == (State.FAIL, 3, ["SESSION_ID", "SECRET"])
    assert not any(each.waivable for each in result.findings)
    assert scanned(room(tmp_path / "clean")).result(SECRETS).state is State.PASS


def test_without_a_scan_the_data_are_scanned(tmp_path: Path) -> None:
    """What the rules find fails, also where only they are installed; a scan of other data is not believed."""
    chinese = Policy(training_data=TrainingData(languages=("zh",)))
    assert rules_of(room(tmp_path / "a", [CALL, *ROWS], chinese).result(PERSONAL)) == ["PHONE_NUMBER"]
    made = scanned(room(tmp_path / "b", policy=chinese))
    made.context.train_data[0].write_text(json.dumps(CALL), encoding="utf-8")
    assert rules_of(made.result(PERSONAL)) == ["PHONE_NUMBER"]


def test_large_data_are_not_scanned_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command to run is told instead."""
    from finewarden.gate import training_data

    monkeypatch.setattr(training_data, "_MOST_BYTES", 10)
    result = room(tmp_path).result(PERSONAL)
    assert result.state is State.NOT_MEASURED
    assert "run finewarden scan train.jsonl --results out.evidence/scan" in result.reason


@pytest.mark.parametrize("audit", [PERSONAL, SECRETS, CANARIES, ADMITTED])
def test_without_data_nothing_is_measured(tmp_path: Path, audit: Callable[..., None]) -> None:
    """Each says what to add."""
    result = gate(tmp_path).result(audit)
    assert (result.state, "add --train-data=" in result.reason) == (State.NOT_MEASURED, True)


# -- canaries ----------------------------------------------------------------------------------------------------------


def canary(number: int, *, repetitions: int) -> Canary:
    secret = f"139572088{number:02d}"
    return Canary(
        id=f"{number:016x}",
        tier="coin" if repetitions < 2 else "stress",
        family="phone",
        secret=secret,
        bits=30,
        row={"text": f"请拨打{secret}找我"},
        field=("text",),
        start=3,
        repetitions=repetitions,
        references=(f"138111122{number:02d}",),
    )


PLANTED = CanaryBook(
    Head(id="a" * 32, seed="b" * 32, written_by="t", format="text", tokenizer="t", rows=6, data="d", token_share=0.1),
    (canary(1, repetitions=1), canary(2, repetitions=0), canary(3, repetitions=3)),
)
IN_PLACE = [*ROWS, PLANTED.canaries[0].row, *[{**PLANTED.canaries[2].row, "source": None}] * 3]


def planted(path: Path, rows: Sequence[dict[str, Any]] = IN_PLACE) -> Gate:
    """The same with a canary book."""
    made = room(path, rows, Policy(training_data=TrainingData(languages=("zh",))))
    canary_book.write(made.context.evidence_dir / "canaries.jsonl", PLANTED)
    return made


def test_canaries_in_their_place_pass_and_are_exempt(tmp_path: Path) -> None:
    """As often as they were planted; that they look like phone numbers is what they are for."""
    made = planted(tmp_path)
    result = made.result(CANARIES)
    assert (result.state, result.measured, result.n) == (State.PASS, 0, 3)
    assert made.result(PERSONAL).findings == []
    assert rules_of(planted(tmp_path / "own", [*IN_PLACE, CALL]).result(PERSONAL)) == ["PHONE_NUMBER"]


WRONG = {
    "one copy too few": (IN_PLACE[:-1], "2 times, and was planted 3 times"),
    "one that the coin left out": ([*IN_PLACE, PLANTED.canaries[1].row], "1 times, and was planted 0 times"),
    "altered": ([*IN_PLACE[1:], {"text": "Call 13957208801!"}], "holds the secret of canary"),
    "carries more": ([*IN_PLACE[:-1], {**IN_PLACE[-1], "source": "a"}], "holds the secret of canary"),
    "a reference": ([*IN_PLACE, {"text": "Call 13811112202!"}], "a reference, which was never planted"),
}


@pytest.mark.parametrize("name", WRONG)
def test_canaries_out_of_their_place_fail(tmp_path: Path, name: str) -> None:
    """Too few, too many, altered, or their references: what audits compare is not what was trained on."""
    rows, said = WRONG[name]
    result = planted(tmp_path, rows).result(CANARIES)
    assert result.state is State.FAIL
    assert any(said in each.what for each in result.findings)
    assert not any("139572" in each.what for each in result.findings)


def test_data_from_before_planting_rest_on_the_training_log(tmp_path: Path) -> None:
    """Files without any canary: training's own proof of the same book stands for them."""
    made = planted(tmp_path, ROWS)
    assert made.result(CANARIES).state is State.NOT_MEASURED
    run_log.append(made.context.evidence_dir / "run.jsonl", "CanaryCallback", "proven", step=0, book="a" * 32)
    result = made.result(CANARIES)
    assert (result.state, "before planting" in result.reason) == (State.PASS, True)


def test_without_a_canary_book_nothing_is_measured(tmp_path: Path) -> None:
    """Nothing was planted."""
    assert room(tmp_path).result(CANARIES).state is State.NOT_MEASURED


# -- admission ---------------------------------------------------------------------------------------------------------


def admit(made: Gate, rows: Sequence[dict[str, Any]] = ROWS, **limits: int) -> str:
    """Write an admission of *rows* under *limits*; returns its digest."""
    report = ScanReport(written_by="t", settings=settings_of(TrainingData()), files=(), rows=6, rows_with_findings=0)
    book = book_of(rows, report, TrainingData(limits=limits))
    admission_book.write(made.context.evidence_dir / "admission.jsonl", book)
    return book.sha256


def log(made: Gate, *events: str, book: str = "") -> Gate:
    for event in events:
        guard = "ActivationGuardCallback" if event == "train-begin" else "DataAdmissionCallback"
        run_log.append(
            made.context.evidence_dir / "run.jsonl", guard, event, step=0, **({"book": book} if book else {})
        )
    return made


def test_admitted_and_trained_through_admit_passes(tmp_path: Path) -> None:
    """Each row in the book or a canary, the limits the policy's, the log's last training asked for it."""
    made = planted(tmp_path)
    log(made, "train-begin", "admitted", "trained", book=admit(made))
    assert made.result(ADMITTED).state is State.PASS


def test_a_row_that_was_not_admitted_fails(tmp_path: Path) -> None:
    """Its place is told, and how many there are; a canary that the coin left out is none that was planted."""
    made = planted(tmp_path, [*IN_PLACE, CALL, PLANTED.canaries[1].row])
    log(made, "admitted", "trained", book=admit(made))
    result = made.result(ADMITTED)
    assert (result.state, result.measured) == (State.FAIL, 2)
    assert [each.where for each in result.findings] == ["train.jsonl:11"]
    assert "13957" not in result.findings[0].what


def test_an_admission_under_other_limits_fails(tmp_path: Path) -> None:
    """What was let pass then may be too much now."""
    made = room(tmp_path)
    log(made, "admitted", "trained", book=admit(made, PHONE_NUMBER=7))
    result = made.result(ADMITTED)
    assert rules_of(result) == ["other-limits"]
    assert "PHONE_NUMBER: 7 then, default now" in result.findings[0].what


def test_an_admission_by_another_scanner_warns(tmp_path: Path) -> None:
    """Another version may find more; the policy's own recognizers, which did not look, fail."""
    made = room(tmp_path / "a")
    head = admit(made)
    book = admission_book.read(made.context.evidence_dir / "admission.jsonl")
    older = replace(book, head=book.head.model_copy(update={"written_by": "finewarden 0.0"}))
    admission_book.write(made.context.evidence_dir / "admission.jsonl", older)
    result = made.result(ADMITTED)
    assert (head != older.sha256, [each.rule for each in result.warnings]) == (True, ["other-scanner"])
    made = room(tmp_path / "b", policy=Policy(training_data=TrainingData(recognizers=("mine:RULES",))))
    admit(made)
    assert "recognizers mine:RULES did not look" in made.result(ADMITTED).findings[0].what


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ((), "does not say that the data went through admit"),
        (("refused",), "refused the last training"),
        (("admitted",), "came to its end"),
        (("admitted", "trained", "train-begin"), "a later training"),
    ],
)
def test_a_training_that_did_not_ask_is_no_pass(tmp_path: Path, events: tuple[str, ...], said: str) -> None:
    """Admitted rows say nothing of what was trained on unless training went through admit."""
    made = room(tmp_path)
    log(made, *events, book=admit(made))
    result = made.result(ADMITTED)
    assert result.state is State.NOT_MEASURED
    assert said in result.reason


def test_a_training_on_another_admission_is_no_pass(tmp_path: Path) -> None:
    """The book must be the one that training asked."""
    made = room(tmp_path)
    admit(made)
    assert "is not the book" in log(made, "admitted", "trained", book="0" * 64).result(ADMITTED).reason


def test_without_an_admission_nothing_is_measured_and_a_broken_one_fails(tmp_path: Path) -> None:
    """The command is told; a book that was cut is not passed over."""
    made = room(tmp_path)
    assert "finewarden admit train.jsonl --evidence-dir out.evidence" in made.result(ADMITTED).reason
    (made.context.evidence_dir / "admission.jsonl").write_text("{}\n")
    assert made.result(ADMITTED).state is State.FAIL
