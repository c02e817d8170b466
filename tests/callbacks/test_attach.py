"""`attach`: the release card on a trainer that already stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from finewarden.callbacks.attach import attach
from finewarden.callbacks.release_card import ReleaseCardCallback
from finewarden.policy import Policy
from finewarden.release import statement

from .runs import Runs

pytestmark = pytest.mark.training

POLICY = Policy(base_model="acme/base-1b", license="llama3.1")


def test_adds_the_callback(runs: Runs) -> None:
    """A trainer without the callback gets it, and comes back itself, so that the call can stand in a chain."""
    trainer = runs.trainer("sft", lora=True, model=str(runs.base))
    assert attach(trainer, POLICY) is trainer
    trainer.train()
    trainer.save_model()
    found = statement.find((runs.out / "README.md").read_text())
    assert found is not None
    assert (found.base, found.license) == ("acme/base-1b", "llama3.1")
    assert (runs.out / "model_card.json").exists()


def test_idempotent(runs: Runs) -> None:
    """However often it is called there is one callback and one layer around each writer."""
    trainer = attach(runs.trainer("plain"), POLICY)
    save, card = trainer._save, trainer.create_model_card
    attach(attach(trainer, POLICY))
    assert (trainer._save, trainer.create_model_card) == (save, card)
    assert sum(isinstance(each, ReleaseCardCallback) for each in trainer.callback_handler.callbacks) == 1


def test_policy_of_a_callback_that_stands(runs: Runs) -> None:
    """A policy replaces that of the callback that is there; none leaves it."""
    callback = ReleaseCardCallback(policy=Policy(license="mit"))
    trainer = attach(runs.trainer("plain", [callback]))
    assert callback.policy.license == "mit"
    attach(trainer, POLICY)
    assert callback.policy is POLICY


def test_without_training(runs: Runs) -> None:
    """A trainer that only saves and writes its card is followed too."""
    trainer = attach(runs.trainer("plain"), POLICY)
    trainer.save_model()
    trainer.create_model_card()
    text = (runs.out / "README.md").read_text()
    assert statement.find(text) is not None
    assert "license: llama3.1\n" in text


def test_other_trainers_are_left_alone(runs: Runs, tmp_path: Path) -> None:
    """Another trainer of the same class in the process writes as ever."""
    attach(runs.trainer("plain"), POLICY)
    other = Runs(base=runs.base, out=tmp_path / "other").train("plain", hub_token="opaque")
    other.save_model()
    assert not (tmp_path / "other" / "model_card.json").exists()
    assert b"opaque" in (tmp_path / "other" / "training_args.bin").read_bytes()


def test_no_trainer() -> None:
    """What is no Trainer is refused by name, with what is allowed."""
    with pytest.raises(TypeError, match=r"trainer: got str, allowed: a transformers\.Trainer"):
        attach("trainer", POLICY)  # type: ignore[type-var]


def test_token_stays_here(runs: Runs) -> None:
    """From the call on no training_args.bin holds the token, whether the trainer trains or only saves."""
    trainer = attach(runs.trainer("plain", hub_token="opaque", save_strategy="steps"), POLICY)
    trainer.save_model()
    trainer.train()
    written = sorted(runs.out.rglob("training_args.bin"))
    assert len(written) >= 2
    assert not [path for path in written if b"opaque" in path.read_bytes()]
    assert trainer.args.hub_token == "opaque"
