"""Rows that are taken out of a report leave exactly what the other rows give."""

from __future__ import annotations

from finewarden.personal_data.exempt_rows import without_rows
from finewarden.personal_data.reading.rows import Row
from finewarden.personal_data.scan_report import ScannedFile, ScanReport, ScanSettings
from finewarden.personal_data.shards.run import scan_items

SETTINGS = ScanSettings(languages=("zh",), names=False)
ROWS = [
    Row(1, {"text": "请拨打13957208846联系我"}),
    Row(2, {"text": "手机13957208847，邮箱li.na77@mail.invalid", "source": "a"}),
    Row(3, {"text": "明天送达。"}),
    Row(4, {"text": "又是13957208848"}),
]


def report(rows: list[Row], settings: ScanSettings = SETTINGS) -> ScanReport:
    found = scan_items(rows, settings, name="train.jsonl", part="")
    file = ScannedFile(name="train.jsonl", sha256="0" * 64, bytes=1, rows=len(rows))
    return ScanReport(
        written_by="t",
        settings=settings,
        files=(file,),
        rows=len(rows),
        rows_with_findings=found.rows_with_findings,
        counts=found.counts,
    )


def test_what_is_left_is_the_report_of_the_other_rows() -> None:
    """Counts, rows and examples, column by column and source by source."""
    left, other = without_rows(report(ROWS), [("train.jsonl", [ROWS[1]])]), report([ROWS[0], *ROWS[2:]])
    assert (left.counts, left.rows, left.rows_with_findings) == (other.counts, other.rows, other.rows_with_findings)


def test_a_row_of_another_file_is_another_row() -> None:
    """An example stays where only a row of its number in another file is exempt."""
    left = without_rows(report(ROWS[:1]), [("other.jsonl", [Row(1, {"text": "明天"})])])
    assert [each.row for count in left.counts for each in count.examples] == [1]
