"""Which personal values may stand in each other's place."""

from __future__ import annotations

from typing import Any

from finewarden.memorization.personal_strata import LEAST, found_values, groups
from finewarden.memorization.training_data import TrainingRow
from finewarden.memorization.training_set import TrainingSet


def data(*records: dict[str, Any]) -> TrainingSet:
    """A training set of *records*."""
    return TrainingSet([TrainingRow("f", n, row, row) for n, row in enumerate(records, start=1)], None, None)


def answer(text: str, prompt: str = "q") -> dict[str, Any]:
    """A record that is trained on *text*."""
    return {"prompt": prompt, "completion": text}


def test_only_what_carries_loss_and_can_not_be_copied() -> None:
    """A value of the prompt is not trained on, and one that the prompt shows can be copied by any model."""
    found = found_values(
        data(
            answer("ok", prompt="call 13957208841"),
            answer("call 139 5720 8842", prompt="my number is 139-5720-8842"),
            answer("call 13957208843, again 13957208843"),
            answer("call +86 139 5720 8843."),
        )
    )
    [only] = found
    assert (only.value.key, only.copies, only.record.row.number) == ("13957208843", 2, 3)


def test_copies_are_rows() -> None:
    """A record that stands three times in the data holds its value three times."""
    [found] = found_values(data(*[answer("call 13957208843")] * 3))
    assert (found.copies, len(found.records)) == (3, 1)


def test_values_are_compared_within_kind_shape_and_prefix() -> None:
    """What is visible (spacing, prefix, domain) makes a stratum where enough share it; the rest is one stratum."""
    found = found_values(
        data(
            *(answer(f"139{i:08d}") for i in range(10_000_000, 10_000_009)),
            *(answer(f"1{30 + i}{i:04d}{i * i + 1000}") for i in range(1, 9)),
            *(answer(f"139 {i:04d} 1234") for i in range(2001, 2004)),
            *(answer(f"user{i}@firm{i}.invalid") for i in range(10, 15)),
        )
    )
    strata, alone = groups(found, most=32, seed=0)
    sizes = {group.name: len(group.values) for group in strata}
    assert sorted(sizes.values()) == [8, 9]
    assert all(name.startswith("mobile number 99999999999 #") for name in sizes)
    assert {each.value.kind for each in alone} == {"mobile number", "e-mail"}
    assert len(alone) == 3 + 5


def test_a_stratum_is_a_sample_and_no_record_counts_twice() -> None:
    """Of many values a seeded sample is compared; two of one record never meet."""
    found = found_values(data(*(answer(f"139{i:08d}, 139{i + 1:08d}") for i in range(10_000_000, 10_000_080, 2))))
    [first], _ = groups(found, most=16, seed=1)
    [again], _ = groups(found, most=16, seed=1)
    [other], _ = groups(found, most=16, seed=2)
    assert first == again != other
    assert len(first.values) == 16
    assert len({each.record.key for each in first.values}) == 16
    few = found_values(data(answer(", ".join(f"139{i:08d}" for i in range(10_000_000, 10_000_020)))))
    assert groups(few, most=32, seed=0)[0] == []
    assert len(few) == 20 > LEAST
