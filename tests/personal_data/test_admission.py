"""What a policy lets pass of a scan's counts."""

from __future__ import annotations

import pytest

import finewarden
from finewarden.personal_data.admission import (
    book_of,
    breaches,
    limit_of,
    misspelt_limits,
    obstacles,
    other_scanner,
    passed_over,
    unknown_limits,
    unlimited_names,
)
from finewarden.personal_data.reading.folders import PassedOver
from finewarden.personal_data.scan_report import (
    BrokenLine,
    Count,
    Example,
    Sampled,
    ScannedFile,
    ScanReport,
    ScanSettings,
)
from finewarden.policy import TrainingData

EXAMPLE = Example(file="train.jsonl", row=3, field="messages.1.content", role="user", start=4, end=15, masked="1***6")
FILE = ScannedFile(name="train.jsonl", sha256="0" * 64, bytes=100, rows=2)


def count(entity: str, counted: int, *, column: str = "messages.content") -> Count:
    return Count(entity=entity, column=column, findings=counted + 1, counted=counted, rows=1, examples=(EXAMPLE,))


def report(*counts: Count, missing: tuple[str, ...] = (), broken: tuple[BrokenLine, ...] = ()) -> ScanReport:
    return ScanReport(
        written_by="test",
        settings=ScanSettings(),
        files=(FILE,),
        rows=2,
        rows_with_findings=1,
        counts=counts,
        missing=missing,
        broken=broken,
    )


def test_none_of_a_direct_identifier_passes_where_the_policy_is_silent() -> None:
    """One phone number is one too many; where it stands, how it is masked and how to mend it is told."""
    (breach,) = breaches(report(count("PHONE_NUMBER", 1)), TrainingData())
    assert (breach.counted, breach.limit, breach.examples) == (1, 0, (EXAMPLE,))
    assert breach.what == "1 x phone number (PHONE_NUMBER) in messages.content; none may be there"
    assert "finewarden deidentify" in breach.mend
    assert "PHONE_NUMBER = 1" in breach.mend


def test_counts_of_all_columns_are_one_count() -> None:
    """A limit is for the whole data: columns are added up."""
    found = report(count("EMAIL_ADDRESS", 2), count("EMAIL_ADDRESS", 2, column="note"))
    assert breaches(found, TrainingData(limits={"EMAIL_ADDRESS": 4})) == []
    (breach,) = breaches(found, TrainingData(limits={"EMAIL_ADDRESS": 3}))
    assert (breach.counted, breach.columns) == (4, ("messages.content", "note"))


def test_what_is_not_counted_breaches_nothing() -> None:
    """A finding below its score, or nobody's, is no breach."""
    assert breaches(report(count("PHONE_NUMBER", 0)), TrainingData()) == []


@pytest.mark.parametrize(
    ("name", "limit"),
    [("SESSION_ID", 0), ("LOCATION", None), ("PERSON", None), ("URL", None), ("EMPLOYEE_NUMBER", 0)],
)
def test_default_limits_are_those_of_the_kind(name: str, limit: int | None) -> None:
    """Secrets and what a user's recognizer brings: none; names and places: any number."""
    assert limit_of(name, TrainingData()) == limit


def test_names_without_a_limit_are_told() -> None:
    """They pass, with a word; a limit makes them an entity like any other."""
    found = report(count("PERSON", 5))
    assert unlimited_names(found, TrainingData()) == {"PERSON": 5}
    limited = TrainingData(limits={"PERSON": 4})
    assert unlimited_names(found, limited) == {}
    assert [breach.counted for breach in breaches(found, limited)] == [5]


def test_a_scan_that_did_not_see_all_admits_nothing() -> None:
    """Broken lines by place, and what is missing, each in a line."""
    broken = tuple(BrokenLine(file="train.jsonl", line=at, why="is not JSON") for at in range(1, 6))
    told = list(obstacles(report(missing=("presidio-analyzer is not installed",), broken=broken), TrainingData()))
    assert told[0] == "train.jsonl:1: is not JSON; mend the line or leave it out"
    assert told[3:] == [
        "2 further lines can't be read; mend them or leave them out",
        "presidio-analyzer is not installed",
    ]
    assert list(obstacles(report(), TrainingData())) == []


