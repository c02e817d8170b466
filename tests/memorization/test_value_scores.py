"""Where a personal value is scored: behind its own context, wherever in the record it stands."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from finewarden.memorization.personal_strata import found_values
from finewarden.memorization.scoring import TokenPair
from finewarden.memorization.training_data import TrainingRow
from finewarden.memorization.training_set import TrainingSet
from finewarden.memorization.value_scores import _placed

pytestmark = pytest.mark.training

NUMBER, OTHER = "13957208842", "13957208843"
TURNS = [{"role": "user", "content": f"I am {NUMBER}."}, {"role": "assistant", "content": "Fine."}]
RECORDS: list[dict[str, Any]] = [
    {"messages": TURNS},
    {"messages": [{"role": "system", "content": f"Owner: {NUMBER}"}, *TURNS[1:], *TURNS]},
    {"prompt": f"I am {NUMBER}.", "completion": " Fine."},
    {"prompt": TURNS[:1], "completion": TURNS[1:]},
    {"messages": [TURNS[0] | {"content": "Me?"}, TURNS[1] | {"content": f"You are {NUMBER}."}, *TURNS]},
]


@pytest.mark.parametrize("record", RECORDS)
def test_a_value_is_scored_in_its_own_turn(tiny: ModuleType, record: dict[str, Any]) -> None:
    """The target is the value; the context is all that is rendered before it and nothing behind; another's fits too."""
    data = TrainingSet([TrainingRow("f", 1, record, record)], None, None)
    [found] = found_values(data).values
    other = TrainingSet([TrainingRow("f", 2, row, row) for row in ({"text": f"Call {OTHER}"},)], None, None)
    [theirs] = found_values(other).values
    loaded: Any = SimpleNamespace(tokenizer=tiny.byte_tokenizer())
    for value, digits in ((found, NUMBER), (theirs, OTHER)):
        pair = _placed(loaded, found, value)
        assert isinstance(pair, TokenPair)
        assert loaded.tokenizer.decode(pair.target) == digits
        before = loaded.tokenizer.decode(pair.context)
        assert NUMBER not in before
        assert before.endswith(("I am ", "Owner: ", "You are "))
