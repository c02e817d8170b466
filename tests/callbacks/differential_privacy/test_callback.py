"""The private run from the outside: budget, ledger, log, refusals."""

from __future__ import annotations

from typing import Any

import pytest

from tests.callbacks.differential_privacy.conftest import ledger, steps_in_log
from tests.callbacks.runs import Runs

pytestmark = pytest.mark.training


def test_one_line_makes_a_run_private(runs: Runs, private: Any) -> None:
    """With a target alone, the noise is calibrated so that the planned steps cost at most it, and nearly it."""
    trainer = runs.train("sft", [private(noise_multiplier=None, target_epsilon=0.5)], lora=True, max_steps=4)
    found = ledger(runs.out)
    assert trainer.state.global_step == 4
    assert 0.49 < found["epsilon"]["pld"] <= 0.5
    assert [each["steps"] for each in found["segments"]] == [4]
    assert found["moved"] is True
    assert [each["spent"] for each in steps_in_log(runs)] == [1, 2, 3, 4]


@pytest.mark.parametrize("steps", [{"max_steps": 7}, {"num_train_epochs": 3, "max_steps": -1}])
def test_the_last_step_is_paid_for(runs: Runs, private: Any, steps: dict[str, int]) -> None:
    """Whether steps or epochs were asked for, all optimizer steps are accounted and none costs more than the target."""
    trainer = runs.train("plain", [private(noise_multiplier=None, target_epsilon=0.5)], **steps)
    planned = steps["max_steps"] if steps["max_steps"] > 0 else 3 * 3  # three updates of 3 expected make 8
    assert trainer.state.global_step == trainer.state.max_steps == planned
    assert ledger(runs.out)["segments"][0]["steps"] == planned
    assert ledger(runs.out)["epsilon"]["pld"] <= 0.5


def test_it_stops_before_it_overspends(runs: Runs, private: Any) -> None:
    """With noise and target given, training ends at the last affordable step, and saves."""
    trainer = runs.train("plain", [private(target_epsilon=0.25)], max_steps=40, save_strategy="steps", save_steps=100)
    reached = trainer.state.global_step
    assert 1 < reached < 40
    assert ledger(runs.out)["epsilon"]["pld"] <= 0.25
    assert ledger(runs.out / f"checkpoint-{reached}")["segments"] == ledger(runs.out)["segments"]
    from finewarden.accounting import Mechanism, Segment, epsilon

    one = Mechanism(5.0, 3 / 8, 8, ledger(runs.out)["segments"][0]["slots"])
    assert epsilon([Segment(one, reached + 1)], 1e-3) > 0.25


def test_training_again_goes_on_spending(runs: Runs, private: Any) -> None:
    """A second train() of one trainer adds to the first; with the budget spent it is refused."""
    from finewarden.callbacks import GuardRefusal

    trainer = runs.train("plain", [private(target_epsilon=0.4)], max_steps=2)
    trainer.train()
    assert [each["steps"] for each in ledger(runs.out)["segments"]] == [2, 2]
    trainer.args.max_steps = 40
    trainer.train()
    with pytest.raises(GuardRefusal, match="budget is spent"):
        trainer.train()


def test_weights_of_an_earlier_private_run_carry_its_cost(runs: Runs, private: Any) -> None:
    """`continues=` composes with the ledger of an earlier run; so does a model that is loaded from its folder."""
    first = runs.train("plain", [private()], max_steps=2)
    first.save_model()
    again = Runs(runs.base, runs.out.with_name("again"))
    again.train("plain", [private(continues=runs.out)], max_steps=3)
    assert [each["steps"] for each in ledger(again.out)["segments"]] == [2, 3]
    loaded = Runs(runs.out, runs.out.with_name("loaded"))
    tokenizer_from = runs.trainer("plain").processing_class
    tokenizer_from.save_pretrained(runs.out)
    loaded.train("plain", [private()], max_steps=1)
    assert [each["steps"] for each in ledger(loaded.out)["segments"]] == [2, 1]
    assert ledger(loaded.out)["epsilon"]["pld"] > ledger(runs.out)["epsilon"]["pld"]


def test_a_ledger_that_cannot_be_continued_is_refused(runs: Runs, private: Any) -> None:
    """A folder without a ledger, and a ledger of another unit, are named with what to do."""
    from finewarden.callbacks import GuardRefusal

    with pytest.raises(GuardRefusal, match=r"there is no privacy_ledger\.json"):
        runs.train("plain", [private(continues=runs.base)])


