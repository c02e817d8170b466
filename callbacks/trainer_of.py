"""The Trainer behind a callback, and a context that is open exactly while that Trainer's model computes.

A callback is handed the model, the optimizer and the arguments, but neither the Trainer (transformers issue 38181) nor
any event when training ends by an exception or by Ctrl-C. Both are needed to take guards off again, and both follow
from one fact: an event is always called from a method of the Trainer, so the Trainer stands in the calling frames.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from torch import nn
from transformers import Trainer, TrainerCallback

__all__ = ["bind", "model_of", "trainer_of"]

# What Trainer._inner_training_loop calls, through `self`, to let the model compute: an epoch (with the evaluations and
# saves in it), and the evaluation of `eval_on_start`.
COMPUTING = ("_run_epoch", "_evaluate")


def trainer_of(callback: TrainerCallback) -> Trainer:
    """The Trainer that is calling *callback* right now. Only to be called from within an event.

    Raises RuntimeError when no calling frame is a method of a Trainer that holds *callback*.
    """
    frame = sys._getframe(1)
    while frame is not None:
        owner = frame.f_locals.get("self")
        if isinstance(owner, Trainer):
            # While Trainer.__init__ runs, the handler may not stand yet.
            handler = vars(owner).get("callback_handler")
            if handler is not None and any(each is callback for each in handler.callbacks):
                return owner
        frame = frame.f_back  # type: ignore[assignment]
    raise RuntimeError(
        f"{type(callback).__name__} was called by something other than a transformers Trainer that holds it: "
        "pass it as Trainer(callbacks=[...]) or add it with trainer.add_callback(...)"
    )


def model_of(trainer: Trainer) -> nn.Module:
    """The model that *trainer* trains, without what accelerate wraps it in. Raises TypeError when it has none yet."""
    if not isinstance(trainer.model, nn.Module):
        raise TypeError(f"{type(trainer).__name__} holds no model: make it with model=...")
    return trainer.model


def bind(trainer: Trainer, context: Callable[[], AbstractContextManager[None]]) -> Callable[[], None]:
    """Open *context* around each epoch and each evaluation of the training that *trainer* is about to run.

    The context must allow nesting (an epoch evaluates). It closes on return, on an exception and on Ctrl-C alike; after
    either of the latter nothing stays bound. Returns the function that unbinds, for `on_train_end`.
    """

    bound: dict[str, Callable[..., Any]] = {}
    before: dict[str, Callable[..., Any]] = {}

    def unbind() -> None:
        for name, ours in bound.items():
            # Someone may have wrapped the method after us: theirs stays, and finds ours shut.
            if vars(trainer).get(name) is ours:
                if name in before:
                    setattr(trainer, name, before[name])
                else:
                    delattr(trainer, name)
        bound.clear()

    def within(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def run(*args: Any, **kwargs: Any) -> Any:
            if not bound:
                return method(*args, **kwargs)
            try:
                with context():
                    return method(*args, **kwargs)
            except BaseException:
                unbind()
                raise

        return run

    for name in COMPUTING:
        if name in vars(trainer):
            before[name] = vars(trainer)[name]
        bound[name] = within(getattr(trainer, name))
        setattr(trainer, name, bound[name])
    return unbind
