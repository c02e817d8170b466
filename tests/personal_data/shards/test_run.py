"""One shard: counts, examples, names that the data brings, and what fails, without a value anywhere."""

from __future__ import annotations

import json
import pickle
import traceback
from collections.abc import Sequence
from pathlib import Path

import pytest

from finewarden.personal_data import scanner
from finewarden.personal_data.finding import Finding
from finewarden.personal_data.reading.folders import find_inputs
from finewarden.personal_data.scan_report import Count, ScanSettings
from finewarden.personal_data.shards.plan import Shard, plan
from finewarden.personal_data.shards.result import ShardResult
from finewarden.personal_data.shards.run import ShardError, scan_shard

PHONE, MAIL = "13912345678", "li.lei@qq.com"
RULES = ScanSettings(languages=("zh",), names=False)


def shard_of(folder: Path, rows: Sequence[object]) -> Shard:
    """*rows* as a file of JSON Lines, and its only shard."""
    path = folder / "a.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    [shard] = plan(find_inputs([path]).files).shards
    return shard


def scan(folder: Path, rows: Sequence[object], settings: ScanSettings = RULES) -> ShardResult:
    """The result of *rows*."""
    return scan_shard(shard_of(folder, rows), settings)


def cell(result: ShardResult, entity: str) -> Count:
    """The only count of *entity*."""
    [found] = [count for count in result.counts if count.entity == entity]
    return found


def test_findings_are_counted_by_type_field_and_source(tmp_path: Path) -> None:
    """Findings, rows and examples with file, line, field and role; a role mailbox is found and not counted."""
    chat = {"messages": [{"role": "user", "content": f"电话{PHONE}，{PHONE}"}, {"role": "用户李雷", "content": MAIL}]}
    result = scan(tmp_path, [{**chat, "source": "crm"}, {"text": "好"}, {"text": "info@qq.com", "source": "web"}])
    phone, (mail, office) = cell(result, "PHONE_NUMBER"), [c for c in result.counts if c.entity == "EMAIL_ADDRESS"]
    assert (phone.column, phone.source, phone.findings, phone.counted, phone.rows) == (
        "messages.content",
        "crm",
        2,
        2,
        1,
    )
    assert (office.source, office.findings, office.counted, mail.counted) == ("web", 1, 0, 1)
    first = phone.examples[0]
    assert (first.file, first.row, first.field, first.role, first.start) == (
        "a.jsonl",
        1,
        "messages[0].content",
        "user",
        2,
    )
    assert mail.examples[0].role == "other"
    assert (result.rows, result.rows_with_findings) == (3, 2)


def test_numbers_and_names_of_fields_without_a_text_are_looked_at(tmp_path: Path) -> None:
    """A telephone number as a number counts, has an example and a finding, but in a column that the policy names."""
    rows = [{"phone": int(PHONE), "id": 1, "order": {"no": int(PHONE)}}, {PHONE: None}]
    settings = RULES.model_copy(update={"numbers_kept": ("order.no",)})
    result = scan_shard(shard_of(tmp_path, rows), settings, findings=tmp_path / "f.jsonl")
    assert [(c.entity, c.column, c.counted) for c in result.counts] == [
        ("PHONE_NUMBER", "(field name)", 1), ("PHONE_NUMBER", "phone", 1)
    ]  # fmt: skip
    told = (tmp_path / "f.jsonl").read_text()
    assert len(told.splitlines()) == 2
    assert PHONE not in told + result.model_dump_json()
    assert {c.column: c.counted for c in scan(tmp_path, rows).counts}["order.no"] == 1


def test_no_value_is_anywhere(tmp_path: Path) -> None:
    """Values in texts, names of fields, sources, roles and broken lines stand neither in the result nor in findings."""
    rows = [
        {"text": PHONE, MAIL: MAIL, "source": PHONE},
        {"messages": [{"role": MAIL, "content": PHONE}]},
        f'{{"text": "{PHONE}',
        f'["{PHONE}"]',
        {"text": {"a" * 99: f"{PHONE} \ud800"}},
    ]
    result = scan_shard(shard_of(tmp_path, rows), RULES, findings=tmp_path / "f.jsonl")
    written = result.model_dump_json() + (tmp_path / "f.jsonl").read_text()
    assert result.rows_with_findings == 3
    assert [each.line for each in result.broken] == [3, 4]
    assert not [value for value in (PHONE, PHONE[3:], MAIL, "li.lei", "a" * 99) if value in written]
    assert {count.column for count in result.counts} == {
        "text", "messages.content", "messages.role", "(field name)", "<hidden>", "text.<hidden>", "source"
    }  # fmt: skip