def test_the_noise_has_the_promised_size(runs: Runs, private: Any) -> None:
    """With C near 0 the gradient that the optimizer gets is noise of deviation sigma · C / B, new in each step.

    New, too, after a resume and in a second run of the same seed. Mean, variance and correlation of 100 000 numbers,
    each within five standard errors.
    """
    import torch
    from transformers import TrainerCallback

    seen: list[torch.Tensor] = []

    class Looks(TrainerCallback):
        def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            grads = [each.grad.flatten() for each in kwargs["model"].parameters() if each.grad is not None]
            seen.append(torch.cat(grads).double())

    bound = 1e-6
    settings = {"seed": 3, "save_strategy": "steps", "save_steps": 2}
    for resume, steps in ((False, 2), (True, 4), (False, 2)):
        runs.train("plain", [Looks(), private(max_grad_norm=bound)], resume=resume, max_steps=steps, **settings)
    seen = [each for each in seen if len(each)]
    deviation, n = 5.0 * bound / 3, len(seen[0])
    assert len(seen) == 6
    for each in seen:
        assert abs(float(each.mean())) < 5 * deviation / n**0.5
        assert abs(float(each.var()) / deviation**2 - 1) < 5 * (2 / n) ** 0.5 + 1e-3  # 1e-3: what the clipped sum adds
    for a in range(6):
        for b in range(a):
            assert abs(float(torch.corrcoef(torch.stack([seen[a], seen[b]]))[0, 1])) < 5 / n**0.5


def test_nobody_sees_a_raw_gradient(runs: Runs, private: Any) -> None:
    """Between backward and noise no callback finds a gradient, wherever it stands; the norm in the log is noised."""
    from transformers import TrainerCallback

    found: list[bool] = []

    class Looks(TrainerCallback):
        def on_substep_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            found.append(any(each.grad is not None for each in kwargs["model"].parameters()))

    trainer = runs.train("plain", [Looks(), private(max_grad_norm=1e-6), Looks()], max_steps=2)
    assert found
    assert not any(found)
    norms = [each["grad_norm"] for each in trainer.state.log_history if "grad_norm" in each]
    size = sum(each.numel() for each in trainer.model.parameters())
    assert norms == pytest.approx([5e-6 / 3 * size**0.5] * 2, rel=0.05)


