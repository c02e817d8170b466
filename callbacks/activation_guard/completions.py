"""Trainers and callbacks that write prompts and completions, word for word, to disk, the Hub or a tracker."""

from __future__ import annotations

from collections.abc import Iterator

from transformers import Trainer

from finewarden.callbacks.refusal import Problem

__all__ = ["completion_problems"]

# TRL's callbacks that generate from prompts of the data and upload the texts. By name: trl may be absent, and Unsloth
# ships copies of TRL's classes in generated modules.
LOGGERS = frozenset({"LogCompletionsCallback", "WeaveCallback"})


def completion_problems(trainer: Trainer) -> Iterator[Problem]:
    """Completion logging that is on in *trainer*: TRL's GRPO, RLOO and distillation settings, and TRL's callbacks."""
    args = trainer.args
    if getattr(args, "log_completions_hub_repo", None) is not None:
        # No mend: the upload schedule began when the trainer was made.
        yield Problem(
            what="log_completions_hub_repo uploads prompts and completions to the Hub while training runs",
            remedy="leave log_completions_hub_repo out",
        )
    if getattr(args, "log_completions", False):

        def off() -> None:
            for holder in (args, trainer):  # TRL's trainers copy the setting when they are made
                setattr(holder, "log_completions", False)  # noqa: B010 - no attribute of the classes as typed

        yield Problem(
            what="log_completions writes training prompts and completions to disk and to the trackers",
            remedy="set log_completions=False, and look at completions on prompts that are not training data",
            mend=off,
        )
    for callback in trainer.callback_handler.callbacks:
        if LOGGERS & {cls.__name__ for cls in type(callback).__mro__}:
            # No mend: the handler is going through its list of callbacks at this very moment.
            yield Problem(
                what=f"{type(callback).__name__} sends prompts and completions to a tracker",
                remedy="leave it out of callbacks, and look at completions on prompts that are not training data",
            )
