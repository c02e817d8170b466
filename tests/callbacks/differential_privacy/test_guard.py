"""DPGuard on trainings that are private by Opacus, soundly and not."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

pytestmark = [
    pytest.mark.training,
    # torch says that the first hooked module gets no gradient for its input; Opacus hooks it all the same.
    pytest.mark.filterwarnings("ignore:Full backward hook is firing:UserWarning"),
]

from finewarden.callbacks import GuardRefusal  # noqa: E402
from finewarden.callbacks.differential_privacy.guard import DPGuard  # noqa: E402
from finewarden.evidence.directory import RUN_LOG, evidence_dir  # noqa: E402
from finewarden.evidence.run_log import Record, read  # noqa: E402
from tests.callbacks.differential_privacy.rules.examples import fused  # noqa: E402
from tests.callbacks.differential_privacy.rules.trainers import Trainers  # noqa: E402


@pytest.fixture
def trainers(base_model: Path, tmp_path: Path) -> Trainers:
    """As for the rules."""
    return Trainers(base=base_model, out=tmp_path / "out")


def records(trainers: Trainers) -> list[Record]:
    """What the guard wrote down."""
    return [each for each in read(evidence_dir(trainers.out) / RUN_LOG) if each.guard == "DPGuard"]


def test_sound_run_passes(trainers: Trainers) -> None:
    """A sound private training runs to its end, and each verdict is on record."""
    trainer = trainers.opacus([DPGuard()], parts={"target_epsilon": 50.0})
    trainer.train()
    begin, end = records(trainers)
    assert (begin.event, end.event) == ("train-begin", "train-end")
    assert set(begin.detail["results"].values()) == {"kept"}
    assert end.detail["results"] == {"7": "kept", "23": "kept", "33": "kept"}


def test_refuses_with_all_problems_at_once(trainers: Trainers) -> None:
    """Everything that is wrong is in one refusal, with its rule and remedy, before anything moved."""
    trainer = trainers.opacus([DPGuard()], cls="TokenMeanTrainer", parts={"accounted_rate": 0.5, "delta": 0.5})
    before = {name: each.clone() for name, each in trainer.model.named_parameters()}
    with pytest.raises(GuardRefusal) as refusal:
        trainer.train()
    text = str(refusal.value)
    assert all(f"rule {number} (" in text for number in (1, 21, 25))
    assert text.count("->") == len(refusal.value.problems) == 3
    assert all(bool((each == before[name]).all()) for name, each in trainer.model.named_parameters())
    assert [each.event for each in records(trainers)] == ["refused"]


def test_mends_what_it_can(trainers: Trainers, caplog: pytest.LogCaptureFixture) -> None:
    """Noise from the global generator gets one of its own, and the clip of the batch is taken off; then it trains."""
    trainer = trainers.opacus([DPGuard()], parts={"generator": None}, max_grad_norm=1.0)
    with caplog.at_level(logging.WARNING):
        trainer.train()
    assert trainer.args.max_grad_norm == 0
    assert trainer.accelerator._optimizers[0].optimizer.generator is not None
    assert {number for number, result in records(trainers)[0].detail["results"].items() if result == "fixed"} == {
        "2",
        "28",
    }
    assert "DPGuard mended rule 28" in caplog.text


def test_noise_differs_after_the_mend(trainers: Trainers) -> None:
    """Two trainings with one seed and the same draws end in the same weights by Opacus alone, in others under guard."""

    def trained(callbacks: list[Any]) -> Any:
        import torch

        torch.manual_seed(1)  # the adapter begins the same
        trainer = trainers.opacus(callbacks, parts={"generator": None})
        sampler = trainer.sampler()
        sampler.generator.manual_seed(7)
        trainer.sampler = lambda: sampler
        trainer.train()
        return torch.cat([each.flatten() for name, each in trainer.model.named_parameters() if "lora_" in name])

    assert bool((trained([]) == trained([])).all())
    assert not bool((trained([DPGuard()]) == trained([DPGuard()])).any())


def test_stops_in_the_update_where_it_breaks(trainers: Trainers) -> None:
    """What shows only in a backward pass stops the run before the optimizer moves."""
    trainer = trainers.opacus([DPGuard()])
    fused(next(each for name, each in trainer.model.named_modules() if name.endswith("q_proj")))
    with pytest.raises(GuardRefusal, match=r"rule 4 \(hook-coverage\)"):
        trainer.train()
    assert trainer.state.global_step == 0
    assert [each.event for each in records(trainers)] == ["train-begin", "stopped"]


def test_stops_at_the_end(trainers: Trainers) -> None:
    """A run that moved nothing is refused when it ends."""
    with pytest.raises(GuardRefusal, match=r"rule 33 \(adapter-unchanged\)"):
        trainers.opacus([DPGuard()], learning_rate=0.0).train()


def test_counts_updates_by_itself(trainers: Trainers) -> None:
    """Updates that the accountant does not count are found, whatever Trainer counts."""
    trainer = trainers.opacus([DPGuard()])
    create = trainer.create_optimizer

    def uncounted(*args: Any) -> Any:
        optimizer = create(*args)
        optimizer.attach_step_hook(lambda _: None)
        return optimizer

    trainer.create_optimizer = uncounted
    with pytest.raises(GuardRefusal, match=r"made 3 updates, and the accountant counted 0"):
        trainer.train()


def test_lenient_warns_and_changes_nothing(trainers: Trainers, caplog: pytest.LogCaptureFixture) -> None:
    """strict=False says everything, mends nothing, and lets the run end."""
    trainer = trainers.opacus([DPGuard(strict=False)], cls="TokenMeanTrainer", max_grad_norm=1.0)
    with caplog.at_level(logging.WARNING):
        trainer.train()
    assert trainer.state.global_step == 3
    assert trainer.args.max_grad_norm == 1.0
    assert "rule 1 (token-mean-loss)" in caplog.text
    assert "rule 2 (batch-clip)" in caplog.text


def test_agrees_with_our_callback(trainers: Trainers) -> None:
    """Under DifferentialPrivacyCallback an ordinary run passes, and each fix is the callback's own."""
    from finewarden.callbacks.differential_privacy.callback import DifferentialPrivacyCallback

    private = DifferentialPrivacyCallback(noise_multiplier=5.0, delta=1e-3, expected_batch_size=3, dataset_size=8)
    trainers.plain(callbacks=[DPGuard(), private]).train()
    begin, end = records(trainers)
    assert set(begin.detail["results"].values()) == {"kept", "fixed"}
    assert end.detail["results"] == {"7": "kept", "23": "kept", "33": "kept"}


def test_check_without_training(trainers: Trainers) -> None:
    """A script can ask without training, and gets a verdict for each rule that can be judged then."""
    verdicts = {each.number: each.result for each in DPGuard().check(trainers.plain(packing=True, max_length=64))}
    assert verdicts[9] == "violated"
    assert verdicts[10] == "kept"
    assert verdicts[28] == "not seen"


def test_strict_is_checked() -> None:
    """An argument that is not allowed is named."""
    with pytest.raises(ValueError, match=r"strict: got 'no'"):
        DPGuard(strict="no")  # type: ignore[arg-type]
