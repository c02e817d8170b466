"""`finewarden.callbacks.activation_guard.callback`: the guard in real trainings."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
import torch
from datasets import Dataset, load_dataset
from peft import PrefixTuningConfig, get_peft_model
from transformers import AutoModelForCausalLM, TrainerCallback, TrainingArguments
from transformers.modeling_outputs import CausalLMOutput
from trl import GRPOConfig, GRPOTrainer

from finewarden.callbacks import ActivationGuardCallback, GradientClippingCallback, GuardRefusal
from tests.callbacks.runs import TEXTS, Runs

pytestmark = pytest.mark.training

GUARD = "ActivationGuardCallback"
# transformers renamed it in 5.23.
CHECKPOINTING = "activation_checkpointing"
if CHECKPOINTING not in TrainingArguments.__dataclass_fields__:
    CHECKPOINTING = "gradient_checkpointing"


class Does(TrainerCallback):
    """Calls *something* with the arguments of *event*."""

    def __init__(self, event: str, something: Any) -> None:
        def call(args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            something(args=args, state=state, **kwargs)

        setattr(self, event, call)


def set_flag(model: Any, **_: Any) -> None:
    """What a careless callback does."""
    model.config.output_hidden_states = True


def hooks_of(trainer: Any) -> int:
    """All hooks on the model."""
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return sum(len(getattr(module, kind)) for module in trainer.model.modules() for kind in kinds)


def refused(trainer: Any, step: int | None, *texts: str) -> GuardRefusal:
    """Train, and expect a refusal in *step* that holds each of *texts*."""
    with pytest.raises(GuardRefusal) as refusal:
        trainer.train()
    for text in texts:
        assert text in str(refusal.value)
    assert refusal.value.step == step
    return refusal.value


# -- ordinary runs pass -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [ActivationGuardCallback, GradientClippingCallback])
@pytest.mark.parametrize("lora", [False, True], ids=["full", "lora"])
@pytest.mark.parametrize("kind", ["plain", "sft", "dpo"])
def test_ordinary_runs_pass_with_both_guards_in_any_order(runs: Runs, kind: str, lora: bool, first: Any) -> None:
    """Trainer, SFTTrainer and DPOTrainer, with LoRA and all weights: both guards let them through and clean up."""
    guards = [ActivationGuardCallback(), GradientClippingCallback()]
    guards.sort(key=lambda guard: not isinstance(guard, first))

    trainer = runs.train(kind, guards, lora=lora, eval_strategy="steps", eval_steps=2)

    begin, end = runs.records(GUARD)
    assert (begin.event, end.event, end.detail) == ("train-begin", "train-end", {"violations": []})
    assert begin.detail["watched"][0] == "model"
    assert ("ref_model" in begin.detail["watched"]) == (kind == "dpo" and not lora)
    assert runs.records("GradientClippingCallback")[-1].detail["steps"] == 3
    left = {hook.__module__ for m in trainer.model.modules() for hook in m._forward_hooks.values()}
    assert all(module.startswith(("transformers.", "peft.")) for module in left)
    assert not {"_run_epoch", "_evaluate"} & vars(trainer).keys()


@pytest.mark.parametrize("lora", [False, True], ids=["full", "lora"])
@pytest.mark.parametrize("kind", ["plain", "sft", "dpo"])
def test_a_run_resumes_under_both_guards(runs: Runs, kind: str, lora: bool) -> None:
    """A checkpoint made under the guards is resumed under them."""
    settings = {"lora": lora, "save_strategy": "steps", "save_steps": 1}
    runs.train(kind, [ActivationGuardCallback(), GradientClippingCallback()], max_steps=1, **settings)

    runs.train(kind, [GradientClippingCallback(), ActivationGuardCallback()], max_steps=2, resume=True, **settings)

    assert [each.event for each in runs.records(GUARD)] == ["train-begin", "train-end"] * 2
    assert [each.step for each in runs.records(GUARD)] == [0, 1, 1, 2]
    assert runs.records("GradientClippingCallback")[-1].detail["steps"] == 2


@pytest.mark.parametrize(
    "settings",
    [
        {CHECKPOINTING: True},
        {"torch_compile": True, "torch_compile_backend": "eager"},
        {"gradient_accumulation_steps": 2},
        {"neftune_noise_alpha": 5.0},
        {"debug": "underflow_overflow"},
    ],
    ids=lambda settings: next(iter(settings)),
)
# As in test_watch.py: dynamo hides this from everyone but those who turn warnings into errors.
@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor:UserWarning")
def test_what_trainer_offers_works_under_the_guard(runs: Runs, settings: dict[str, Any]) -> None:
    """Checkpointing, compilation, accumulation, NEFTune and the overflow debugger pass; violations are still seen."""
    runs.train("plain", [ActivationGuardCallback(), GradientClippingCallback()], **settings)
    assert runs.records(GUARD)[-1].event == "train-end"

    careless = [Does("on_step_begin", set_flag)]
    refused(runs.trainer("plain", [ActivationGuardCallback(), *careless], **settings), 1, "hidden_states")


def test_reinforcement_learning_passes(runs: Runs, base_model: Path) -> None:
    """GRPO generates with a cache while its model is in training mode, and that is no violation."""
    trainer = GRPOTrainer(
        model=str(base_model),
        args=GRPOConfig(
            output_dir=str(runs.out),
            max_steps=1,
            per_device_train_batch_size=2,
            num_generations=2,
            max_completion_length=4,
            report_to=[],
            use_cpu=True,
            save_strategy="no",
        ),
        train_dataset=Dataset.from_list([{"prompt": text} for text in TEXTS]),
        reward_funcs=lambda completions, **_: [float(len(each)) for each in completions],
        callbacks=[ActivationGuardCallback(), GradientClippingCallback()],
    )

    trainer.train()

    assert runs.records(GUARD)[-1].event == "train-end"


@pytest.mark.parametrize("on_violation", ["raise", "neutralise"])
def test_prefix_tuning_passes(runs: Runs, on_violation: Any) -> None:
    """Prefix tuning hands its virtual tokens over in the cache: the cache is neither refused nor switched off."""
    model = AutoModelForCausalLM.from_pretrained(runs.base)
    model = get_peft_model(model, PrefixTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=2))
    seen: list[bool] = []
    watches = Does("on_step_end", lambda model, **_: seen.append(model.config.use_cache))

    runs.train("plain", [ActivationGuardCallback(on_violation=on_violation), watches], model=model, use_cache=True)

    assert runs.records(GUARD)[-1].event == "train-end"
    assert seen == [True] * 3


def test_generating_in_a_callback_passes(runs: Runs) -> None:
    """Sampling texts after an evaluation needs a cache, and may have it."""

    def sample(model: Any, **_: Any) -> None:
        model.generate(torch.arange(4)[None], max_new_tokens=2, do_sample=False, eos_token_id=None)

    callbacks = [ActivationGuardCallback(), Does("on_evaluate", sample)]

    runs.train("plain", callbacks, eval_strategy="steps", eval_steps=1, max_steps=1)

    assert runs.records(GUARD)[-1].event == "train-end"


def test_the_guard_says_once_what_it_enforces(runs: Runs, caplog: pytest.LogCaptureFixture) -> None:
    """One line at train begin, and none per step."""
    with caplog.at_level(logging.INFO, "finewarden"):
        runs.train("plain", [ActivationGuardCallback()])

    (line,) = [each.getMessage() for each in caplog.records if each.name.startswith("finewarden")]
    assert line.startswith("ActivationGuardCallback: hidden states, attentions, caches and completions are not kept")


# -- refusing at train begin ------------------------------------------------------------------------------------------


def steal(*_: Any) -> None:
    """A hook of somebody's script."""


