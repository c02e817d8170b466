"""Ways around clip, noise and accounting: each is shut, or the run is refused."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from finewarden.evidence.run_log import read
from tests.callbacks.differential_privacy.conftest import ledger
from tests.callbacks.runs import Runs

pytestmark = pytest.mark.training


def steps(folder: Path) -> list[int]:
    return [each["steps"] for each in ledger(folder)["segments"]]


def test_an_update_that_is_broken_off_leaves_nothing(runs: Runs, private: Any) -> None:
    """When a callback ends an epoch within an update, what was summed up is not in the next one."""
    import torch
    from transformers import TrainerCallback

    norms: list[float] = []

    class Breaks(TrainerCallback):
        broken = 0

        def on_substep_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            control.should_epoch_stop = self.broken < 3
            self.broken += 1

        def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            grads = [each.grad.flatten() for each in kwargs["model"].parameters() if each.grad is not None]
            norms.append(float(torch.cat(grads).norm()) * 2)

    # One example of two slots, drawn in each update; half of the expected size is what it moves the mean by.
    callback = private(noise_multiplier=0, expected_batch_size=2, dataset_size=2, max_grad_norm=0.1)
    data = runs.trainer("plain").train_dataset.select([0])
    runs.train("plain", [Breaks(), callback], train_dataset=data, max_steps=5)
    assert norms
    assert max(norms) <= 0.1 * (1 + 1e-6)


def test_a_second_trainer_for_the_same_weights_goes_on_spending(runs: Runs, private: Any) -> None:
    """Weights that were trained privately in this process carry their cost into any new trainer."""
    first = runs.train("sft", [private()], lora=True, max_steps=3)
    again = Runs(runs.base, runs.out.with_name("again"))
    again.train("plain", [private()], model=first.model, max_steps=1)
    assert steps(again.out) == [3, 1]


def test_new_weights_carry_no_cost(runs: Runs, private: Any) -> None:
    """A second training from the base model is a run of its own, however little the first one moved its weights."""
    for _ in range(2):
        runs.train("plain", [private()], max_steps=1, learning_rate=1e-7)
        assert steps(runs.out) == [1]


def test_an_adapter_of_unknown_past_is_refused(runs: Runs, private: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A LoRA adapter that is not new needs its ledger, or the word that it saw public data only."""
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    from finewarden.callbacks import GuardRefusal
    from finewarden.callbacks.differential_privacy import weights_history

    runs.train("sft", [private()], lora=True, max_steps=2).save_model()
    monkeypatch.setattr(weights_history, "_known", {})  # as in a new process
    again = Runs(runs.base, runs.out.with_name("again"))

    def loaded() -> Any:
        return PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(runs.base), runs.out, is_trainable=True)

    with pytest.raises(GuardRefusal, match=r"continues=\"out1/\""):
        again.train("plain", [private()], model=loaded())
    again.train("plain", [private(continues=runs.out)], model=loaded(), max_steps=1)
    assert steps(again.out) == [2, 1]
    monkeypatch.setattr(weights_history, "_known", {})
    again.train("plain", [private(continues="public")], model=loaded(), max_steps=1)
    assert steps(again.out) == [1]


def test_all_ledgers_count_each_run_once(runs: Runs, private: Any) -> None:
    """A model loaded from one private folder and said to continue another has cost both, each once."""
    first = runs.train("plain", [private()], max_steps=2)
    first.save_model(str(runs.out.with_name("final")))
    first.processing_class.save_pretrained(runs.out.with_name("final"))
    other = Runs(runs.base, runs.out.with_name("other"))
    other.train("plain", [private()], max_steps=1)
    both = Runs(runs.out.with_name("final"), runs.out.with_name("both"))
    trainer = both.train("plain", [private(continues=other.out)], max_steps=4)
    assert sorted(steps(both.out)) == [1, 2, 4]
    trainer.train()
    assert sorted(steps(both.out)) == [1, 2, 4, 4]


