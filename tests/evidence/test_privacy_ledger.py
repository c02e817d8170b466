"""The privacy ledger: strict, canonical, public, and able to say that there is no epsilon."""

from __future__ import annotations

import json
import math
from typing import Any

import jsonschema
import pytest

from finewarden.evidence.privacy_ledger import (
    RULES,
    SCHEMA_FILE,
    LedgerSegment,
    PrivacyLedger,
    PrivacyLedgerError,
    RuleResult,
    dump,
    parse,
    schema,
)

RUN = "0123456789abcdef" * 2


def segment(**change: Any) -> LedgerSegment:
    """Ten updates that draw 256 of 50,000."""
    known = {
        "run": RUN,
        "noise_multiplier": 0.8,
        "sampling_rate": 256 / 50_000,
        "expected_batch_size": 256.0,
        "dataset_size": 50_000,
        "slots": 352,
        "steps": 10,
        "max_rows_per_unit": 4,
    }
    return LedgerSegment(**(known | change))


def whole(**change: Any) -> PrivacyLedger:
    """A ledger with every field set."""
    known: dict[str, Any] = {
        "written_by": "finewarden 0.1.0",
        "run": RUN,
        "unit": "customer_id",
        "dataset_size_is": "public bound",
        "delta": 1e-6,
        "max_grad_norm": 1.0,
        "target_epsilon": 8.0,
        "segments": (segment(), segment(steps=5, run="f" * 32)),
        "epsilon": {"pld": 7.9, "rdp": 8.4},
        "interval": 1e-4,
        "engine": "microbatch",
        "moved": True,
        "complete": True,
        "rules": (RuleResult(number=1, name="token mean", action="fix", result="fixed", note="一个样本一批"),),
        "packages": {"dp-accounting": "0.6.0"},
    }
    return PrivacyLedger(**(known | change))


def test_round_trip() -> None:
    """What is written is read back equal, and written again to the same bytes, keys sorted, Chinese as it is."""
    text = dump(whole())
    assert parse(text) == whole()
    assert dump(parse(json.dumps(dict(reversed(json.loads(text).items()))))) == text
    assert "一个样本一批" in text
    assert text.endswith("}\n")
    assert (whole().claimed, whole().steps) == (7.9, 15)


def test_schema() -> None:
    """The shipped JSON Schema is the model's own, and accepts what is written."""
    assert json.loads(SCHEMA_FILE.read_text(encoding="utf-8")) == schema()
    jsonschema.validate(json.loads(dump(whole())), schema())


def test_infinite_epsilon() -> None:
    """Updates without noise have no epsilon: null in the file, infinity where it is read."""
    ledger = whole(epsilon={"pld": math.inf})
    assert '"pld": null' in dump(ledger)
    assert parse(dump(ledger)).claimed == math.inf


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"version": 2}, "version"),
        ({"relation": "add-remove"}, "relation"),
        ({"dataset_size_is": "len(train)"}, "dataset_size_is"),
        ({"delta": 0.0}, "delta"),
        ({"delta": "1e-6"}, "delta"),
        ({"unit": ""}, "unit"),
        ({"run": "1"}, "run"),
        ({"epsilon": {"rdp": 1.0}}, "'pld'"),
        ({"epsilon": {"pld": -1.0}}, "epsilon"),
        ({"interval": 1e-9}, "interval"),
        ({"surprise": 1}, "surprise"),
        ({"rows": 4711}, "rows"),
        ({"complete": 1}, "complete"),
    ],
)
def test_strict(change: dict[str, Any], names: str) -> None:
    """A value of another type or beyond its bounds and an unknown field are refused by name, in one line."""
    with pytest.raises(PrivacyLedgerError, match=names) as caught:
        parse(json.dumps(json.loads(dump(whole())) | change))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "change", [{"sampling_rate": 0.0}, {"sampling_rate": 0.01}, {"steps": -1}, {"slots": 0}, {"dataset_size": 49_000}]
)
def test_segment_that_can_not_be(change: dict[str, Any]) -> None:
    """A segment's rate is its expected batch over the data set's size, and nothing in it is out of bounds."""
    with pytest.raises(ValueError, match=r"sampling_rate|steps|slots"):
        segment(**change)


def test_two_results_for_one_rule() -> None:
    """A rule has one result."""
    rule = whole().rules[0]
    with pytest.raises(ValueError, match="two results"):
        whole(rules=(rule, rule.model_copy(update={"result": "violated"})))


@pytest.mark.parametrize("private", ["hf_" + "QmZtRkWvXpLsYhDnGcBjFuAoEiTrSw2468", "/home/alice/data/train.jsonl"])
def test_nothing_private(private: str) -> None:
    """A ledger can't be made with a token or a path of someone's machine in it, and the error hides both."""
    with pytest.raises(ValueError, match="public record") as caught:
        whole(rules=(RuleResult(number=2, name="x", action="warn", result="warned", note=private),))
    assert private not in str(caught.value)


@pytest.mark.training
def test_rules_are_the_guards() -> None:
    """The rules that a ledger must have a result of are those that the guard knows."""
    from finewarden.callbacks.differential_privacy.rules import RULES as GUARDS

    assert [rule.number for rule in GUARDS] == list(RULES)


def test_too_many_segments() -> None:
    """More segments than any training has are refused."""
    assert len(whole(segments=(segment(),) * 300).segments) == 300
    with pytest.raises(ValueError, match="at most 10000 items"):
        whole(segments=(segment(),) * 10_001)