def no_metrics(_: Any, compute_result: bool = True) -> dict[str, float]:
    """A user's metric."""
    return {}


def careless_trainer(runs: Runs, monkeypatch: pytest.MonkeyPatch, guard: Any, *, mendable_only: bool = False) -> Any:
    """A trainer in whose setting every rule finds something."""
    trainer = runs.trainer(
        "plain",
        [guard],
        compute_metrics=no_metrics,
        batch_eval_metrics=mendable_only,
        include_for_metrics=["inputs"],
        eval_strategy="steps",
        eval_steps=1,
    )
    trainer.model.config.output_hidden_states = True
    trainer.model.generation_config.output_scores = True
    trainer.model.model.layers[0].register_forward_hook(steal)
    trainer.args.log_completions = True
    monkeypatch.setenv("UNSLOTH_RETURN_LOGITS", "1")
    if not mendable_only:
        trainer.model._call_tree = {}  # what transformers' model debugger leaves
        monkeypatch.setenv("TORCHDYNAMO_REPRO_AFTER", "aot")
        trainer.args.report_to = ["clearml"]
        monkeypatch.delenv("CLEARML_LOG_MODEL", raising=False)
    return trainer


MENDABLE = [
    "LlamaConfig.output_hidden_states is True",
    "model.generation_config.output_scores is True",
    "include_for_metrics holds 'inputs'",
    "log_completions writes training prompts",
    "UNSLOTH_RETURN_LOGITS=1",
    "a hook from tests.callbacks.activation_guard.test_callback stands in model.layers.0._forward_hooks",
]
NOT_MENDABLE = [
    "evaluation keeps the logits of the whole evaluation set",
    "TORCHDYNAMO_REPRO_AFTER=aot",
    "CLEARML_LOG_MODEL is 'true' unless set",
    "model_addition_debugger_context is active",
]


