"""The privacy claim of a release: from the ledger into the record, and from there into one exact sentence."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from finewarden.audits.privacy_wording import claims, overstatements
from finewarden.evidence import run_log
from finewarden.evidence.directory import RUN_LOG
from finewarden.evidence.model_card import ModelCard, parse
from finewarden.evidence.privacy_ledger import PRIVACY_LEDGER, dump
from finewarden.evidence.run_log import Record
from finewarden.release.facts import BEGIN, fold
from finewarden.release.facts import GUARD as CARD_GUARD
from finewarden.release.finalize import finalize
from finewarden.release.privacy import GUARD, claim_from, rounded_up, sentence
from tests.evidence.test_privacy_ledger import whole

from .folders import LICENSE, POLICY, model_folder


def card_of(**change: Any) -> ModelCard:
    """A record that claims what the ledger with *change* does."""
    return ModelCard(written_by="x", privacy=claim_from(whole(**change), "0" * 64))


def test_from_the_ledger(tmp_path: Path) -> None:
    """finalize binds the ledger by its hash, copies its claim, and writes the sentence into README and model card."""
    out = model_folder(tmp_path / "out", LICENSE=LICENSE)
    (out / PRIVACY_LEDGER).write_text(dump(whole()))
    assert finalize(out, POLICY).complete
    card = parse((out / "model_card.json").read_text())
    assert card.privacy == claim_from(whole(), hashlib.sha256(dump(whole()).encode()).hexdigest())
    assert card.files is not None
    assert PRIVACY_LEDGER in card.files
    said = sentence(card)
    assert said is not None
    for name in ("README.md", "model_card.md"):
        assert said in (out / name).read_text()
    (out / PRIVACY_LEDGER).unlink()
    finalize(out, POLICY)
    assert "differentially private" not in (out / "README.md").read_text()


@pytest.mark.parametrize("unit", ["example", "customer_id"])
@pytest.mark.parametrize("size_is", ["public bound", "len(train), declared public"])
def test_sentence(unit: str, size_is: str) -> None:
    """Epsilon (rounded up), delta, unit and relation, then what is not covered; our own audit finds it true."""
    change = {"unit": unit, "dataset_size_is": size_is, "epsilon": {"pld": 7.99991}}
    said = sentence(card_of(**change))
    assert said is not None
    assert "(ε = 8, δ = 1e-06)-differentially private" in said
    assert ("training example" in said) == (unit == "example")
    assert ("`customer_id`" in said) == (unit != "example")
    assert ("zero-out" in said) == (size_is != "public bound")
    assert "this does not cover" in said
    assert claims(said) == [1]
    assert overstatements(said, whole(**change)) == []


def test_no_claim() -> None:
    """Without a ledger there is no sentence; without noise it says that nothing is claimed."""
    assert sentence(ModelCard(written_by="x")) is None
    said = sentence(card_of(epsilon={"pld": None}))
    assert said is not None
    assert said.startswith("No differential privacy is claimed")
    assert claims(said) == []


@pytest.mark.parametrize(
    ("epsilon", "said"), [(7.99991, "8"), (5.44031, "5.4404"), (5.4403, "5.4403"), (0.5, "0.5"), (0.0, "0")]
)
def test_rounded_up(epsilon: float, said: str) -> None:
    """Epsilon is never said to be less than it is."""
    assert rounded_up(epsilon) == said
    assert float(said) >= epsilon - 1e-12


def test_model_saved_elsewhere(tmp_path: Path) -> None:
    """A run that was private owes the ledger: finalize names it as missing with the mend, an invalid one too."""
    out = model_folder(tmp_path / "out", LICENSE=LICENSE)
    log = tmp_path / "out.evidence" / RUN_LOG
    run_log.append(log, CARD_GUARD, BEGIN, step=0)
    run_log.append(log, GUARD, "train-begin", run="a" * 32, delta=1e-6, dataset_size=50_000, rows=4_711)
    report = finalize(out, POLICY)
    assert "copy privacy_ledger.json from trainer.args.output_dir" in report.text()
    [guard] = parse((out / "model_card.json").read_text()).guards
    assert (guard.name, guard.settings) == (GUARD, {"delta": 1e-6, "dataset_size": 50_000})
    (out / PRIVACY_LEDGER).write_text("{}")
    assert "privacy_ledger.json: field" in finalize(out, POLICY).text()
    (out / PRIVACY_LEDGER).write_text(dump(whole()))
    assert finalize(out, POLICY).complete


@pytest.mark.parametrize("bounded", [True, False])
def test_number_of_rows(tmp_path: Path, bounded: bool) -> None:
    """Under a public bound the number of rows is what the guarantee hides: the record leaves it out."""
    out = model_folder(tmp_path / "out", LICENSE=LICENSE)
    size_is = "public bound" if bounded else "len(train), declared public"
    (out / PRIVACY_LEDGER).write_text(dump(whole(dataset_size_is=size_is)))
    run_log.append(tmp_path / "out.evidence" / RUN_LOG, CARD_GUARD, BEGIN, step=0, examples=4_711)
    finalize(out, POLICY)
    public = "".join((out / name).read_text() for name in ("model_card.json", "model_card.md", "README.md"))
    assert ("4711" in public) != bounded


def test_settings_are_public() -> None:
    """Of the guard's private log only its public settings reach the record: no rows, no fingerprint, no run's count."""
    time = datetime(2026, 11, 2, tzinfo=UTC)
    detail = {"noise_multiplier": 0.8, "slots": 352, "unit": "customer_id", "rows": 4_711, "data_fingerprint": "ab"}
    run = fold(
        [
            Record(time=time, guard=CARD_GUARD, event=BEGIN, step=0),
            Record(time=time, guard=GUARD, event="train-begin", detail=detail),
        ]
    )
    assert run is not None
    assert run.guards[0].settings == {"noise_multiplier": 0.8, "slots": 352, "unit": "customer_id"}
