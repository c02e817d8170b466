"""What `torch.save` writes of the arguments has no token and no path in it; the arguments themselves keep both."""

from __future__ import annotations

import copy
import io
import pickle
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from finewarden.release.training_args import redact_pickled, redacted_state

TOKEN = "hf_" + "QmZtRkWvXpLsYhDnGcBjFuAoEiTrSw2468"
TORCH_SAVE = 2  # the protocol of torch.save


class Strategy(StrEnum):
    """As transformers' own: a text that is a path to nobody."""

    STEPS = "/steps"


@dataclass
class Arguments:
    """The kinds of values that TrainingArguments holds."""

    output_dir: str = "/srv/alice/out"
    run_name: str = "run in /home/alice/out"
    hub_token: str | None = "opaque-token-of-another-hub"
    model_init_kwargs: dict[str, Any] = field(default_factory=lambda: {"token": "t", "cache_dir": "/srv/c", "x": 1})
    notes: list[Any] = field(default_factory=lambda: [f"use {TOKEN}", Path("/srv/alice/x"), 3])
    save_strategy: Strategy = Strategy.STEPS
    eos_token: str = "<|im_end|>"
    learning_rate: float = 1e-3


class Derived(Arguments):
    """A trainer's own arguments class, as SFTConfig is one of TrainingArguments."""


def saved(args: Any) -> Any:
    """*args* as a reader of training_args.bin gets it."""
    return pickle.loads(pickle.dumps(args, protocol=TORCH_SAVE))


def test_pickled_without_secrets() -> None:
    """Tokens by name become None, tokens by look are masked, paths keep their last part; the rest is as it was."""
    args = Derived()
    redact_pickled(args)
    made = saved(args)
    assert type(made) is Derived
    assert (made.output_dir, made.hub_token) == ("out", None)
    assert made.model_init_kwargs == {"token": None, "cache_dir": "c", "x": 1}
    assert made.notes == ["use <redacted>", Path("x"), 3]
    assert "alice" not in made.run_name
    assert (made.save_strategy, made.eos_token, made.learning_rate) == (Strategy.STEPS, "<|im_end|>", 1e-3)
    stream = io.BytesIO()
    pickle.Pickler(stream, protocol=TORCH_SAVE).dump(args)
    assert b"alice" not in stream.getvalue()
    assert TOKEN.encode() not in stream.getvalue()


def test_arguments_keep_their_values() -> None:
    """The object itself, its copies and what goes to another process are not changed: they train and push with it."""
    args = Arguments()
    redact_pickled(args)
    for same in (args, copy.copy(args), copy.deepcopy(args), pickle.loads(pickle.dumps(args, protocol=4))):
        assert (same.output_dir, same.hub_token) == ("/srv/alice/out", "opaque-token-of-another-hub")
        assert saved(same).hub_token is None
    assert args == Arguments()


def test_other_objects_of_the_class() -> None:
    """Arguments of a trainer without us, of the same class, are written as ever."""
    redact_pickled(Arguments())
    assert saved(Arguments()).hub_token == "opaque-token-of-another-hub"


def test_twice() -> None:
    """A second call changes nothing: no hook on a hook."""
    args = Arguments()
    redact_pickled(args)
    hook = Arguments.__reduce_ex__
    redact_pickled(args)
    assert Arguments.__reduce_ex__ is hook


@pytest.mark.parametrize("name", ["hub_token", "push_to_hub_token", "token", "api_key", "wandb_api_key", "password"])
def test_secret_names(name: str) -> None:
    """What is named a secret is one, whatever it looks like."""
    assert redacted_state({name: "plain"}) == {name: None}


@pytest.mark.parametrize("name", ["eos_token", "pad_token", "image_token", "tokenizer", "max_tokens"])
def test_innocent_names(name: str) -> None:
    """Special tokens of a tokenizer are no secrets."""
    assert redacted_state({name: "plain"}) == {name: "plain"}


def test_windows_path() -> None:
    """A Windows path keeps its last part too."""
    assert redacted_state({"output_dir": "C:\\Users\\bob\\out"}) == {"output_dir": "out"}