def test_all_problems_are_refused_at_once(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every rule is asked in on_train_begin, and the refusal names each finding with its remedy."""
    trainer = careless_trainer(runs, monkeypatch, ActivationGuardCallback())

    refusal = refused(trainer, None, *MENDABLE, *NOT_MENDABLE)

    assert len(refusal.problems) == len(MENDABLE) + len(NOT_MENDABLE)
    assert all(problem.remedy for problem in refusal.problems)
    (record,) = runs.records(GUARD)
    assert (record.event, len(record.detail["problems"])) == ("refused", len(refusal.problems))
    assert trainer.state.global_step == 0
    assert hooks_of(trainer) == 1  # the foreign one


def test_neutralising_refuses_only_what_the_user_must_decide(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can't be switched off without changing what was asked for is refused, and nothing is changed by then."""
    trainer = careless_trainer(runs, monkeypatch, ActivationGuardCallback(on_violation="neutralise"))

    refusal = refused(trainer, None, *NOT_MENDABLE)

    assert len(refusal.problems) == len(NOT_MENDABLE)
    assert trainer.model.config.output_hidden_states is True


def test_neutralising_trains_with_everything_switched_off(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can be switched off is, the run succeeds, and the saved configuration is clean."""
    guard = ActivationGuardCallback(on_violation="neutralise")
    trainer = careless_trainer(runs, monkeypatch, guard, mendable_only=True)

    trainer.train()
    trainer.save_model()

    begin, end = runs.records(GUARD)
    assert len(begin.detail["switched_off"]) == len(MENDABLE)
    assert (end.event, end.detail) == ("train-end", {"violations": []})
    assert not runs.saved("config.json").get("output_hidden_states")
    assert not runs.saved("generation_config.json").get("output_scores")
    assert hooks_of(trainer) == 0


def test_warning_changes_and_stops_nothing(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """With "warn" the run goes on as it would without the guard, and each finding is logged and recorded once."""
    trainer = careless_trainer(runs, monkeypatch, ActivationGuardCallback(on_violation="warn"), mendable_only=True)

    with caplog.at_level(logging.WARNING, "finewarden"):
        trainer.train()

    in_passing = [f"a forward pass of {part} returned hidden_states" for part in ("model.model", "model")]
    lines = [each.getMessage() for each in caplog.records if each.name.startswith("finewarden")]
    for text in [*MENDABLE, *in_passing]:
        assert sum(f"{GUARD}: {text}" in line for line in lines) == 1
    assert len(runs.records(GUARD)[-1].detail["violations"]) == len(MENDABLE) + len(in_passing)
    assert trainer.model.config.output_hidden_states is True
    assert trainer.args.include_for_metrics == ["inputs"]
    assert hooks_of(trainer) > 0  # the foreign one, and transformers' own capture


def test_hooks_of_a_trusted_package_are_allowed(runs: Runs) -> None:
    """allow_hooks_from reaches the rule."""
    trainer = runs.trainer("plain", [ActivationGuardCallback(allow_hooks_from=["tests"])])
    trainer.model.register_forward_hook(steal)

    trainer.train()

    assert runs.records(GUARD)[-1].event == "train-end"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"on_violation": "ignore"}, r"on_violation: got 'ignore', allowed: 'raise', 'neutralise', 'warn'; leave"),
        ({"allow_hooks_from": "opacus"}, r"allow_hooks_from: got 'opacus', allowed: a sequence.*write e\.g\."),
        ({"allow_hooks_from": ["opacus.grad_sample"]}, r"allow_hooks_from: got \['opacus\.grad_sample'\]"),
    ],
)
def test_arguments_are_checked(arguments: dict[str, Any], text: str) -> None:
    """An argument that is not allowed is named, with what it got, what is allowed and what to do."""
    with pytest.raises(ValueError, match=text):
        ActivationGuardCallback(**arguments)


# -- stopping on the way ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [True, False], ids=["before the guard", "after the guard"])
def test_a_flag_that_is_set_on_the_way_stops_the_run(runs: Runs, first: bool) -> None:
    """Set before the guard looks at the flags or after, the run stops in that step."""
    both = [Does("on_step_begin", set_flag), ActivationGuardCallback()]

    refused(runs.trainer("plain", both if first else both[::-1]), 1, "hidden_states")

    assert [each.event for each in runs.records(GUARD)] == ["train-begin", "stopped", "interrupted"]


def test_a_flag_that_is_set_on_the_way_is_neutralised(runs: Runs) -> None:
    """With "neutralise" it is switched off again before the forward pass, and written down."""
    both = [Does("on_step_begin", set_flag), ActivationGuardCallback(on_violation="neutralise")]

    trainer = runs.train("plain", both)
    trainer.save_model()

    assert [each.event for each in runs.records(GUARD)] == ["train-begin", *["switched-off"] * 3, "train-end"]
    assert not runs.saved("config.json").get("output_hidden_states")


def asks(trainer: Any, **kwargs: Any) -> Any:
    """Make *trainer* call its model with *kwargs* besides."""
    compute_loss = trainer.compute_loss

    def with_more(model: Any, inputs: Any, *args: Any, **rest: Any) -> Any:
        return compute_loss(model, {**inputs, **kwargs}, *args, **rest)

    trainer.compute_loss = with_more
    return trainer


@pytest.mark.parametrize(
    ("kwargs", "kept"),
    [({"output_hidden_states": True}, "hidden_states"), ({"use_cache": True}, "past_key_values")],
    ids=["hidden states", "cache"],
)
def test_a_call_that_asks_for_activations_stops_the_run(runs: Runs, kwargs: dict[str, Any], kept: str) -> None:
    """A loss that calls the model for more than it needs stops in the forward pass; neutralised it trains."""
    refused(asks(runs.trainer("plain", [ActivationGuardCallback()]), **kwargs), 1, f"model.model returned {kept}")
    assert [each.event for each in runs.records(GUARD)] == ["train-begin", "stopped", "interrupted"]

    asks(runs.trainer("plain", [ActivationGuardCallback(on_violation="neutralise")]), **kwargs).train()

    assert runs.records(GUARD)[-1].detail == {"violations": []}


def test_an_evaluation_that_asks_for_activations_stops_the_run(runs: Runs) -> None:
    """The evaluation before the first step is watched."""
    trainer = runs.trainer("plain", [ActivationGuardCallback(), Does("on_train_begin", set_flag)], eval_on_start=True)

    refused(trainer, 1, "a forward pass of model.model returned hidden_states")


def test_hidden_states_in_logits_stop_the_run(runs: Runs) -> None:
    """A model that answers with hidden states where logits belong is found in the forward pass."""
    trainer = runs.trainer("plain", [ActivationGuardCallback()])

    def forward(input_ids: Any, **_: Any) -> Any:
        return CausalLMOutput(loss=torch.zeros(()), logits=trainer.model.model(input_ids).last_hidden_state)

    trainer.model.forward = forward

    refused(trainer, 1, "hidden states in .logits", "unset UNSLOTH_RETURN_HIDDEN_STATES")


@pytest.mark.parametrize("event", ["on_step_begin", "on_epoch_begin"])
def test_a_hook_that_comes_on_the_way_stops_the_run(runs: Runs, event: str) -> None:
    """A hook that a callback adds is found in the step in which it first sees anything."""

    def add(model: Any, state: Any, **_: Any) -> None:
        if state.global_step == (1 if event == "on_step_begin" else 0):
            model.lm_head.register_forward_hook(steal)

    trainer = runs.trainer("plain", [ActivationGuardCallback(), Does(event, add)])

    refused(trainer, 2 if event == "on_step_begin" else 1, "stands in lm_head._forward_hooks")


def test_a_run_that_can_not_be_watched_is_stopped(runs: Runs) -> None:
    """A loss that never calls a model as a module leaves nothing to look at: stopped before the optimizer moves."""
    trainer = runs.trainer("plain", [ActivationGuardCallback()])
    trainer.compute_loss = lambda model, *_, **__: sum(parameter.sum() for parameter in model.parameters())
    before = trainer.model.lm_head.weight.detach().clone()

    refused(trainer, 1, "no forward pass could be looked at")

    assert torch.equal(trainer.model.lm_head.weight, before)


def test_a_flag_in_a_checkpoint_stops_the_run(runs: Runs) -> None:
    """What was saved counts, not only what is in memory."""

    def spoil(args: Any, state: Any, **_: Any) -> None:
        path = Path(args.output_dir) / f"checkpoint-{state.global_step}" / "config.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), "output_attentions": True}))

    callbacks = [Does("on_save", spoil), ActivationGuardCallback()]

    refused(
        runs.trainer("plain", callbacks, save_strategy="steps", save_steps=2),
        2,
        "checkpoint-2/config.json was saved with output_attentions set",
    )


@pytest.mark.parametrize(
    ("careless", "text"),
    [
        (set_flag, "LlamaConfig.output_hidden_states is True"),
        (lambda model, **_: setattr(model.generation_config, "output_logits", True), "output_logits is True"),
        (lambda model, **_: model.register_forward_hook(steal), "stands in LlamaForCausalLM._forward_hooks"),
    ],
    ids=["flag", "generation flag", "hook"],
)
def test_what_is_left_at_the_end_is_refused(runs: Runs, careless: Any, text: str) -> None:
    """What a callback leaves in the model after the last step would go into the release."""
    trainer = runs.trainer("plain", [ActivationGuardCallback(), Does("on_epoch_end", careless)], max_steps=1)

    refused(trainer, 1, text)


# -- off again, whatever ends it --------------------------------------------------------------------------------------


def fail(error: BaseException) -> Any:
    """Something that fails."""

    def something(**_: Any) -> None:
        raise error

    return something


@pytest.mark.parametrize("error", [ValueError("of another"), KeyboardInterrupt()], ids=["exception", "Ctrl-C"])
@pytest.mark.parametrize(
    "event",
    ["on_train_begin", "on_epoch_begin", "on_step_begin", "on_pre_optimizer_step", "on_step_end", "on_evaluate"],
)
@pytest.mark.parametrize("first", [True, False], ids=["before the guard", "after the guard"])
def test_nothing_stays_on_the_model(runs: Runs, event: str, error: BaseException, first: bool) -> None:
    """Wherever a run breaks off, no hook is left and hidden states can be had again; then the trainer trains."""
    both = [Does(event, fail(error)), ActivationGuardCallback(on_violation="neutralise")]
    trainer = runs.trainer("plain", both if first else both[::-1], eval_strategy="steps", eval_steps=1, max_steps=1)

    with pytest.raises(type(error)):
        trainer.train()

    assert hooks_of(trainer) == 0
    assert trainer.model(input_ids=torch.arange(4)[None], output_hidden_states=True).hidden_states

    trainer.remove_callback(both[0])
    trainer.train()
    assert runs.records(GUARD)[-1].event == "train-end"
    assert not {"_run_epoch", "_evaluate"} & vars(trainer).keys()


def test_ctrl_c_in_the_middle_of_a_step_is_cleaned_up_and_recorded(runs: Runs) -> None:
    """Interrupted within the forward pass: hooks off, use_cache back, nothing bound, and the record says by what."""
    trainer = runs.trainer("plain", [ActivationGuardCallback()])

    def interrupted(*_: Any, **__: Any) -> Any:
        assert trainer.model.config.use_cache is False
        raise KeyboardInterrupt

    trainer.model.lm_head.forward = interrupted

    with pytest.raises(KeyboardInterrupt):
        trainer.train()

    assert hooks_of(trainer) == 0
    assert trainer.model.config.use_cache is True
    assert not {"_run_epoch", "_evaluate"} & vars(trainer).keys()
    assert runs.records(GUARD)[-1].detail == {"by": "KeyboardInterrupt"}


def test_running_out_of_memory_begins_again_under_the_guard(runs: Runs) -> None:
    """auto_find_batch_size calls on_train_begin again without an end: one set of hooks, and the run succeeds."""
    trainer = runs.trainer("plain", [ActivationGuardCallback()], auto_find_batch_size=True)
    compute_loss, counts = trainer.compute_loss, []

    def once(*args: Any, **kwargs: Any) -> Any:
        counts.append(hooks_of(trainer))
        if len(counts) == 1:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return compute_loss(*args, **kwargs)

    trainer.compute_loss = once
    trainer.train()

    assert set(counts) == {2}
    events = [each.event for each in runs.records(GUARD)]
    assert events == ["train-begin", "interrupted", "train-begin", "train-end"]


# -- use_cache --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("own", [True, False])
def test_the_saved_model_has_its_own_use_cache(runs: Runs, own: bool) -> None:
    """In training the cache is off; after it config.json holds the base model's value, which Trainer overwrites."""
    seen: list[bool] = []
    model = AutoModelForCausalLM.from_pretrained(runs.base)
    model.config.use_cache = own
    watches = Does("on_step_end", lambda model, **_: seen.append(model.config.use_cache))

    trainer = runs.train("plain", [ActivationGuardCallback(), watches], model=model, num_train_epochs=2, max_steps=-1)
    trainer.save_model()

    assert seen == [False] * 8
    assert runs.saved("config.json")["use_cache"] is own


def test_a_cache_that_was_asked_for_is_off_in_training(runs: Runs) -> None:
    """TrainingArguments(use_cache=True) would keep keys and values of each batch for nothing."""
    seen: list[bool] = []
    watches = Does("on_step_end", lambda model, **_: seen.append(model.config.use_cache))

    runs.train("plain", [ActivationGuardCallback(), watches], use_cache=True, eval_strategy="steps", eval_steps=1)

    assert seen == [False] * 3
    assert runs.records(GUARD)[-1].event == "train-end"


def test_warning_leaves_the_cache_alone(runs: Runs) -> None:
    """With "warn" a cache that was asked for is used, and reported."""
    runs.train("plain", [ActivationGuardCallback(on_violation="warn")], use_cache=True)

    assert "a forward pass of model returned past_key_values" in runs.records(GUARD)[-1].detail["violations"]


def test_a_guard_that_comes_late_leaves_what_trainer_wrote(runs: Runs) -> None:
    """Added after the Trainer was made, the guard can't know the model's own value, and invents none."""
    trainer = runs.trainer()
    trainer.add_callback(ActivationGuardCallback())

    trainer.train()

    assert trainer.model.config.use_cache is False


# -- copies elsewhere -------------------------------------------------------------------------------------------------


def test_plain_text_copies_of_the_data_are_listed(runs: Runs, tmp_path: Path) -> None:
    """The Arrow files that `datasets` made of the training text stand in the run log; data in memory has none."""
    file = tmp_path / "data.jsonl"
    file.write_text("".join(json.dumps({"text": text}) + "\n" for text in TEXTS), encoding="utf-8")
    data = load_dataset("json", data_files=str(file), split="train", cache_dir=str(tmp_path / "cache"))

    runs.train("sft", [ActivationGuardCallback()], train_dataset=data)
    runs.train("sft", [ActivationGuardCallback()])

    from_file, _, in_memory, _ = runs.records(GUARD)
    copies = from_file.detail["plain_text_copies"]
    assert copies
    assert all(Path(copy).is_file() and str(tmp_path / "cache") in copy for copy in copies)
    assert in_memory.detail["plain_text_copies"] == []