def test_the_ledger_goes_wherever_the_model_is_saved(runs: Runs, private: Any) -> None:
    """save_model() writes it beside the weights, also after a run that was broken off."""
    from transformers import TrainerCallback

    class Breaks(TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            if state.global_step == 2:
                raise KeyboardInterrupt

    trainer = runs.trainer("plain", [private(), Breaks()], max_steps=5)
    with pytest.raises(KeyboardInterrupt):
        trainer.train()
    trainer.save_model(str(runs.out / "final"))
    assert steps(runs.out / "final") == [2]
    assert [each["number"] for each in ledger(runs.out / "final")["rules"]] == list(range(1, 34))
    saved = [each.detail for each in runs.records("DifferentialPrivacyCallback") if each.event == "saved"]
    assert saved[-1]["spent"] == 2
    assert len(saved[-1]["weights"]) == sum(1 for _ in trainer.model.parameters())


def test_weights_trained_on_without_it_have_no_ledger(runs: Runs, private: Any) -> None:
    """With the callback removed the trainer trains as it always did, and save_model writes no ledger for the result."""
    callback = private()
    trainer = runs.train("plain", [callback], max_steps=2)
    trainer.save_model(str(runs.out / "private"))
    trainer.remove_callback(callback)
    trainer.train()
    trainer.save_model(str(runs.out / "not private"))
    assert steps(runs.out / "private") == [2]
    assert not (runs.out / "not private" / "privacy_ledger.json").exists()
    assert (runs.out / "not private" / "config.json").exists()


def test_lost_steps_keep_their_own_mechanism(runs: Runs, private: Any) -> None:
    """Steps after a checkpoint are accounted as the log says they were taken, whatever slots the resumed run has."""
    saves = {"save_strategy": "steps", "save_steps": 2}
    runs.train("plain", [private(slots=8)], max_steps=2, **saves)
    for slots, end in ((3, 5), (8, 4)):
        trainer = runs.trainer("plain", [private(slots=slots)], max_steps=end, save_strategy="no")
        trainer.train(resume_from_checkpoint=str(runs.out / "checkpoint-2"))
    assert [(each["slots"], each["steps"]) for each in ledger(runs.out)["segments"]] == [(8, 2), (3, 3), (8, 2)]


@pytest.mark.parametrize("kind", ["frozen weight", "integer buffer"])
def test_a_forward_pass_that_writes_is_stopped(runs: Runs, private: Any, kind: str) -> None:
    """What is saved with the model may not change while examples pass through it."""
    import torch
    from transformers import AutoModelForCausalLM

    from finewarden.callbacks import GuardRefusal

    model = AutoModelForCausalLM.from_pretrained(runs.base)
    if kind == "frozen weight":
        model.seen = torch.nn.Parameter(torch.zeros(300), requires_grad=False)
    else:
        model.register_buffer("seen", torch.zeros(300, dtype=torch.long))

    def count(module: Any, args: Any, kwargs: Any) -> None:
        with torch.no_grad():
            module.seen += torch.bincount(kwargs["input_ids"].flatten(), minlength=300).to(module.seen.dtype)

    model.register_forward_pre_hook(count, with_kwargs=True)
    with pytest.raises(GuardRefusal, match="changed while examples passed through"):
        runs.train("plain", [private()], model=model)
    assert not (runs.out / "privacy_ledger.json").exists()


def test_models_that_remember_are_refused(runs: Runs, private: Any) -> None:
    """Dynamic RoPE keeps the longest length, an embedding with max_norm writes the rows that it looks up."""
    from transformers import AutoModelForCausalLM

    from finewarden.callbacks import GuardRefusal

    model = AutoModelForCausalLM.from_pretrained(runs.base)
    model.config.rope_parameters = {**model.config.rope_parameters, "rope_type": "dynamic", "factor": 2.0}
    model.get_input_embeddings().max_norm = 1.0
    with pytest.raises(GuardRefusal) as caught:
        runs.train("plain", [private()], model=model)
    assert "dynamic RoPE" in str(caught.value)
    assert "max_norm" in str(caught.value)


def test_evaluation_on_the_training_data_is_known_by_its_rows(runs: Runs, private: Any) -> None:
    """SFTTrainer maps what it is given: the same rows are the same data, whatever object holds them."""
    from transformers import EarlyStoppingCallback

    from finewarden.callbacks import GuardRefusal

    settings = {
        "eval_strategy": "steps",
        "eval_steps": 1,
        "metric_for_best_model": "loss",
        "load_best_model_at_end": True,
    }
    with pytest.raises(GuardRefusal, match="evaluation on the training data"):
        runs.train("sft", [private(), EarlyStoppingCallback()], save_strategy="steps", save_steps=1, **settings)


def test_suppressed_counts_are_not_in_the_checkpoint(runs: Runs, private: Any) -> None:
    """With metrics="suppress" trainer_state.json tells neither tokens nor operations nor losses."""
    callback = private(metrics="suppress")
    settings = {"save_strategy": "steps", "save_steps": 2, "include_num_input_tokens_seen": "all"}
    runs.train("plain", [callback], max_steps=2, **settings)
    state = json.loads((runs.out / "checkpoint-2" / "trainer_state.json").read_text())
    assert (state["total_flos"], state["num_input_tokens_seen"]) == (0, 0)
    assert not any("loss" in name for each in state["log_history"] for name in each)


def test_a_run_that_has_ended_is_left_alone(runs: Runs, private: Any) -> None:
    """Resumed with nothing left to do, it is refused before anything is spent or overwritten."""
    from finewarden.callbacks import GuardRefusal

    runs.train("plain", [private()], max_steps=2, save_strategy="steps", save_steps=2)
    before = (runs.out / "privacy_ledger.json").read_bytes()
    with pytest.raises(GuardRefusal, match="raise max_steps"):
        runs.train("plain", [private()], resume=True, max_steps=2)
    assert (runs.out / "privacy_ledger.json").read_bytes() == before


def test_a_learning_rate_of_zero_is_no_broken_rule(runs: Runs, private: Any) -> None:
    """In a warm-up from zero nothing can move: the ledger says that it is not known, and no rule is broken."""
    runs.train("plain", [private()], max_steps=1, warmup_steps=2)
    found = ledger(runs.out)
    assert found["moved"] is None
    assert found["rules"][32]["result"] == "warned"


def test_another_callback_that_fails_does_not_lock_the_trainer(runs: Runs, private: Any) -> None:
    """After an exception in another's on_train_begin, and after a bad log, the trainer can train."""
    from transformers import TrainerCallback

    from finewarden.callbacks import GuardRefusal
    from finewarden.evidence.directory import evidence_dir

    class Fails(TrainerCallback):
        def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            raise ValueError("not today")

    trainer = runs.trainer("plain", [private(), Fails()], max_steps=1)
    with pytest.raises(ValueError, match="not today"):
        trainer.train()
    trainer.remove_callback(Fails)
    trainer.train()
    assert steps(runs.out) == [1]
    saves = {"save_strategy": "steps", "save_steps": 1}
    runs.train("plain", [private()], max_steps=1, **saves)
    log = evidence_dir(runs.out) / "run.jsonl"
    log.write_bytes(log.read_bytes() + b'{"version": "two"}\n')
    for _ in range(2):
        with pytest.raises(GuardRefusal, match=r"run\.jsonl:\d+: not a run record"):
            runs.train("plain", [private()], resume=True, max_steps=2)


def test_the_users_arguments_are_their_own_again(runs: Runs, private: Any) -> None:
    """After a private run the same arguments make another trainer, unchanged; the callback can be copied."""
    trainer = runs.trainer("plain", [private()], max_steps=1, gradient_accumulation_steps=3, max_grad_norm=0.7)
    trainer.train()
    arguments = trainer.args
    assert arguments.per_device_train_batch_size == trainer._train_batch_size == 2
    assert (arguments.gradient_accumulation_steps, arguments.max_grad_norm) == (3, 0.7)
    callback = private()
    assert pickle.loads(pickle.dumps(callback)).settings == copy.deepcopy(callback).settings == callback.settings


def test_images_have_one_fingerprint(tmp_path: Path) -> None:
    """A data set with images can be resumed: an image is its bytes."""
    from datasets import Dataset, Features, Image, Value

    from finewarden.callbacks.differential_privacy.data_fingerprint import fingerprint

    dot = (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\n"
        b"IDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
    )
    features = Features({"image": Image(), "text": Value("string")})
    rows = [{"image": {"bytes": dot, "path": None}, "text": "a"}]
    assert fingerprint(Dataset.from_list(rows, features=features)) == fingerprint(
        Dataset.from_list(rows, features=features)
    )


def test_two_callbacks_are_one_too_many(runs: Runs, private: Any) -> None:
    """The refusal says that there are two, not that somebody else holds a lock."""
    from finewarden.callbacks import GuardRefusal

    with pytest.raises(GuardRefusal, match="2 DifferentialPrivacyCallbacks"):
        runs.train("plain", [private(), private()])


def test_restored_settings_that_differ_are_named(runs: Runs, private: Any) -> None:
    """Where transformers restores the callback from a checkpoint, a changed argument is not lost in silence."""
    from finewarden.callbacks import GuardRefusal

    settings = {"save_strategy": "steps", "save_steps": 2, "restore_callback_states_from_checkpoint": True}
    runs.train("plain", [private()], max_steps=2, **settings)
    with pytest.raises(GuardRefusal, match="another metrics than the script gives"):
        runs.train("plain", [private(metrics="label")], resume=True, max_steps=4, **settings)


def test_the_log_says_what_each_run_began_with(runs: Runs, private: Any) -> None:
    """Mechanism, bound, unit and delta are in the private log, so that an audit can hold the ledger against it."""
    runs.train("plain", [private()], max_steps=1)
    [began] = [
        each.detail for each in read(runs.out.with_name("out.evidence") / "run.jsonl") if each.event == "train-begin"
    ]
    assert began["segment"] == {**ledger(runs.out)["segments"][0], "steps": 0}
    assert (began["max_grad_norm"], began["unit"], began["delta"]) == (1.0, "example", 1e-3)
    assert began["dataset_size_is"] == "public bound"
