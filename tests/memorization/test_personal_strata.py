"""Which personal values may stand in each other's place."""

from __future__ import annotations

from typing import Any

from finewarden.memorization.personal_strata import LEAST, chosen, found_values, groups
from finewarden.memorization.training_data import TrainingRow
from finewarden.memorization.training_set import TrainingSet


def data(*records: dict[str, Any]) -> TrainingSet:
    """A training set of *records*."""
    return TrainingSet([TrainingRow("f", n, row, row) for n, row in enumerate(records, start=1)], None, None)


def answer(text: str, prompt: str = "q") -> dict[str, Any]:
    """A record that is trained on *text*."""
    return {"prompt": prompt, "completion": text}


def test_what_the_record_shows_earlier_can_be_copied() -> None:
    """A value that stands earlier in its own record is left out there; its first place counts, and other records'."""
    found = found_values(
        data(
            answer("call 139 5720 8842", prompt="my number is 139-5720-8842"),
            answer("call 13957208843, again 13957208843"),
            answer("call +86 139 5720 8843."),
        )
    ).values
    assert [(each.value.key, each.field[0], each.copies, each.record.row.number) for each in found] == [
        ("13957208842", "prompt", 1, 1),
        ("13957208843", "completion", 2, 2),
    ]


def test_every_text_of_a_record_is_looked_at() -> None:
    """System, user and earlier assistant turns, prompts and parts of a content: trainers differ in what they mask."""
    turns = [
        {"role": "system", "content": "Owner: 13957208841."},
        {"role": "user", "content": [{"type": "text", "text": "I am 13957208842."}]},
        {"role": "assistant", "content": "You are Jo, 13957208843."},
        {"role": "user", "content": "ok"},
        {"role": "assistant", "content": "Fine."},
    ]
    found = found_values(data({"messages": turns}, answer("13957208844", prompt="13957208845"))).values
    assert [(each.value.key[-1], each.field, each.answer) for each in found] == [
        ("1", ("messages", 0, "content"), False),
        ("2", ("messages", 1, "content", 0, "text"), False),
        ("3", ("messages", 2, "content"), True),
        ("5", ("prompt",), False),
        ("4", ("completion",), True),
    ]


def test_an_answer_is_its_place_before_a_question() -> None:
    """A value that one record asks with and another answers with is scored where loss is certain."""
    [found] = found_values(data(answer("ok", prompt="I am 13957208842"), answer("call 13957208842"))).values
    assert (found.record.row.number, found.field, found.answer) == (2, ("completion",), True)


def test_what_many_records_hold_is_nobodys_own() -> None:
    """Behind three different beginnings a number is shared wording; behind two, or one, it is not."""
    call = "call 13957208843"
    assert found_values(data(*(answer(call, prompt=f"q{i}") for i in range(3)))).shared == 1
    assert found_values(data(*(answer(call, prompt=f"q{i}") for i in range(3)))).values == ()
    for records in ([answer(call, prompt=f"q{i}") for i in range(2)], [answer(call + "!" * i) for i in range(5)]):
        found = found_values(data(*records))
        assert (len(found.values), found.shared) == (1, 0)


def test_copies_are_rows() -> None:
    """A record that stands three times in the data holds its value three times."""
    [found] = found_values(data(*[answer("call 13957208843")] * 3)).values
    assert (found.copies, len(found.records)) == (3, 1)


def test_values_are_compared_within_kind_shape_and_prefix() -> None:
    """What is visible (spacing, prefix, domain) makes a stratum where enough share it; the rest is one stratum."""
    found = found_values(
        data(
            *(answer(f"139{i:08d}") for i in range(10_000_001, 10_000_010)),
            *(answer(f"1{30 + i}{i:04d}{i * i + 1000}") for i in range(1, 9)),
            *(answer(f"139 {i:04d} 1234") for i in range(2001, 2004)),
            *(answer(f"user{i}@firm{i}.invalid") for i in range(10, 15)),
        )
    ).values
    strata, alone = groups(found, most=32, seed=0)
    sizes = {group.name: len(group.values) for group in strata}
    assert sorted(sizes.values()) == [8, 9]
    assert all(name.startswith("phone number 99999999999 #") for name in sizes)
    assert {each.value.kind for each in alone} == {"phone number", "e-mail address"}
    assert len(alone) == 3 + 5


def test_a_stratum_is_a_sample_and_no_record_counts_twice() -> None:
    """Of many values a seeded sample is compared and the others are left; two of one record never meet."""
    found = found_values(
        data(*(answer(f"139{i:08d}, 139{i + 1:08d}") for i in range(10_000_001, 10_000_081, 2)))
    ).values
    [first], alone = groups(found, most=16, seed=1)
    [again], _ = groups(found, most=16, seed=1)
    [other], _ = groups(found, most=16, seed=2)
    assert first == again != other
    assert len(first.values) == 16
    assert len({each.record.key for each in first.values}) == 16
    assert {each.identity for each in (*first.values, *alone)} == {each.identity for each in found}
    assert len(first.values) + len(alone) == len(found) == 80
    few = found_values(data(answer(", ".join(f"139{i:08d}" for i in range(10_000_001, 10_000_021))))).values
    assert groups(few, most=32, seed=0)[0] == []
    assert len(few) == 20 > LEAST


def test_questions_and_answers_are_different_strata() -> None:
    """Where questions are masked their values say nothing of the answers'; answers come first."""
    found = found_values(
        data(*(answer(f"139{i:08d}", prompt=f"139{i + 500:08d}") for i in range(10_000_001, 10_000_011)))
    ).values
    names = [group.name for group in groups(found, most=32, seed=0)[0]]
    assert names == ["phone number 99999999999 #1", "phone number 99999999999 in prompts #1"]


def test_what_is_asked_is_filled_up() -> None:
    """Strata first, then whatever else there is, most copied first, up to the number that was asked for."""
    rows = [answer(f"139{i:08d}") for i in range(10_000_001, 10_000_101)]
    found = found_values(data(*rows, *rows[40:50])).values
    strata, alone = groups(found, most=8, seed=0)
    compared, others = chosen(strata, alone, values=30, seed=0)
    assert [len(group.values) for group in compared] == [8]
    assert len(others) == 22
    left = sum(each.copies == 2 for each in alone)
    assert [each.copies for each in others] == [2] * left + [1] * (22 - left)
    assert chosen(strata, alone, values=30, seed=0) == (compared, others) != chosen(strata, alone, values=30, seed=1)
    compared, others = chosen(strata, alone, values=5, seed=0)
    assert (compared, len(others)) == ([], 5)
    assert len(chosen(strata, alone, values=512, seed=0)[1]) == 92
