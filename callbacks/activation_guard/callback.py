"""The guard itself: asks every rule when training begins, watches each forward pass, and takes itself off again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NoReturn, get_args

from torch import nn
from transformers import PreTrainedConfig, Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from finewarden.callbacks.activation_guard.caching import CacheSwitch, feeds_cache
from finewarden.callbacks.activation_guard.completions import completion_problems
from finewarden.callbacks.activation_guard.config_flags import (
    configs_of,
    flag_problems,
    generation_problems,
    saved_flags,
)
from finewarden.callbacks.activation_guard.dataset_caches import cache_files
from finewarden.callbacks.activation_guard.environment import (
    computes_from_hidden_states,
    dump_problems,
    tracker_problems,
    unsloth_problems,
)
from finewarden.callbacks.activation_guard.evaluation import evaluation_problems
from finewarden.callbacks.activation_guard.foreign_hooks import HookCensus, debugger_problems
from finewarden.callbacks.activation_guard.watch import ForwardWatch, watched_modules
from finewarden.callbacks.evidence import record
from finewarden.callbacks.refusal import GuardRefusal, Problem
from finewarden.callbacks.trainer_of import bind, trainer_of

__all__ = ["ActivationGuardCallback", "OnViolation"]

logger = logging.getLogger(__name__)

OnViolation = Literal["raise", "neutralise", "warn"]

REMEDIES = {
    "past_key_values": "call the model with use_cache=False in training",
    "cache_params": "call the model with use_cache=False in training",
    "mems": "call the model with use_cache=False in training",
    "hidden states in .logits": "unset UNSLOTH_RETURN_HIDDEN_STATES",
}
UNWATCHED = Problem(
    what="no forward pass could be looked at: the model was called around torch's hooks, or outside Trainer's own loop",
    remedy="call the model as model(...), not model.forward(...); a trainer with a loop of its own is not supported",
)


class ActivationGuardCallback(TrainerCallback):
    """Enforcer: hidden states, attentions, caches, logits of whole sets and completions are neither kept nor written.

    Args:
        on_violation: what a finding does.
            "raise": the run is refused at train begin with all problems at once, or stopped in the step that violates.
            "neutralise": what can be switched off without changing what you asked for is switched off (and stays off in
            the saved configuration); the rest is refused.
            "warn": nothing is changed or stopped; each finding is logged and recorded once.
        allow_hooks_from: names of further top-level packages whose forward and backward hooks on the model are trusted,
            e.g. ("opacus",).

    `use_cache` is off while training computes and back at the model's own value after (not with "warn"; the value is
    known if the callback is passed to the Trainer's constructor). Everything that the guard puts on the model is off
    again when training ends, by success, exception or Ctrl-C. What happens outside `train()`, e.g. a
    `trainer.predict()` that returns logits on request, is not its concern.

    Raises:
        ValueError: an argument that is not allowed.
        GuardRefusal: see on_violation.
    """

    def __init__(self, *, on_violation: OnViolation = "raise", allow_hooks_from: Sequence[str] = ()) -> None:
        if on_violation not in get_args(OnViolation):
            raise ValueError(
                f"on_violation: got {on_violation!r}, allowed: 'raise', 'neutralise', 'warn'; leave it out for 'raise'"
            )
        if isinstance(allow_hooks_from, str) or not all(each.isidentifier() for each in allow_hooks_from):
            raise ValueError(
                f"allow_hooks_from: got {allow_hooks_from!r}, allowed: a sequence of names of top-level packages; "
                "write e.g. allow_hooks_from=('opacus',)"
            )
        self.on_violation = on_violation
        self.allow_hooks_from = tuple(allow_hooks_from)
        self._caches = CacheSwitch()
        self._unbind: Callable[[], None] = lambda: None

    # -- events ------------------------------------------------------------------------------------------------------

    def on_init_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """The last moment at which `use_cache` is the model's own: Trainer overwrites it right after."""
        if isinstance(model := kwargs.get("model"), nn.Module):
            self._caches.remember(configs_of(model))

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self._unbind()  # auto_find_batch_size begins again after running out of memory, without an end
        trainer = trainer_of(self)
        model: nn.Module = kwargs["model"]
        self._args, self._state = args, state
        self._warned: set[str] = set()
        self._configs = configs_of(model)
        self._census = HookCensus(model, self.allow_hooks_from)
        self._caches.remember(self._configs)

        mended = self._judge(list(self._problems(trainer, model)))
        needs_cache = feeds_cache(model)
        roots = {name: each for name, each in vars(trainer).items() if isinstance(each, nn.Module)}
        modules = watched_modules({"model": model, **roots})
        self._watch = ForwardWatch(
            modules,
            self._report,
            suppress=self.on_violation == "neutralise",
            caches=not needs_cache,
            logits_are_logits=not computes_from_hidden_states(trainer),
        )
        switched = [] if needs_cache or self.on_violation == "warn" else self._configs
        self._unbind = bind(trainer, lambda: self._computing(switched))
        copies = cache_files(trainer)
        self._record(
            "train-begin",
            on_violation=self.on_violation,
            watched=list(modules),
            switched_off=mended,
            plain_text_copies=copies,
        )
        if state.is_world_process_zero:
            logger.warning(
                "ActivationGuardCallback: hidden states, attentions, caches and completions are not kept in this run "
                "(on_violation=%r, %d modules watched).%s",
                self.on_violation,
                len(modules),
                f" Not its doing: {len(copies)} cache files of datasets hold the training text in clear; "
                "attach(trainer, policy) lets `finewarden finalize --purge-caches` remove them."
                if copies
                else "",
            )

    def on_step_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self._judge(flag_problems(self._configs), step=state.global_step + 1)

    def on_pre_optimizer_step(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        step = state.global_step + 1
        beside = trainer_of(self).callback_handler.callbacks
        # Under differential privacy an update may have no example at all.
        if not self._watch.seen and not any(getattr(each, "update_was_empty", False) for each in beside):
            # Refused with "warn" too: there is nothing that the guard could have warned of.
            self._refuse([UNWATCHED], step)
        if self._census.changed():
            self._judge(self._census.problems(), step=step)

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        folder = Path(str(args.output_dir)) / f"checkpoint-{state.global_step}"
        self._judge(saved_flags(folder), step=state.global_step)

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self._unbind()
        left = [*flag_problems(self._configs), *generation_problems(kwargs["model"]), *self._census.problems()]
        self._judge(left, step=state.global_step)
        self._caches.forget()
        self._record("train-end", violations=sorted(self._warned))

    # -- within ------------------------------------------------------------------------------------------------------

    def _problems(self, trainer: Trainer, model: nn.Module) -> Iterator[Problem]:
        yield from flag_problems(self._configs)
        yield from generation_problems(model)
        yield from evaluation_problems(trainer)
        yield from completion_problems(trainer)
        yield from unsloth_problems(from_hidden_states=computes_from_hidden_states(trainer))
        yield from dump_problems()
        yield from tracker_problems(trainer.args.report_to or ())
        yield from debugger_problems(model)
        yield from self._census.problems()

    @contextmanager
    def _computing(self, switched: list[PreTrainedConfig]) -> Iterator[None]:
        if self._watch.active:  # an evaluation within an epoch
            yield
            return
        with self._watch.open(), self._caches.off(switched):
            try:
                yield
            except BaseException as error:
                self._record("interrupted", by=type(error).__name__)
                raise

    def _judge(self, problems: Iterable[Problem], *, step: int | None = None) -> list[str]:
        """Refuse, mend or log *problems*, as `on_violation` says; returns what was mended."""
        found = list(problems)
        if self.on_violation == "warn":
            for problem in found:
                self._warn(problem)
            return []
        refused = found if self.on_violation == "raise" else [each for each in found if each.mend is None]
        if refused:
            self._refuse(refused, step)
        for problem in found:
            if problem.mend is not None:
                problem.mend()
        if found and step is not None:
            self._record("switched-off", what=[each.what for each in found])
        return [each.what for each in found]

    def _report(self, where: str, kept: str) -> None:
        """A forward pass has returned what it should not; called from within the model."""
        problem = Problem(
            what=f"a forward pass of {where} returned {kept}",
            remedy=REMEDIES.get(kept, "call the model without output_hidden_states and output_attentions"),
        )
        if self.on_violation == "warn":
            self._warn(problem)
        else:
            self._refuse([problem], self._state.global_step + 1)

    def _refuse(self, problems: list[Problem], step: int | None) -> NoReturn:
        self._record("refused" if step is None else "stopped", problems=[each.what for each in problems])
        raise GuardRefusal(type(self).__name__, problems, step)

    def _warn(self, problem: Problem) -> None:
        if problem.what not in self._warned:
            self._warned.add(problem.what)
            self._record("violation", what=problem.what)
            if self._state.is_world_process_zero:
                logger.warning("%s: %s -> %s", type(self).__name__, problem.what, problem.remedy)

    def _record(self, event: str, **detail: Any) -> None:
        record(self._args, self._state, type(self).__name__, event, **detail)