@pytest.mark.parametrize("metrics", ["keep", "label", "suppress"])
def test_what_is_logged_of_the_data(runs: Runs, private: Any, metrics: str) -> None:
    """Losses and the like are kept, renamed or left out, in the history and for every later callback."""
    from transformers import TrainerCallback

    passed_on: list[str] = []

    class Tracker(TrainerCallback):
        def on_log(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            passed_on.extend(kwargs["logs"])

    trainer = runs.train("sft", [Tracker(), private(metrics=metrics, expected_batch_size=8)], lora=True, max_steps=2)
    written = {name for each in trainer.state.log_history for name in each}
    for names in (written, set(passed_on)):
        private_ones = {"loss", "mean_token_accuracy", "entropy", "num_tokens", "train_loss"}
        assert {"learning_rate", "grad_norm"} <= names
        assert (private_ones <= names) is (metrics == "keep")
        assert ({"not_private/" + name for name in private_ones} <= names) is (metrics == "label")
        if metrics == "suppress":
            assert not any("loss" in name or "token" in name for name in names)


def test_the_trainer_has_its_own_methods_back(runs: Runs, private: Any) -> None:
    """After training, and after an exception, training_step and get_batch_samples are the trainer's own."""
    from transformers import TrainerCallback

    class Breaks(TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            raise KeyboardInterrupt

    trainer = runs.train("plain", [private()], max_steps=1)
    assert not {"training_step", "get_batch_samples", "_run_epoch"} & set(vars(trainer))
    trainer = runs.trainer("plain", [private(), Breaks()], max_steps=1)
    with pytest.raises(KeyboardInterrupt):
        trainer.train()
    assert not {"training_step", "get_batch_samples", "_run_epoch"} & set(vars(trainer))


def test_a_unit_of_many_rows_is_bounded_as_one(runs: Runs, private: Any) -> None:
    """With unit= a column, all rows of a value fill one slot and count once; the cap is public."""
    from datasets import Dataset

    rows = [{"text": f"客户{i % 3}的第{i}句话", "customer": f"c{i % 3}"} for i in range(9)]
    callback = private(unit="customer", max_rows_per_unit=2, expected_batch_size=4, dataset_size=4)
    trainer = runs.train("sft", [callback], lora=True, train_dataset=Dataset.from_list(rows), max_steps=2)
    found = ledger(runs.out)
    assert (found["unit"], found["segments"][0]["dataset_size"], found["segments"][0]["slots"]) == ("customer", 4, 4)
    batches = [batch for batch in trainer.get_train_dataloader() if batch["finewarden_units"] > 0]
    assert {batch["finewarden_units"] for batch in batches} == {1}
    assert {len(batch["input_ids"]) for batch in batches} == {2}


@pytest.mark.parametrize(
    ("changes", "settings", "told"),
    [
        ({"dataset_size": 7, "delta": 1e-3}, {}, "8 units .* more than dataset_size=7"),
        ({"unit": "customer", "max_rows_per_unit": 2}, {}, "no such column"),
        ({"dataset_size": None, "expected_batch_size": 9}, {}, "more than the 8 units"),
        ({"delta": 1e-15, "target_epsilon": 8.0}, {}, "delta: got 1e-15"),
    ],
)
def test_what_cannot_be_private_is_refused(
    runs: Runs, private: Any, changes: dict[str, Any], settings: dict[str, Any], told: str
) -> None:
    """A run that can't be made private does not begin, and the refusal is on record."""
    from finewarden.callbacks import GuardRefusal

    with pytest.raises(GuardRefusal, match=told):
        runs.train("plain", [private(**changes)], **settings)
    assert [each.event for each in runs.records("DifferentialPrivacyCallback")] == ["refused"]
    assert not (runs.out / "privacy_ledger.json").exists()


def test_a_callback_that_comes_late_is_refused(runs: Runs, private: Any) -> None:
    """Added to a trainer that exists, it could not change how that draws; it says to pass it earlier."""
    from finewarden.callbacks import GuardRefusal

    trainer = runs.trainer("plain")
    trainer.add_callback(private())
    with pytest.raises(GuardRefusal, match="pass it when the trainer is made"):
        trainer.train()


def test_a_parameter_that_trains_outside_the_clip_stops_the_run(runs: Runs, private: Any) -> None:
    """Unfrozen under way, or with a gradient of its own, a parameter ends training before the optimizer moves."""
    from transformers import TrainerCallback

    from finewarden.callbacks import GuardRefusal

    class Unfreezes(TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            for name, each in kwargs["model"].named_parameters():
                if "layers.0" in name:
                    each.requires_grad_(True)

    with pytest.raises(GuardRefusal, match="stopped this run in step 2") as caught:
        runs.train("sft", [Unfreezes(), private()], lora=True, max_steps=3)
    assert "gradient that was not clipped" in str(caught.value)
    assert len(steps_in_log(runs)) == 1


def test_two_runs_cannot_spend_one_budget_at_once(runs: Runs, private: Any) -> None:
    """While one run holds the evidence of an output folder, another on the same folder is refused."""
    from finewarden.callbacks import GuardRefusal
    from finewarden.evidence.directory import evidence_dir
    from finewarden.evidence.lock import held

    with held(evidence_dir(runs.out) / "privacy.lock"), pytest.raises(GuardRefusal, match="another process"):
        runs.train("plain", [private()])
    runs.train("plain", [private()], max_steps=1)


def test_all_problems_are_told_at_once(runs: Runs, private: Any) -> None:
    """A run with several faults is refused once, each fault with its remedy and none of them twice."""
    from finewarden.callbacks import GuardRefusal

    with pytest.raises(GuardRefusal) as caught:
        runs.train(
            "sft",
            [private(unit="customer", max_rows_per_unit=2)],
            packing=True,
            auto_find_batch_size=True,
            accelerator_config={"dispatch_batches": True},
        )
    told = str(caught.value)
    for each in ("packing", "auto_find_batch_size", "dispatch_batches"):
        assert each in told
    assert len({problem.what for problem in caught.value.problems}) == len(caught.value.problems)


def test_a_schedule_that_follows_the_training_data_is_refused(runs: Runs, private: Any) -> None:
    """A learning rate that follows an evaluation on the training data carries it into the weights without noise."""
    from finewarden.callbacks import GuardRefusal

    settings = {"eval_strategy": "steps", "eval_steps": 1, "lr_scheduler_type": "reduce_lr_on_plateau"}
    with pytest.raises(GuardRefusal, match="evaluation on the training data"):
        runs.train("plain", [private()], metric_for_best_model="loss", **settings)
