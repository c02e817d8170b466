"""What of the data was trained on, each record once."""

from __future__ import annotations

from typing import Any

from finewarden.evidence.canary_book import Canary, CanaryBook
from finewarden.evidence.canary_book import Head as CanaryHead
from finewarden.evidence.holdout_book import Head, HeldOut, HoldoutBook, keyed
from finewarden.memorization.training_data import TrainingRow
from finewarden.memorization.training_set import TrainingSet, content_key, text_before

KEY = "ab" * 32


def rows(*records: dict[str, Any]) -> list[TrainingRow]:
    """*records* as the rows of one file."""
    return [TrainingRow("f.jsonl", n, record, record) for n, record in enumerate(records, start=1)]


def test_equal_records_are_one() -> None:
    """Copies are counted, whatever their other columns and whatever a columnar format filled in."""
    data = TrainingSet(
        rows({"text": "one", "id": 1}, {"text": "two"}, {"text": "one", "id": 3, "prompt": None}), None, None
    )
    assert [(each.row.where, each.copies) for each in data.trained] == [("f.jsonl:1", 2), ("f.jsonl:2", 1)]
    assert data.trained_texts == ("one", "two")


def test_canaries_are_left_out() -> None:
    """Data that were saved after planting hold rows that nobody's record stands behind."""
    canary = Canary(
        id="0" * 16,
        tier="coin",
        family="text",
        secret="s3",
        bits=9,
        row={"text": "code s3"},
        field=("text",),
        start=5,
        repetitions=1,
    )
    head = CanaryHead(
        id="0" * 32, seed="0" * 32, written_by="test", format="text", tokenizer="", rows=2, data="", token_share=0
    )
    data = TrainingSet(rows({"text": "one"}, {"text": "code s3", "id": None}), CanaryBook(head, (canary,)), None)
    assert [each.row.row["text"] for each in data.trained] == ["one"]


def test_only_what_is_held_out_is_left_out() -> None:
    """A row that the hold-out book does not list counts as trained on; the sides are told row by row."""
    records = [{"text": name} for name in ("kept", "held", "new")]
    entries = [
        HeldOut(record=keyed(KEY, record), group=keyed(KEY, n), held_out=record["text"] == "held")
        for n, record in enumerate(records[:2])
    ]
    head = Head.model_validate(
        {"key": KEY, "written_by": "test", "fraction": 0.5, "group_by": None, "rows": 2}
        | ({"near_duplicates": False} if "near_duplicates" in Head.model_fields else {})
    )
    data = TrainingSet(rows(*records), None, HoldoutBook(head, tuple(entries)))
    assert [each.row.row["text"] for each in data.trained] == ["kept", "new"]
    assert data.unknown == 1
    assert TrainingSet(rows(*records), None, None).unknown == 0
    assert [entry and entry.held_out for _, entry in data.sides()] == [False, True, None]


def test_what_stands_in_front_of_the_answer() -> None:
    """All text the model could copy from, in every form of record; a plain text has none."""
    turns = [
        {"role": "system", "content": "s"},
        {"role": "user", "content": "u"},
        {"role": "assistant", "content": "a"},
    ]
    assert text_before({"text": "a"}) == ""
    assert text_before({"prompt": "p", "completion": "a"}) == "p"
    assert set(text_before({"messages": turns}).split("\n")) >= {"s", "u"}
    assert set(text_before({"prompt": turns[:2], "completion": turns[2:]}).split("\n")) >= {"s", "u"}
    assert "a" not in text_before({"messages": turns}).split("\n")


def test_a_record_is_known_by_what_training_reads() -> None:
    """Another answer is another record; another column is not."""
    pair = {"prompt": "p", "completion": "a"}
    assert content_key(pair) == content_key({**pair, "source": "x"}) != content_key({**pair, "completion": "b"})
