"""The statistic sees what was learned, and training does not feel that it is looked at."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from datasets import Dataset

from finewarden.callbacks import CanaryCallback, plant_canaries
from finewarden.callbacks.canaries.rank_statistic import choose, untouched
from finewarden.memorization.rendering import target_of
from finewarden.memorization.scoring import score
from tests.callbacks.canaries.records import texts
from tests.callbacks.runs import Runs

pytestmark = pytest.mark.training


def planted(base_model: Path, out: Path, **settings: Any) -> Any:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(base_model)
    given = {"count": 16, "families": ["email"], "stress": {}, "seed": 4, **settings}
    return plant_canaries(Dataset.from_list(texts(8)), tokenizer=tokenizer, evidence_dir=f"{out}.evidence", **given)


@pytest.mark.parametrize("lora", [False, True])
def test_weights_are_the_same_bits_with_and_without(lora: bool, base_model: Path, tmp_path: Path) -> None:
    """Neither weights nor what is logged of the training differ, with dropout or noise in the embeddings."""
    weights, logs = [], []
    for name, every in (("with", 1), ("without", None)):
        runs = Runs(base=base_model, out=tmp_path / name)
        data, book = planted(base_model, runs.out)
        dropout = {"lora_settings": {"lora_dropout": 0.2}} if lora else {"neftune_noise_alpha": 5.0}
        trainer = runs.train("sft", [CanaryCallback(book, every=every)], lora=lora, train_dataset=data, **dropout)
        weights.append({name: value.clone() for name, value in trainer.model.state_dict().items()})
        logs.append(
            [
                {k: v for k, v in line.items() if "time" not in k and "second" not in k}
                for line in trainer.state.log_history
            ]
        )
        assert trainer.model.training
        assert any("canary_auc" in line for line in trainer.state.log_history) is (every == 1)
    assert weights[0].keys() == weights[1].keys()
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
    assert [line for line in logs[0] if "canary_auc" not in line] == logs[1]


def test_statistic_rises_with_what_is_learned(base_model: Path, tmp_path: Path) -> None:
    """A model that learns its few records by heart tells which canaries were among them."""
    runs = Runs(base=base_model, out=tmp_path / "out")
    data, book = planted(base_model, runs.out, count=24)
    settings = {"max_steps": 60, "per_device_train_batch_size": 8, "logging_steps": 100}
    trainer = runs.train("sft", [CanaryCallback(book, every=60)], train_dataset=data, **settings)

    [logged] = [line["canary_auc"] for line in trainer.state.log_history if "canary_auc" in line]
    assert logged > 0.85
    [noted] = [each for each in runs.records("CanaryCallback") if each.event == "canary-auc"]
    assert noted.step == 60
    assert noted.detail == {"auc": logged, "book": book.head.id}


def test_statistic_is_the_gain_over_the_model_without_adapter(base_model: Path, tmp_path: Path) -> None:
    """Within families: the share of pairs in which the inserted canary gained more, ties half."""
    runs = Runs(base=base_model, out=tmp_path / "out")
    data, book = planted(base_model, runs.out, count=24, families=["email", "phone"])
    trainer = runs.train("sft", [CanaryCallback(book, every=3)], lora=True, train_dataset=data)
    [logged] = [line["canary_auc"] for line in trainer.state.log_history if "canary_auc" in line]

    def means() -> list[float]:
        pairs = [
            target_of(trainer.processing_class, each.row, each.field, each.start, len(each.secret)) for each in chosen
        ]
        trainer.model.eval()
        return [each.total / len(each.log_probs) for each in score(trainer.model, pairs)]

    chosen = choose(book, 64)
    now = means()
    with trainer.model.disable_adapter():
        gains = {each.id: a - b for each, a, b in zip(chosen, now, means(), strict=True)}
    wins = [
        (gains[one.id] > gains[other.id]) + (gains[one.id] == gains[other.id]) / 2
        for one in chosen
        for other in chosen
        if one.inserted and not other.inserted and one.family == other.family
    ]
    assert {each.family for each in chosen} == {"email", "phone"}
    assert logged == pytest.approx(sum(wins) / len(wins))


def test_sample_has_as_many_of_both_sides_in_each_family(base_model: Path, tmp_path: Path) -> None:
    """Coin canaries alone, in pairs, the same each time."""
    _, book = planted(base_model, tmp_path / "o", count=60, families=["email", "card", "phone"])
    chosen = choose(book, 20)
    assert len(chosen) == 20
    for family in ("email", "card", "phone"):
        mine = [each.inserted for each in chosen if each.family == family]
        assert mine.count(True) == mine.count(False) >= 2
    assert chosen == choose(book, 20)


def test_untouched_gives_everything_back() -> None:
    """Modes of single modules, frozen parameters, and every source of randomness, also after an error."""
    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Dropout(), torch.nn.Linear(2, 2))
    model[1].eval()
    model[0].weight.requires_grad_(False)
    states = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state()

    def disturb() -> None:
        with untouched(model):
            assert not any(module.training for module in model.modules())
            random.random(), np.random.rand(), torch.rand(1)
            model.requires_grad_(True)
            raise KeyError

    with pytest.raises(KeyError):
        disturb()

    assert [module.training for module in model] == [True, False, True]
    assert [each.requires_grad for each in model.parameters()] == [False, True, True, True]
    assert random.getstate() == states[0]
    assert np.random.get_state()[1].tolist() == states[1]
    assert torch.equal(torch.get_rng_state(), states[2])