@pytest.mark.parametrize(
    ("limits", "at_most", "drawn", "said"),
    [
        ({"PERSON": 10}, 0.4, 8, "up to 160 PERSON may be in all"),
        ({"PERSON": 160}, 0.4, 8, ""),
        ({"PERSON": 0}, 0.002, 300, ""),
        ({"LOCATION": 10}, 0.001, 300, "does not bound LOCATION"),
        ({"EMAIL_ADDRESS": 0}, 0.4, 8, ""),
        ({}, 0.4, 8, ""),
        ({}, 1.0, 0, "in 0 of 400 rows"),
    ],
)
def test_a_sample_must_bound_what_a_limit_is_for(limits: dict[str, int], at_most: float, drawn: int, said: str) -> None:
    """Of 400 rows: a limit on names holds for all that may have one; on places, which are not bounded, never."""
    sampled = Sampled(rows=drawn, of=400, hit=0, at_most=at_most, confidence=0.95)
    found = report().model_copy(update={"sampled": sampled})
    told = list(obstacles(found, TrainingData(limits=limits)))
    assert [said in each for each in told] == ([True] if said else [])


def test_a_row_with_several_names_weighs_as_many() -> None:
    """The sample bounds rows; the limit is for findings."""
    sampled = Sampled(rows=100, of=400, hit=5, at_most=0.1, confidence=0.95)
    names = Count(entity="PERSON", column="text", findings=15, counted=15, rows=5)
    found = report(names).model_copy(update={"sampled": sampled})
    assert list(obstacles(found, TrainingData(limits={"PERSON": 100})))
    assert not list(obstacles(found, TrainingData(limits={"PERSON": 120})))


def test_a_misspelt_limit_is_told_with_the_name_that_was_meant() -> None:
    """A slip limits nothing, and nothing is admitted; an entity that nobody knows is told."""
    rules = TrainingData(limits={"EMAIL_ADRESS": 3, "EMPLOYEE_NUMBER": 1, "SHOE_SIZE": 1, "PERSON": 1})
    found = report(count("EMPLOYEE_NUMBER", 1))
    slip = "training_data.limits: EMAIL_ADRESS is no entity that is looked for; did you mean EMAIL_ADDRESS?"
    assert list(misspelt_limits(found, rules)) == [slip]
    assert slip in obstacles(found, rules)
    assert ["SHOE_SIZE" in each for each in unknown_limits(found, rules)] == [True]
    own = found.model_copy(update={"settings": ScanSettings(own=("mine:RULES",))})
    assert list(misspelt_limits(own, rules)) == []
    assert len(list(unknown_limits(own, rules))) == 2


def test_what_folders_hold_beside_data_is_told() -> None:
    """The first of it, why, and how many more."""
    beside = [PassedOver(f"data/{name}.pdf", "of an unknown kind (.pdf)") for name in "abcde"]
    assert passed_over(beside[:1]) == "not looked at: data/a.pdf (of an unknown kind (.pdf))"
    assert passed_over(beside).endswith(" and 2 more")
    assert passed_over(()) == ""


def test_another_scanner_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version, or other rules where all are installed; without all of them this machine says nothing."""
    from finewarden.personal_data import admission, recognizer_digest

    now = f"finewarden {finewarden.__version__}"
    head = book_of([], report(), TrainingData()).head.model_copy(update={"recognizers": "a" * 64})
    monkeypatch.setattr(recognizer_digest, "recognizer_digest", lambda own: "b" * 64)
    monkeypatch.setattr(admission.importlib.util, "find_spec", lambda name: object())
    assert "have changed" in other_scanner(head)
    assert other_scanner(head.model_copy(update={"recognizers": "b" * 64})) == ""
    assert other_scanner(head.model_copy(update={"written_by": "finewarden 0.0"})) == f"finewarden 0.0 then, {now} now"
    monkeypatch.setattr(admission.importlib.util, "find_spec", lambda name: None)
    assert other_scanner(head) == ""


def test_the_book_is_of_the_rows_and_the_limits() -> None:
    """It holds what was let pass, by entity, the files and a hash of each row."""
    sampled = Sampled(rows=1, of=2, hit=0, at_most=0.9, confidence=0.95)
    made = ScanSettings(names_in=0.5, own=("mine:RULES",), source_column="from", recognizers="a" * 64)
    found = report(count("PERSON", 5)).model_copy(update={"sampled": sampled, "settings": made})
    rows = [{"text": "a"}, {"text": "b", "source": "x"}, {"text": "a"}]
    book = book_of(rows, found, TrainingData(limits={"PERSON": 9}))
    assert (book.head.rows, book.head.distinct, book.head.columns) == (3, 2, ("text", "source"))
    assert (book.head.limits, book.head.counted, book.head.names_at_most) == ({"PERSON": 9}, {"PERSON": 5}, 0.9)
    bound = (book.head.names_in, book.head.own, book.head.source_column, book.head.recognizers)
    assert bound == (0.5, ("mine:RULES",), "from", "a" * 64)
    assert all(row in book for row in rows)
    assert {"text": "c"} not in book
    assert book_of(rows, found, TrainingData()).head.key != book.head.key
