"""Whether two runs saw the same data."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.training


def test_any_change_of_a_data_set_shows() -> None:
    """Content, order, length and columns count; how the table lies in memory does not."""
    from datasets import Dataset, concatenate_datasets

    from finewarden.callbacks.differential_privacy.data_fingerprint import fingerprint

    rows = [{"text": f"客户{i}", "labels": [i, i + 1]} for i in range(30)]
    same = fingerprint(Dataset.from_list(rows))
    parts = concatenate_datasets([Dataset.from_list(rows[:7]), Dataset.from_list(rows[7:])])
    assert fingerprint(parts) == same
    for changed in (rows[::-1], rows[:-1], [*rows[:-1], {**rows[-1], "labels": [0, 1]}]):
        assert fingerprint(Dataset.from_list(changed)).digest != same.digest
    assert same.duplicates == 0
    assert fingerprint(Dataset.from_list([*rows, rows[3], rows[3]])).duplicates == 2


def test_any_other_data_set_is_read_row_by_row() -> None:
    """A list or torch data set of tensors has a fingerprint too, by its numbers and not by their shortened text."""
    import torch

    from finewarden.callbacks.differential_privacy.data_fingerprint import fingerprint

    rows = [{"input_ids": torch.arange(2000) + i} for i in range(5)]
    before = fingerprint(rows)
    assert before == fingerprint(rows)
    rows[3]["input_ids"][1000] += 1
    assert fingerprint(rows).digest != before.digest
