"""Sequences are found wherever they stand in a row, and nowhere else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finewarden.callbacks.canaries.token_search import Found, NoTokens, search

pytestmark = pytest.mark.training

ids = st.integers(0, 3)


def brute_force(rows: list[list[int]], sequences: list[list[int]]) -> set[Found]:
    return {
        Found(row, at, which)
        for row, values in enumerate(rows)
        for which, sequence in enumerate(sequences)
        for at in range(len(values) - len(sequence) + 1)
        if values[at : at + len(sequence)] == sequence
    }


@given(
    st.lists(st.lists(ids, max_size=24), min_size=1, max_size=8),
    st.lists(st.lists(ids, min_size=1, max_size=10), max_size=6),
)
def test_search_agrees_with_brute_force(rows: list[list[int]], sequences: list[list[int]]) -> None:
    """Every place once, none across two rows; short, equal and overlapping sequences too."""
    sequences += [row[1:10] for row in rows if len(row) > 1]  # long ones seldom stand there by chance
    data = [{"input_ids": row} for row in rows]
    found = list(search(data, sequences))
    assert set(found) == brute_force(rows, sequences)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("kind", ["dataset", "shuffled", "transform", "list", "arrays"])
def test_every_kind_of_data_is_read(kind: str) -> None:
    """Arrow tables, tables seen through a shuffle, transforms and plain rows give the same places."""
    from datasets import Dataset

    rows = [{"input_ids": [row, 7, 8, 9, row], "text": "x"} for row in range(2500)]
    data: Any = Dataset.from_list(rows)
    if kind == "shuffled":
        data = data.shuffle(seed=1)
        rows = list(data)
    elif kind == "transform":
        data = data.with_transform(lambda batch: {"input_ids": [ids[::-1] for ids in batch["input_ids"]]})
        rows = [{"input_ids": row["input_ids"][::-1]} for row in rows]
    elif kind == "list":
        data = rows
    elif kind == "arrays":
        data = [{"input_ids": np.asarray(row["input_ids"])} for row in rows]
    wanted = [rows[1700]["input_ids"], rows[3]["input_ids"][:3], [9, 7]]
    expected = brute_force([row["input_ids"] for row in rows], wanted)
    assert set(search(data, wanted)) == expected
    assert {found.row for found in expected} >= {3, 1700}


def test_data_without_ids_are_refused() -> None:
    """Nothing is said to be absent where nothing could be looked at."""
    from datasets import Dataset

    for data in (Dataset.from_list([{"text": "x"}]), [{"text": "x"}]):
        with pytest.raises(NoTokens):
            list(search(data, [[1]]))
