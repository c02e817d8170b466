"""Where a record is cut: the ids of training, whole characters, and wording that is somebody's own."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from finewarden.memorization.record_cuts import Wording, cuts
from finewarden.memorization.rendering import render
from finewarden.memorization.training_data import TrainingRow
from finewarden.memorization.training_set import TrainingSet

pytestmark = pytest.mark.training

LONG = " ".join(f"Item {i} lies in box {i * i * 7919 % 10007}." for i in range(12))
RECORDS: dict[str, dict[str, Any]] = {
    "text": {"text": LONG},
    "prompt-completion": {"prompt": "Where is it?", "completion": LONG},
    "messages": {"messages": [{"role": "user", "content": "哪里？"}, {"role": "assistant", "content": LONG}]},
    "Chinese": {"prompt": "问", "completion": "客户住在云栖镇枫桥巷七号二单元三零一室，电话请打前台转接。" * 2},
}


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS.keys())
def test_the_first_cut_is_exactly_as_trained(tiny: ModuleType, record: dict[str, Any]) -> None:
    """Context and suffix follow each other in the record's own ids, from its first on, and begin with whole text."""
    tokenizer = tiny.byte_tokenizer()
    first, *others = cuts(tokenizer, record)
    ids = render(tokenizer, record).ids
    both = first.pair.context + first.pair.target
    assert ids[: len(both)] == both
    assert 10 <= len(first.pair.target) <= 50
    assert tokenizer.decode(first.pair.target) == first.suffix
    for cut in others:
        assert tokenizer.decode(cut.pair.target) == cut.suffix
        assert len(cut.pair.context) <= len(first.pair.context) + 2  # the prompt, and 50 tokens and a character more


def test_a_prompt_stays_whole_before_a_later_cut(tiny: ModuleType) -> None:
    """What stands before the trained text is in every context; of the trained text at most 50 tokens are."""
    record = RECORDS["prompt-completion"]
    for cut in cuts(tiny.byte_tokenizer(), record):
        assert len(cut.pair.context) <= len("Where is it?") + 50
        assert tiny.byte_tokenizer().decode(cut.pair.context).startswith("Where is it?")


@pytest.mark.parametrize("text", ["", "   ", "y", "Yes.", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"])
def test_too_little_is_not_asked(tiny: ModuleType, text: str) -> None:
    """Fewer than ten tokens, or text that anybody guesses, gives no cut."""
    assert list(cuts(tiny.byte_tokenizer(), {"prompt": "q", "completion": text})) == []
    assert not text or list(cuts(tiny.byte_tokenizer(), {"text": text})) == []


def distinct(records: list[dict[str, Any]]) -> TrainingSet:
    """A training set of *records*."""
    return TrainingSet([TrainingRow("f", n, row, row) for n, row in enumerate(records, start=1)], None, None)


def test_wording_of_three_records_is_nobodys_own() -> None:
    """A phrase that follows three beginnings is common; behind one beginning, however often, it is not."""
    closing = " Kind regards, your team at the front desk."
    data = distinct([{"text": f"Dear customer {i},{closing}"} for i in range(3)] + [{"text": "Only here: 48213."}])
    wording = Wording(data.trained, data.trained_texts)
    assert wording.is_common(closing)
    assert not wording.is_common(": 48213.")
    copies = distinct([{"prompt": "q", "completion": f"The code is 48213.{'!' * i}"} for i in range(5)])
    assert not Wording(copies.trained, copies.trained_texts).is_common(" is 48213.")
    asked = distinct([{"prompt": f"q{i}", "completion": "The code is 48213."} for i in range(3)])
    assert Wording(asked.trained, asked.trained_texts).is_common(" is 48213.")
