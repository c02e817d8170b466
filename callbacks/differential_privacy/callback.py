"""DP-SGD as a drop-in callback: which event does what. How it is done lies in the files beside this one."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer_callback import ExportableState

from finewarden.callbacks.differential_privacy import wording
from finewarden.callbacks.differential_privacy.environment import environment_problems, not_ours
from finewarden.callbacks.differential_privacy.logged import without_private
from finewarden.callbacks.differential_privacy.private_loader import PrivateLoader
from finewarden.callbacks.differential_privacy.private_run import PrivateRun
from finewarden.callbacks.differential_privacy.saved_ledger import SavesLedger
from finewarden.callbacks.differential_privacy.settings import EngineName, Metrics, Settings
from finewarden.callbacks.evidence import record
from finewarden.callbacks.refusal import GuardRefusal, Problem
from finewarden.callbacks.trainer_of import bind, trainer_of

__all__ = ["DifferentialPrivacyCallback"]

logger = logging.getLogger(__name__)

# `continues=` for weights that have seen public data only.
PUBLIC = "public"


class DifferentialPrivacyCallback(TrainerCallback, ExportableState):
    """Enforcer: training is DP-SGD, and ends before the optimizer step that would cost more than *target_epsilon*.

    Of each privacy unit that was drawn the gradient is clipped to *max_grad_norm* over all trained parameters together;
    Gaussian noise of standard deviation noise_multiplier · max_grad_norm is added to their sum, and the result divided
    by *expected_batch_size* is what the optimizer gets (Abadi et al. 2016, arXiv 1607.00133). Batches are truncated
    Poisson samples (arXiv 2411.04205), accounted for exactly (arXiv 2508.15089).

    It replaces how the trainer draws and accumulates: pass it when the trainer is made, `callbacks=[...]`, and leave
    `per_device_train_batch_size` and `gradient_accumulation_steps` to it. What it enforces is said at train begin; the
    ledger, `privacy_ledger.json`, is written to each checkpoint and to the output folder.

    What is promised: the weights, and all that is made of them. Not promised: training losses and the like, in logs and
    trackers (see *metrics*), evaluation on private data, choosing among runs, how long a step took.

    Args:
        target_epsilon: the budget. With *noise_multiplier* left out, the noise is calibrated to spend it over the
            optimizer steps that Trainer is about to take.
        noise_multiplier: sigma, in units of max_grad_norm. 0 gives no privacy, for tests.
        delta: less than 1 / dataset_size.
        max_grad_norm: C, the bound of one unit's gradient (L2).
        expected_batch_size: mean number of units in a step; an epoch is dataset_size / expected_batch_size steps.
        dataset_size: a public upper bound of the number of units. The guarantee is then for adding or removing one
            unit. Left out, the length of the data set is taken and declared public, and the guarantee is for replacing
            one unit by nothing ("zero-out").
        slots: most units that a step can hold; the default overflows once in 1e9 steps.
        unit: "example", or the column whose value names whose row it is: all rows of one value are bounded together.
        max_rows_per_unit: how many rows of one unit a step may use; public, and needed with a column.
        engine: "microbatch" (any model), "hooks" (plain Linear and LoRA layers, several units a micro-batch: the
            trainer's per_device_train_batch_size), or "auto", which says what it picked and why.
        metrics: "keep", "label" or "suppress" what Trainer logs of the training data without noise.
        continues: the folder of an earlier private run whose weights this one trains on; costs add up. "public" says
            that an adapter which was trained before has seen public data only.

    Raises:
        ValueError: an argument is not allowed.
        GuardRefusal: at train begin, with all problems at once, where the run can't be made private; in a step where
            something trains that is not covered.
    """

    def __init__(
        self,
        *,
        delta: float,
        expected_batch_size: int,
        target_epsilon: float | None = None,
        noise_multiplier: float | None = None,
        max_grad_norm: float = 1.0,
        dataset_size: int | None = None,
        slots: int | None = None,
        unit: str = "example",
        max_rows_per_unit: int | None = None,
        engine: EngineName = "microbatch",
        metrics: Metrics = "keep",
        continues: str | Path | None = None,
    ) -> None:
        self.settings = Settings(
            delta=delta,
            expected_batch_size=expected_batch_size,
            target_epsilon=target_epsilon,
            noise_multiplier=noise_multiplier,
            max_grad_norm=max_grad_norm,
            dataset_size=dataset_size,
            slots=slots,
            unit=unit,
            max_rows_per_unit=max_rows_per_unit,
            engine=engine,
            metrics=metrics,
            continues=Path(continues) if continues not in (None, PUBLIC) else None,
            public_start=continues == PUBLIC,
        )
        self._run: PrivateRun | None = None
        self._contexts = ExitStack()
        self._watch: Any = None  # torch's handle of a hook

    def state(self) -> dict[str, Any]:
        """What `trainer_state.json` holds, in the form that transformers' ExportableState asks for."""
        arguments = asdict(self.settings)
        public, folder = arguments.pop("public_start"), arguments["continues"]
        arguments["continues"] = PUBLIC if public else None if folder is None else str(folder)
        return {"args": arguments, "attributes": {"saved": self._run.saved() if self._run else None}}

    # -- events ------------------------------------------------------------------------------------------------------

    def on_init_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        trainer = trainer_of(self)
        # On the instance, for this trainer alone: mypy minds a method that is replaced.
        trainer.get_train_dataloader = PrivateLoader(trainer, self.settings)  # type: ignore[method-assign]
        trainer.save_model = SavesLedger(trainer, self._save_ledger)  # type: ignore[method-assign]
        # First, so that nobody after it sees a loss that it hides.
        handler = trainer.callback_handler
        handler.callbacks.remove(self)
        handler.callbacks.insert(0, self)

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self._close()  # what a run left that another callback ended before its first epoch
        trainer = trainer_of(self)
        loader: Any = vars(trainer).get("get_train_dataloader")
        if problem := not_ours(trainer, loader, self.settings):
            self._refuse(args, state, [problem])
        loader.set_arguments()
        run = PrivateRun(trainer, self.settings, loader, self._run)
        rules = run.rules.check("before")
        # Rule 19 says of a stream what the loader would say again.
        own = [] if run.rules.broken(19) else loader.problems
        problems = [*own, *environment_problems(trainer, kwargs["optimizer"]), *rules]
        self._contexts.callback(run.close)
        self._contexts.callback(loader.restore_arguments)
        if not problems:
            try:
                problems = run.begin(state)
            except BaseException:
                self._close()
                raise
        if problems:
            self._refuse(args, state, problems)
        self._run = run
        self._contexts.callback(bind(trainer, self._computing))
        args.max_grad_norm = 0.0  # Trainer's own clip is of the batch, after the noise it would only distort
        if state.is_world_process_zero:
            logger.warning("DifferentialPrivacyCallback: %s", run.announcement())
            for each in run.rules.warnings():
                logger.warning("DifferentialPrivacyCallback: %s -> %s", each.what, each.remedy)

    def on_step_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self._running.begin_update()

    def on_pre_optimizer_step(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        run = self._running
        if problems := run.problems():
            self._refuse(args, state, problems, step=state.global_step + 1)
        run.privatise(state, max(group["lr"] for group in kwargs["optimizer"].param_groups))
        armed = [True]

        def only_privatised(*_: Any) -> None:
            if not armed:
                what = "optimizer.step() ran a second time on one noised gradient: a step that was not accounted for"
                remedy = "step the optimizer once an update; leave stepping to the trainer"
                self._refuse(args, state, [Problem(what, remedy)], step=state.global_step + 1)
            armed.clear()

        self._disarm()
        self._watch = kwargs["optimizer"].optimizer.register_step_pre_hook(only_privatised)

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        if self.settings.metrics == "suppress":
            self._running.forget_counts(state)
        if self._running.spent_up() and state.global_step < state.max_steps:
            logger.warning("DifferentialPrivacyCallback: budget spent, training ends at step %d", state.global_step)
            control.should_training_stop = control.should_save = True

    def on_log(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        norm = self._run.noised_norm if self._run else None
        for logs in (kwargs["logs"], *state.log_history[-1:]):
            without_private(logs, self.settings.metrics, norm)

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        run = self._running
        problems = run.after()
        self._close()
        if state.is_world_process_zero:
            ledger = run.write_ledger(state, Path(str(args.output_dir)))
            detail = {"run": ledger.run, "epsilon": ledger.epsilon["pld"], "steps": run.steps}
            record(args, state, type(self).__name__, "train-end", **detail)
            logger.warning("DifferentialPrivacyCallback: %s", wording.summary(ledger))
        if problems:
            self._refuse(args, state, problems, step=state.global_step)

    @property
    def update_was_empty(self) -> bool:
        """Whether nothing was drawn for the update under way, so that no model was run: other guards ask."""
        return self._run is not None and self._run.was_empty

    # -- within ------------------------------------------------------------------------------------------------------

    @property
    def _running(self) -> PrivateRun:
        if self._run is None:
            raise RuntimeError("no private run is under way: train through the trainer that holds this callback")
        return self._run

    @contextmanager
    def _computing(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._close()
            raise

    def _save_ledger(self, folder: Path) -> None:
        # Of weights that were trained on without this callback there is no ledger.
        if self._run is not None and self._run.holds():
            self._run.write_ledger(self._run.trainer.state, folder)

    def _disarm(self) -> None:
        if self._watch is not None:
            self._watch.remove()
            self._watch = None

    def _close(self) -> None:
        self._disarm()
        self._contexts.close()

    def _refuse(
        self, args: TrainingArguments, state: TrainerState, problems: list[Problem], *, step: int | None = None
    ) -> NoReturn:
        self._close()
        event = "stopped" if step else "refused"
        record(args, state, type(self).__name__, event, problems=[each.what for each in problems])
        raise GuardRefusal(type(self).__name__, problems, step)
