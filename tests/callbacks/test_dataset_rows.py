"""Evidence knows rows by what they say, however `datasets` stores them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.training


@pytest.fixture
def uneven(tmp_path: Path) -> tuple[list[dict[str, Any]], Any]:
    """Chats whose messages have different keys, as rows of a file and as `datasets` loads that file."""
    from datasets import load_dataset

    rows: list[dict[str, Any]] = [
        {
            "messages": [
                {"role": "user", "content": f"question {i}"},
                {"role": "assistant", "content": "yes", "name": "x"},
            ]
        }
        if i % 2
        else {"messages": [{"role": "user", "content": f"a question {i}"}, {"role": "assistant", "content": "no"}]}
        for i in range(20)
    ]
    path = tmp_path / "train.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return rows, load_dataset("json", data_files=str(path), split="train", cache_dir=str(tmp_path / "cache"))


def test_messages_of_different_keys(uneven: tuple[list[dict[str, Any]], Any]) -> None:
    """Messages that are stored as JSON text are given as messages."""
    from finewarden.callbacks.dataset_rows import stored_rows

    rows, dataset = uneven

    assert list(stored_rows(dataset)) == rows


def test_held_out_rows_are_known_again(uneven: tuple[list[dict[str, Any]], Any], tmp_path: Path) -> None:
    """A row of the file is found in the hold-out book that was made from the loaded data set."""
    from finewarden.callbacks import hold_out
    from finewarden.evidence import holdout_book

    rows, dataset = uneven
    hold_out(dataset, fraction=0.2, evidence_dir=tmp_path / "out.evidence", near_duplicates=False)
    book = holdout_book.read(tmp_path / "out.evidence" / holdout_book.HOLDOUT_BOOK)

    assert all(holdout_book.keyed(book.head.key, row) in book.by_record for row in rows)


def test_images_stay_bytes() -> None:
    """What is stored as bytes is not decoded, so that it can be hashed."""
    from datasets import Dataset, Features, Image, Value

    from finewarden.callbacks.dataset_rows import stored_rows

    features = Features({"text": Value("string"), "image": Image()})
    data = Dataset.from_list([{"text": "a", "image": {"bytes": b"GIF89a", "path": None}}], features=features)

    assert list(stored_rows(data)) == [{"text": "a", "image": {"bytes": b"GIF89a", "path": None}}]
