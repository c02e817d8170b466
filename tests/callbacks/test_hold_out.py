"""Groups are held out whole, by a key alone, and the same two sides come back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas
import pytest
from datasets import Dataset

from finewarden.callbacks import hold_out
from finewarden.evidence import holdout_book
from finewarden.evidence.holdout_book import keyed

pytestmark = pytest.mark.training

WORDS = ["river", "stone", "cloud", "lamp", "paper", "horse", "tower", "bread", "music", "glass", "ocean"]


def records(count: int = 60, of: int = 20) -> list[dict[str, Any]]:
    """*count* records that share no wording, of *of* customers."""
    return [
        {"text": " ".join(f"{WORDS[(i + k) % 11]}{i}{k}" for k in range(12)), "who": f"customer{i % of}"}
        for i in range(count)
    ]


@pytest.mark.parametrize("kind", [list, Dataset.from_list])
def test_every_record_is_on_one_side_and_in_order(kind: Callable[..., Any], tmp_path: Path) -> None:
    """The two sides are the data set, each in its order, of its type, and the book says which is which."""
    rows = records()
    train, held = hold_out(kind(rows), evidence_dir=tmp_path / "o.evidence")

    assert type(train) is type(held) is type(kind(rows))
    assert len(held) == 6
    assert sorted([*train, *held], key=rows.index) == rows
    assert [rows.index(row) for row in train] == sorted(rows.index(row) for row in train)
    book = holdout_book.read(tmp_path / "o.evidence" / "holdout.jsonl")
    assert [book.by_record[keyed(book.head.key, row)].held_out for row in held] == [True] * 6
    assert not any(book.by_record[keyed(book.head.key, row)].held_out for row in train)


def test_groups_are_never_split(tmp_path: Path) -> None:
    """All records of a customer are on one side, those without one by themselves."""
    rows = [*records(), {"text": "a lone record without owner", "who": None}]
    train, held = hold_out(rows, group_by="who", fraction=0.3, evidence_dir=tmp_path / "o.evidence")
    assert not {row["who"] for row in train} & {row["who"] for row in held} - {None}
    assert len({row["who"] for row in held}) == 6  # of 21 groups


@pytest.mark.parametrize("nothing", [None, float("nan"), pandas.NaT, pandas.NA], ids=str)
def test_no_value_is_no_owner(nothing: Any, tmp_path: Path) -> None:
    """What pandas writes where there is no value joins nobody: each such record is a group of its own."""
    rows = [{**row, "who": nothing} for row in records(20)]
    rows[0]["who"] = rows[1]["who"] = "customer"
    _, held = hold_out(rows, group_by="who", fraction=0.5, evidence_dir=tmp_path / "o.evidence")
    book = holdout_book.read(tmp_path / "o.evidence" / "holdout.jsonl")
    assert len({entry.group for entry in book.records}) == 19
    assert held


def test_equal_and_nearly_equal_records_are_one_group(tmp_path: Path) -> None:
    """A copy on the other side would make a held-out record look trained on."""
    rows = records(30)
    again = [{"text": row["text"] + " indeed", "who": "other"} for row in rows] + rows
    train, held = hold_out([*rows, *again], fraction=0.5, evidence_dir=tmp_path / "o.evidence")
    sides = [{row["text"].removesuffix(" indeed") for row in side} for side in (train, held)]
    assert not sides[0] & sides[1]
    assert len(held) == 45

    train, held = hold_out([*rows, *again], fraction=0.5, evidence_dir=tmp_path / "p.evidence", near_duplicates=False)
    assert not {row["text"] for row in train} & {row["text"] for row in held}


def test_another_key_holds_out_others(tmp_path: Path) -> None:
    """The key alone decides: nothing in a record makes it likelier to be held out."""
    counts = dict.fromkeys(range(12), 0)
    rows = records(12)
    for run in range(120):
        _, held = hold_out(rows, fraction=0.5, evidence_dir=tmp_path / f"{run}.evidence", near_duplicates=False)
        for row in held:
            counts[rows.index(row)] += 1
    assert sum(counts.values()) == 120 * 6
    assert all(30 <= count <= 90 for count in counts.values())  # 60 on average, 5.5 sigma each way


def test_same_call_gives_the_same_sides(tmp_path: Path) -> None:
    """Also from a list where a Dataset was split first; nothing is written anew."""
    rows = records()
    first = hold_out(Dataset.from_list(rows), evidence_dir=tmp_path / "o.evidence")
    written = (tmp_path / "o.evidence" / "holdout.jsonl").read_bytes()
    second = hold_out(rows, evidence_dir=tmp_path / "o.evidence")
    assert [list(side) for side in first] == list(second)
    assert (tmp_path / "o.evidence" / "holdout.jsonl").read_bytes() == written


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"fraction": 0.2}, "fraction (0.1 then, 0.2 now)"),
        ({"group_by": "who"}, "group_by (None then, who now)"),
        ({"near_duplicates": False}, "near_duplicates (True then, False now)"),
        ({"dataset": records(61)}, "60 rows then, 61 now"),
    ],
)
def test_another_split_is_never_overwritten(changed: dict[str, Any], words: str, tmp_path: Path) -> None:
    """The error says what changed, and the book stays."""
    given: dict[str, Any] = {"dataset": records(), "evidence_dir": tmp_path / "o.evidence"}
    hold_out(**given)
    before = (tmp_path / "o.evidence" / "holdout.jsonl").read_bytes()
    with pytest.raises(ValueError, match="nothing was overwritten") as caught:
        hold_out(**{**given, **changed})
    assert words in str(caught.value)
    assert (tmp_path / "o.evidence" / "holdout.jsonl").read_bytes() == before


def test_only_hashes_are_written(tmp_path: Path) -> None:
    """No word of a record, and no name of a group, is in the book."""
    hold_out(records(), group_by="who", evidence_dir=tmp_path / "o.evidence")
    text = (tmp_path / "o.evidence" / "holdout.jsonl").read_text()
    assert not any(word in text for word in [*WORDS, "customer"])


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"dataset": records(1)}, "are one group"),
        ({"dataset": [{"text": "the very same record"}] * 5}, "are one group"),
        ({"dataset": records(of=1), "group_by": "who"}, "are one group"),
        ({"dataset": []}, "got no rows"),
        ({"dataset": iter(records())}, "load a stream"),
        ({"dataset": ["a", "b"]}, "dataset: row 0 is str"),
        ({"fraction": "a"}, "fraction: got 'a'"),
        ({"fraction": 0}, "fraction: got 0"),
        ({"fraction": 1.0}, "fraction: got 1.0"),
        ({"group_by": "owner"}, "group_by: got 'owner'"),
        ({"evidence_dir": "out"}, "ends in .evidence"),
    ],
)
def test_what_can_not_be_split_is_refused(changed: dict[str, Any], words: str, tmp_path: Path) -> None:
    """Each error ends in what to do, and no book is left behind."""
    with pytest.raises(ValueError, match=r".") as caught:
        hold_out(**{"dataset": records(), "evidence_dir": tmp_path / "o.evidence", **changed})
    assert words in str(caught.value)
    assert not (tmp_path / "o.evidence" / "holdout.jsonl").exists()
