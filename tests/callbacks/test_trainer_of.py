"""`finewarden.callbacks.trainer_of`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from transformers import TrainerCallback

from finewarden.callbacks.trainer_of import bind, trainer_of
from tests.callbacks.runs import Runs

pytestmark = pytest.mark.training


class Asks(TrainerCallback):
    """Asks for its trainer in three events."""

    def __init__(self) -> None:
        self.found: list[Any] = []

    def on_init_end(self, *args: Any, **kwargs: Any) -> None:
        self.found.append(trainer_of(self))

    def on_train_begin(self, *args: Any, **kwargs: Any) -> None:
        self.found.append(trainer_of(self))

    def on_step_end(self, *args: Any, **kwargs: Any) -> None:
        self.found.append(trainer_of(self))


@pytest.mark.parametrize("kind", ["plain", "sft", "dpo"])
def test_a_callback_finds_the_trainer_that_calls_it(runs: Runs, kind: str) -> None:
    """In every event, also while the Trainer is still being made, the Trainer is found in the calling frames."""
    asks = Asks()

    trainer = runs.train(kind, [asks], max_steps=1)

    assert all(found is trainer for found in asks.found)
    assert len(asks.found) == 3


def test_a_callback_that_no_trainer_holds_is_told_so() -> None:
    """Outside of a Trainer's event the question is an error that says how to pass the callback."""
    with pytest.raises(RuntimeError, match=r"Asks was called by something other.*callbacks=\[\.\.\.\]"):
        trainer_of(Asks())


class Scope:
    """A context that counts how often it is open, and what went through it."""

    def __init__(self) -> None:
        self.open = 0
        self.entered = 0

    @contextmanager
    def __call__(self) -> Iterator[None]:
        self.open += 1
        self.entered += 1
        try:
            yield
        finally:
            self.open -= 1


class Raises(TrainerCallback):
    """Raises *error* at the end of the first step."""

    def __init__(self, error: BaseException | None, scope: Scope) -> None:
        self.error, self.scope = error, scope
        self.open_in_step = 0

    def on_step_end(self, *args: Any, **kwargs: Any) -> None:
        self.open_in_step = self.scope.open
        if self.error is not None:
            raise self.error


@pytest.mark.parametrize("error", [None, ValueError("of another"), KeyboardInterrupt(), SystemExit(3)])
def test_the_context_is_open_in_an_epoch_and_closed_whatever_ends_it(runs: Runs, error: BaseException | None) -> None:
    """While an epoch runs the context is open; success, an exception and Ctrl-C all close it and unbind."""
    scope = Scope()
    trainer = runs.trainer("plain", [raises := Raises(error, scope)], max_steps=1)
    unbind = bind(trainer, scope)

    if error is None:
        trainer.train()
        unbind()
    else:
        with pytest.raises(type(error)):
            trainer.train()

    assert raises.open_in_step == 1
    assert scope.open == 0
    assert not {"_run_epoch", "_evaluate"} & vars(trainer).keys()


def test_the_evaluation_before_the_first_epoch_is_within_the_context(runs: Runs) -> None:
    """`eval_on_start` computes outside of any epoch and is covered all the same."""
    scope = Scope()
    trainer = runs.trainer("plain", eval_on_start=True, eval_strategy="steps", eval_steps=1, max_steps=1)
    bind(trainer, scope)

    trainer.train()

    assert scope.entered == 3  # before the epoch, the epoch, within the epoch


def test_unbinding_leaves_what_others_bound(runs: Runs) -> None:
    """Two bindings come off in either order, and an override that was there before stands again."""
    trainer = runs.trainer()
    called: list[str] = []
    trainer._evaluate = lambda: called.append("theirs")
    first, second = Scope(), Scope()
    unbind_first = bind(trainer, first)
    unbind_second = bind(trainer, second)

    unbind_first()
    trainer._evaluate()

    assert (first.entered, second.entered) == (0, 1)

    unbind_second()
    trainer._evaluate()

    assert (first.entered, second.entered) == (0, 1)
    assert called == ["theirs", "theirs"]


def test_unbinding_restores_an_override_on_the_instance(runs: Runs) -> None:
    """A method that the user replaced on the trainer is wrapped, and stands again after."""
    trainer = runs.trainer()
    trainer._evaluate = theirs = lambda: None

    bind(trainer, Scope())()

    assert vars(trainer)["_evaluate"] is theirs
