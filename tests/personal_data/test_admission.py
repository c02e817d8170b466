"""What a policy lets pass of a scan's counts."""

from __future__ import annotations

import pytest

from finewarden.personal_data.admission import (
    book_of,
    breaches,
    limit_of,
    obstacles,
    unknown_limits,
    unlimited_names,
)
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

EXAMPLE = Example(
    file="train.jsonl", row=3, field="messages.1.content", role="user", start=4, end=15, masked="1***6"
)
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
    told = list(obstacles(report(missing=("presidio-analyzer is not installed",), broken=broken)))
    assert told[0] == "train.jsonl:1: is not JSON"
    assert told[3:] == ["2 further lines can't be read", "presidio-analyzer is not installed"]
    assert list(obstacles(report())) == []


def test_a_misspelt_limit_is_told_with_the_name_that_was_meant() -> None:
    """A limit of an entity that nobody looks for holds nothing; a user's own entity that was found does."""
    rules = TrainingData(limits={"EMAIL_ADRESS": 3, "EMPLOYEE_NUMBER": 1, "PERSON": 1})
    told = list(unknown_limits(report(count("EMPLOYEE_NUMBER", 1)), rules))
    assert told == ["training_data.limits: EMAIL_ADRESS is no entity that is looked for; did you mean EMAIL_ADDRESS?"]


def test_the_book_is_of_the_rows_and_the_limits() -> None:
    """It holds what was let pass, by entity, the files and a hash of each row."""
    sampled = Sampled(rows=1, of=2, hit=0, at_most=0.9, confidence=0.95)
    found = report(count("PERSON", 5)).model_copy(update={"sampled": sampled})
    rows = [{"text": "a"}, {"text": "b", "source": "x"}, {"text": "a"}]
    book = book_of(rows, found, TrainingData(limits={"PERSON": 9}))
    assert (book.head.rows, book.head.distinct, book.head.columns) == (3, 2, ("text", "source"))
    assert (book.head.limits, book.head.counted, book.head.names_at_most) == ({"PERSON": 9}, {"PERSON": 5}, 0.9)
    assert all(row in book for row in rows)
    assert {"text": "c"} not in book
    assert book_of(rows, found, TrainingData()).head.key != book.head.key
