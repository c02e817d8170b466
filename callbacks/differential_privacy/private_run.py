"""One private training run: from the checks at its begin to the ledger at its end."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import torch
from transformers import Trainer, TrainerState

from finewarden.accounting import AccountingError
from finewarden.callbacks.differential_privacy import starting_point, step_log, weights_history, wording
from finewarden.callbacks.differential_privacy.clipping import ClippedSum
from finewarden.callbacks.differential_privacy.data_fingerprint import DataFingerprint, fingerprint
from finewarden.callbacks.differential_privacy.ledger import dataset_size_is, ledger_of
from finewarden.callbacks.differential_privacy.microstep import Update, installed
from finewarden.callbacks.differential_privacy.private_loader import PrivateLoader
from finewarden.callbacks.differential_privacy.randomness import add_gaussian_
from finewarden.callbacks.differential_privacy.ranks import add_up_, from_first
from finewarden.callbacks.differential_privacy.rules_kept import RulesKept
from finewarden.callbacks.differential_privacy.settings import Settings
from finewarden.callbacks.differential_privacy.spending import Spending
from finewarden.callbacks.differential_privacy.starting_point import StartProblem
from finewarden.callbacks.differential_privacy.unchanged import changed
from finewarden.callbacks.differential_privacy.weights_moved import marks, moved
from finewarden.callbacks.evidence import record
from finewarden.callbacks.refusal import Problem
from finewarden.callbacks.trainer_of import model_of
from finewarden.evidence import atomic
from finewarden.evidence.directory import RUN_LOG, evidence_dir
from finewarden.evidence.lock import Locked, held
from finewarden.evidence.privacy_ledger import PRIVACY_LEDGER, PrivacyLedger, dump
from finewarden.evidence.run_log import RunLogError

__all__ = ["PrivateRun"]


class PrivateRun:
    """What is between `on_train_begin` and `on_train_end` of one trainer.

    Args:
        loader: whose sampler feeds the trainer.
        before: the run of the same callback that ended before this one began; training goes on from its weights.
    """

    def __init__(self, trainer: Trainer, settings: Settings, loader: PrivateLoader, before: PrivateRun | None) -> None:
        self.trainer, self.settings, self.loader = trainer, settings, loader
        self.noised_norm: float | None = None
        self.rules = RulesKept(trainer, settings)
        self.was_empty = False
        self._spent_before = before.spending.segments if before is not None else ()
        self._update = Update()
        self._learning_rate = 0.0
        self._began = False
        self._ended_with: list[tuple[float, float]] | None = None
        self._contexts = ExitStack()

    # -- begin -------------------------------------------------------------------------------------------------------

    def begin(self, state: TrainerState) -> list[Problem]:
        """Calibrate, and take over how the trainer computes. What speaks against it; empty when the run has begun."""
        if state.global_step >= state.max_steps:
            what = f"the run ended at step {state.global_step}, and {state.max_steps} are asked for: nothing is to do"
            return [Problem(what, "raise max_steps or num_train_epochs to train on, or leave it as it is")]
        self.parameters = [each for each in model_of(self.trainer).parameters() if each.requires_grad]
        data = fingerprint(self.trainer.train_dataset)
        try:
            self.spending = from_first(lambda: self._plan(state, data), self.trainer.args.world_size)
        except StartProblem as error:
            return [error.problem]
        except (AccountingError, RunLogError) as error:
            # Both say in themselves what to do.
            what, _, remedy = str(error).partition("; ")
            return [Problem(what, remedy or "restore the file as the guard wrote it")]
        except Locked as error:
            return [Problem(str(error), "let the other run on this output_dir end, or train into another folder")]
        if self.spending.left == 0:
            return [Problem("the privacy budget is spent: not one step more is affordable", "end training here")]
        self.total = ClippedSum(self.parameters, self.settings.max_grad_norm)
        assert self.loader.engine is not None  # begin() is not called with problems
        self.engine = self.loader.engine
        self._before = self.rules.began_with
        self._contexts.enter_context(
            installed(self.trainer, self.engine, self.total, self.settings.expected_batch_size, self._update)
        )
        current = self.spending.current
        self._record(
            state,
            step_log.BEGIN,
            run=current.run,
            past=sorted({each.run for each in self.spending.past} - {current.run}),
            segment=current.model_dump(mode="json"),
            delta=self.settings.delta,
            dataset_size_is=dataset_size_is(self.settings),
            data_fingerprint=data.digest,
            rows=data.rows,
            duplicates=data.duplicates,
            **self._public(),
        )
        self._began = True
        return []

    def announcement(self) -> str:
        """What is enforced, for the log."""
        assert self.loader.shape is not None
        return wording.announcement(self.settings, self.loader.shape, self.spending, self.engine.name, self.loader.why)

    def _plan(self, state: TrainerState, data: DataFingerprint) -> Spending:
        """What was spent and what is to come. On the first process only, which keeps the log and the lock."""
        evidence = evidence_dir(Path(str(self.trainer.args.output_dir)))
        self._contexts.enter_context(held(evidence / "privacy.lock"))
        start = starting_point.of(
            self.trainer,
            self.settings,
            self.parameters,
            spent=self._spent_before,
            public=self._public(),
            log=evidence / RUN_LOG,
            data_fingerprint=data.digest,
        )
        assert self.loader.shape is not None  # begin() is not called with problems
        return Spending.plan(start, self.settings, self.loader.shape, state.max_steps - state.global_step)

    # -- under way ---------------------------------------------------------------------------------------------------

    def begin_update(self) -> None:
        """Forget what an update that was broken off has left: two draws in one sum are bounded by twice C."""
        self.total.clear()
        self._update.computed = False
        for each in self.parameters:
            each.grad = None

    def problems(self) -> list[Problem]:
        """Why this update can't be made private: something trains outside the clip, or changed under way."""
        found = self.rules.check("step")
        model = model_of(self.trainer)
        alone = self.trainer.args.world_size == 1  # DDP writes to buffers, to make them equal
        if self._update.computed and (names := changed(self._update.state, model, buffers=alone)):
            what = f"{len(names)} weights or buffers changed while examples passed through, the first is {names[0]}"
            found.append(
                Problem(what, "turn off what writes to them in the forward pass: neither clip nor noise covers it")
            )
        # Ours are taken and cleared in each micro-batch: what is left came about elsewhere.
        names = [name for name, each in model.named_parameters() if each.grad is not None]
        if names:
            what = f"{len(names)} parameters have a gradient that was not clipped, the first is {names[0]}"
            found.append(Problem(what, "compute gradients in the trainer's training_step only"))
        return found

    def privatise(self, state: TrainerState, learning_rate: float) -> None:
        """Account one step, then give the optimizer the noised mean: (sum of clipped + N(0, σ²C²)) / expected size."""
        self.was_empty = not self._update.computed
        self._learning_rate = max(self._learning_rate, learning_rate)
        self.spending.step()
        # On disk before the optimizer moves: a process that dies in the step has spent it.
        self._record(state, step_log.STEP, run=self.spending.current.run, spent=self.steps)
        processes = self.trainer.args.world_size
        noise = self.spending.current.noise_multiplier
        if self.trainer.args.process_index == 0 and noise > 0:
            add_gaussian_(self.total.sums, noise * self.settings.max_grad_norm)
        add_up_(self.total.sums, processes)
        for parameter, noised in zip(self.parameters, self.total.sums, strict=True):
            parameter.grad = (noised / self.settings.expected_batch_size).to(parameter.dtype)
        norms = torch._foreach_norm(self.total.sums, 2)
        norm = float(torch.linalg.vector_norm(torch.stack([each.to(norms[0].device) for each in norms])))
        self.noised_norm = norm / self.settings.expected_batch_size
        self.total.clear()

    def spent_up(self) -> bool:
        """Whether not one step more is affordable."""
        return self.spending.left == 0

    @property
    def steps(self) -> int:
        """Optimizer steps of this run that were accounted, over all resumes."""
        return self.spending.steps

    def saved(self) -> dict[str, Any]:
        """What a checkpoint must hold so that the run can go on."""
        return {
            "run": self.spending.current.run,
            "noise_multiplier": self.spending.current.noise_multiplier,
            "segments": [each.model_dump(mode="json") for each in self.spending.segments],
            "public": self._public(),
        }

    def _public(self) -> dict[str, Any]:
        """What may not change over a resume."""
        settings, shape = self.settings, self.loader.shape
        return {
            "max_grad_norm": settings.max_grad_norm,
            "expected_batch_size": settings.expected_batch_size,
            "dataset_size": shape.dataset_size if shape else None,
            "unit": settings.unit,
            "max_rows_per_unit": settings.max_rows_per_unit,
        }

    def forget_counts(self, state: TrainerState) -> None:
        """Of tokens and operations: they say how much was drawn, and go into each checkpoint's trainer_state.json."""
        state.total_flos, state.num_input_tokens_seen = 0, 0
        self.trainer.current_flos = 0

    # -- end ---------------------------------------------------------------------------------------------------------

    def after(self) -> list[Problem]:
        """What the rules say at the end. Where the learning rate was 0 throughout, nothing could move."""
        return self.rules.check("after", could_move=self._learning_rate > 0)

    def close(self) -> None:
        """Give the trainer its own methods and arguments back, and the lock; note what the weights have cost."""
        self._contexts.close()
        if self._began and self._ended_with is None:
            self._ended_with = marks(self.parameters)
            if self.steps and self._ended_with != self._before:
                weights_history.remember(self.parameters, self.spending.segments)

    def holds(self) -> bool:
        """Whether the weights are those that this run accounts for: nobody trained on after it was closed."""
        return self.steps > 0 and (self._ended_with is None or not moved(self._ended_with, self.parameters))

    def write_ledger(self, state: TrainerState, folder: Path) -> PrivacyLedger:
        """Write the ledger of the weights as they are to *folder*, and to the log which weights they are."""
        ledger = ledger_of(
            self.settings,
            self.spending,
            engine=self.engine.name,
            rules=self.rules.results(could_move=self._learning_rate > 0),
            moved=moved(self._before, self.parameters) if self._learning_rate > 0 else None,
        )
        atomic.write_text(folder / PRIVACY_LEDGER, dump(ledger))
        marks_now = weights_history.weight_marks(self.parameters)
        self._record(state, step_log.SAVED, run=ledger.run, spent=self.steps, weights=marks_now)
        return ledger

    def _record(self, state: TrainerState, event: str, **detail: Any) -> None:
        record(self.trainer.args, state, step_log.GUARD, event, **detail)