def test_each_finding_is_a_line(tmp_path: Path) -> None:
    """File, row, place, role, span, type, score and mask of each, and whether a gate counts it."""
    scan_shard(shard_of(tmp_path, [{"text": f"a {PHONE}"}]), RULES, findings=tmp_path / "f.jsonl")
    [line] = map(json.loads, (tmp_path / "f.jsonl").read_text().splitlines())
    assert line.pop("masked") not in (PHONE, "")
    assert line.pop("score") > 0.4
    place = {"file": "a.jsonl", "row": 1, "field": "text", "role": None, "start": 2, "end": 13}
    assert line == {**place, "entity": "PHONE_NUMBER", "counted": True}


def test_a_recognizer_that_fails_breaks_one_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row is told with the kind and place of the error and not its text; the others are scanned."""

    def find(text: str) -> list[Finding]:
        if "hush" in text:
            raise KeyError(text)
        return [Finding("SECRET", 0, 1, 1.0)] if text == "x" else []

    monkeypatch.setattr(scanner, "find_by_rules", find)
    result = scan(tmp_path, [{"a": "x"}, {"a": "hush"}, {"a": "x"}], RULES.model_copy(update={"seed": 1}))
    assert (result.rows, cell(result, "SECRET").rows) == (2, 2)
    [broken] = result.broken
    assert broken.line == 2
    assert broken.why.startswith("could not be scanned (KeyError in test_run.py:")


def test_an_error_that_nobody_foresaw_quotes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its kind and its place are told; neither its text nor what it came from, in this process or another."""

    def broken(_: object) -> None:
        raise ValueError(PHONE)

    monkeypatch.setattr("finewarden.personal_data.shards.tally.resolve", broken)
    with pytest.raises(
        ShardError, match=r"a\.jsonl: could not be scanned \(ValueError in test_run\.py:\d+\)"
    ) as caught:
        scan(tmp_path, [{"a": PHONE}])
    shown = "".join(traceback.format_exception(caught.value)) + repr(pickle.loads(pickle.dumps(caught.value)))
    assert PHONE not in shown


def test_a_file_that_changed_is_no_result(tmp_path: Path) -> None:
    """What was planned is what is scanned, or nothing is."""
    shard = shard_of(tmp_path, [{"a": "x"}])
    shard.path.write_text('{"a": "xy"}')
    with pytest.raises(ShardError, match="changed while it was scanned; run the scan again"):
        scan_shard(shard, RULES)
    shard.path.unlink()
    with pytest.raises(ShardError, match="can't be read"):
        scan_shard(shard, RULES)


def test_names_of_the_data_are_bounded(tmp_path: Path) -> None:
    """A thousand fields and sources are some hundreds of counts."""
    result = scan(tmp_path, [{f"f{number}": PHONE, "source": f"s{number}"} for number in range(1000)])
    assert len({count.column for count in result.counts}) == 501
    assert len({count.source for count in result.counts}) == 501
    assert sum(count.findings for count in result.counts) == 1000


def test_too_deep_a_row_is_told(tmp_path: Path) -> None:
    """A row nested a hundred levels and more is broken, and its neighbour is not."""
    result = scan(tmp_path, ['{"a": ' + "[" * 120 + "]" * 120 + "}", {"a": 10**30, "b": [None, True, 1.5, {}]}])
    assert result.rows == 1
    assert "nested deeper than 100 levels" in result.broken[0].why


def test_a_shard_and_its_result_can_be_sent(tmp_path: Path) -> None:
    """Whoever runs shards elsewhere sends the shard, the settings and the function, and gets the same result."""
    shard = shard_of(tmp_path, [{"a": PHONE}])
    function, sent, settings = pickle.loads(pickle.dumps((scan_shard, shard, RULES)))
    assert function(sent, settings) == scan_shard(shard, RULES)
