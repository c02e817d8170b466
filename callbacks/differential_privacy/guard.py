"""`DPGuard`: holds a trainer that claims differential privacy, whoever's it is, against the 33 rules."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from transformers import Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from finewarden.callbacks.differential_privacy.rules import Run
from finewarden.callbacks.differential_privacy.rules.verdicts import (
    Verdict,
    check_rules,
    mended,
    merged,
    public_results,
)
from finewarden.callbacks.differential_privacy.settings import Settings
from finewarden.callbacks.evidence import record
from finewarden.callbacks.refusal import GuardRefusal
from finewarden.callbacks.trainer_of import trainer_of

__all__ = ["DPGuard", "Verdict", "check_rules", "merged", "public_results"]

logger = logging.getLogger(__name__)


class DPGuard(TrainerCallback):
    """Refuses a run whose differential privacy does not hold, as far as the trainer shows it.

    For trainers that are private by other means: Opacus' PrivacyEngine or DPOptimizer in a Trainer, DPTrainer,
    dp-transformers, a subclass of your own. All rules are checked when training begins, some again at each update, some
    when it ends; the table is docs/differential-privacy-rules.md. What can be mended without changing what was asked
    for is mended (a generator of its own for the noise); the rest is reported at once, with remedies.

    Each verdict goes to `<output_dir>.evidence/run.jsonl`. What the trainer does not show is "not seen": a guard that
    finds nothing has proven nothing. Under `DifferentialPrivacyCallback`, which keeps the rules by itself, it agrees.

    Args:
        strict: refuse and stop; False only warns, and mends nothing.

    Raises:
        ValueError: strict is not a bool.
        GuardRefusal: at train begin, in an update, or at train end, with all problems of that moment.
    """

    def __init__(self, *, strict: bool = True) -> None:
        if strict not in (True, False):
            raise ValueError(f"strict: got {strict!r}, allowed: True or False; give False to be warned only")
        self.strict = strict
        self._run: Run | None = None
        self._steps: int | None = None
        self._stop_counting: Callable[[], None] = lambda: None

    def check(self, trainer: Trainer) -> list[Verdict]:
        """One verdict for each rule that can be judged without training. Changes nothing and raises nothing.

        Before training there is no loader, and often no optimizer: more is seen when training begins.
        """
        return check_rules(Run.of(trainer, _settings(trainer)), "before")

    # -- events ------------------------------------------------------------------------------------------------------

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        trainer = trainer_of(self)
        self._run = Run.of(trainer, _settings(trainer))
        verdicts = check_rules(self._run, "before")
        if self.strict:
            verdicts = mended(verdicts)
        self._count()
        self._report(args, state, verdicts, "train-begin")

    def on_pre_optimizer_step(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self._report(args, state, check_rules(self._now(), "step"), None)

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self._stop_counting()
        self._report(args, state, check_rules(self._now(), "after"), "train-end")

    # -- within ------------------------------------------------------------------------------------------------------

    def _now(self) -> Run:
        if self._run is None:
            raise RuntimeError("DPGuard saw no training begin: pass it as Trainer(callbacks=[...])")
        return self._run.later(self._steps)

    def _count(self) -> None:
        """Count how often the weights are moved, within all wrappers: what Trainer counts may be something else."""
        self._stop_counting()
        mover: Any = self._run.mover if self._run is not None else None
        self._steps = 0 if hasattr(mover, "register_step_post_hook") else None

        def moved(*_: Any) -> None:
            self._steps = (self._steps or 0) + 1

        if self._steps is not None:
            self._stop_counting = mover.register_step_post_hook(moved).remove

    def _report(self, args: TrainingArguments, state: TrainerState, verdicts: list[Verdict], event: str | None) -> None:
        """Write down, say, and refuse. event: of the log; None where only trouble is worth a line of it."""
        broken = [problem for each in verdicts if each.result == "violated" for problem in each.numbered]
        stops = bool(broken) and self.strict
        if stops or event is not None:
            detail = {
                "results": {str(each.number): each.result for each in verdicts},
                "found": [each.what for verdict in verdicts for each in verdict.numbered],
            }
            name = ("refused" if event == "train-begin" else "stopped") if stops else event
            record(args, state, type(self).__name__, str(name), strict=self.strict, **detail)
        if state.is_world_process_zero:
            self._say(verdicts)
        if stops:
            self._stop_counting()
            raise GuardRefusal(type(self).__name__, broken, None if event == "train-begin" else state.global_step)

    def _say(self, verdicts: list[Verdict]) -> None:
        for verdict in verdicts:
            for problem in verdict.numbered:
                if verdict.result == "fixed":
                    logger.warning("DPGuard mended %s", problem.what)
                elif verdict.result == "warned" or not self.strict:
                    logger.warning("DPGuard: %s -> %s", problem.what, problem.remedy)
        unseen = [str(each.number) for each in verdicts if each.result == "not seen"]
        if unseen:
            logger.warning("DPGuard could not see enough of this trainer for rules %s", ", ".join(unseen))


def _settings(trainer: Trainer) -> Settings | None:
    """Those of our own callback, if *trainer* has it."""
    held = (getattr(each, "settings", None) for each in trainer.callback_handler.callbacks)
    return next((each for each in held if isinstance(each, Settings)), None)
