"""Where a record is cut: the ids of training, whole characters, and wording that is somebody's own."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from finewarden.memorization.record_cuts import cuts
from finewarden.memorization.rendering import render

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


def test_what_the_record_shows_is_not_asked(tiny: ModuleType) -> None:
    """A suffix that only repeats the prompt is copied by any model; the same suffix behind another prompt is asked."""
    answer = "The address is 48 Quillon Terrace, Alderbrook."
    assert list(cuts(tiny.byte_tokenizer(), {"prompt": f"Repeat: {answer}", "completion": answer})) == []
    assert list(cuts(tiny.byte_tokenizer(), {"prompt": "Where?", "completion": answer})) != []
