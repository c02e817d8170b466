"""CanaryCallback: what was planted is what is trained on, or training does not begin."""

from __future__ import annotations

import logging
import secrets
from pathlib import Path
from typing import Any, NoReturn

from transformers import Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from finewarden.callbacks.canaries.loss_proof import prove
from finewarden.callbacks.canaries.rank_statistic import RankStatistic, choose
from finewarden.callbacks.differential_privacy import DifferentialPrivacyCallback
from finewarden.callbacks.differential_privacy.weights_history import weight_marks
from finewarden.callbacks.evidence import record
from finewarden.callbacks.refusal import GuardRefusal, Problem
from finewarden.callbacks.trainer_of import model_of, trainer_of
from finewarden.evidence import canary_book
from finewarden.evidence.canary_book import CANARY_BOOK, CanaryBook, CanaryBookError
from finewarden.evidence.directory import evidence_dir

__all__ = ["CanaryCallback"]

logger = logging.getLogger(__name__)


class CanaryCallback(TrainerCallback):
    """Observer: proves at train begin that every inserted canary of *book* stands in the tokenised training data as
    often as it was inserted, behind its own context, and would receive loss on each token of its secret when drawn;
    that no other canary and no reference stands there; and that secrets of family "input" receive none.

    Where that is not so it refuses: a canary that can't be learned makes every audit pass. What it proved goes to
    `run.jsonl` ("proven", under a random id of the run); which canaries were drawn is neither asked nor written down.
    Each save and the end of training go there too ("saved", "trained"), with marks of the trained weights: audits
    believe the proof for the weights that training ended with, and for no others.

    Args:
        book: as `plant_canaries` returned it. It is copied into the trainer's evidence folder if it is not there.
        every: log `canary_auc` each so many optimizer steps (also to `run.jsonl`; under differential privacy only
            there): how well a sample of the coin canaries can be told by their gain over the base model. 0.5 is chance.
            It costs two forward passes over the sample at train begin and one each time, and changes nothing of the
            training, to the last bit. After a resume of full weights the gain is over the checkpoint.
        sample: how many canaries that looks at.

    Raises:
        TypeError, ValueError: an argument is not allowed.
        GuardRefusal: at train begin, with all problems at once; canaries are named by their ids.
    """

    def __init__(self, book: CanaryBook, *, every: int | None = None, sample: int = 64) -> None:
        if not isinstance(book, CanaryBook):
            raise TypeError(
                f"book: got {type(book).__name__}, allowed: the CanaryBook that plant_canaries returned; "
                "write dataset, book = plant_canaries(...)"
            )
        if every is not None and (isinstance(every, bool) or not isinstance(every, int) or every < 1):
            raise ValueError(
                f"every: got {every!r}, allowed: a number of steps from 1 on, or None; leave it out for none"
            )
        if isinstance(sample, bool) or not isinstance(sample, int) or sample < 2:
            raise ValueError(f"sample: got {sample!r}, allowed: a number of canaries from 2 on; 64 is the default")
        self.book, self.every, self.sample = book, every, sample
        self._statistic: RankStatistic | None = None
        self._proven: str | None = None  # the run

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        trainer = trainer_of(self)
        self._statistic, self._proven = None, None
        proof = prove(trainer, self.book)
        problems = [*self._other_book(args), *self._sharded(trainer), *proof.problems]
        if problems:
            self._refuse(args, state, problems)
        path = evidence_dir(Path(str(args.output_dir))) / CANARY_BOOK
        if state.is_world_process_zero and not path.exists():
            canary_book.write(path, self.book)
        self._proven = secrets.token_hex(16)
        record(
            args,
            state,
            type(self).__name__,
            "proven",
            **self._of_this_run(),
            canaries=proof.canaries,
            tokens=proof.tokens,
        )
        if state.is_world_process_zero:
            logger.warning(
                "CanaryCallback: %d inserted canaries stand in the training data and would receive loss on all %d "
                "tokens of their secrets; none of the others is there",
                proof.canaries,
                proof.tokens,
            )
        if self.every is not None:
            self._statistic = RankStatistic(model_of(trainer), choose(self.book, self.sample), proof.pairs)

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        if self._statistic is None or self.every is None or state.global_step % self.every:
            return
        trainer = trainer_of(self)
        auc = self._statistic.auc(model_of(trainer))
        if auc is None:
            return
        record(args, state, type(self).__name__, "canary-auc", auc=auc, book=self.book.head.id)
        if not any(isinstance(each, DifferentialPrivacyCallback) for each in trainer.callback_handler.callbacks):
            due = control.should_log
            # Not trainer.log: SFTTrainer's own adds, and forgets, what it has gathered for its next line.
            Trainer.log(trainer, {"canary_auc": auc})
            control.should_log = due  # a line that was due is not taken for written

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        if self._proven is not None:
            record(args, state, type(self).__name__, "saved", **self._of_this_run(), weights=self._marks())

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        if self._proven is not None:
            detail = {**self._of_this_run(), "steps": state.global_step, "weights": self._marks()}
            record(args, state, type(self).__name__, "trained", **detail)

    def _of_this_run(self) -> dict[str, Any]:
        return {"run": self._proven, "book": self.book.head.id, "sha256": self.book.sha256}

    def _marks(self) -> list[str] | None:
        """Of the trained weights as they are now; None where no process holds them whole."""
        trainer = trainer_of(self)
        if trainer.is_deepspeed_enabled or trainer.is_fsdp_enabled:
            return None
        return weight_marks(each for each in model_of(trainer).parameters() if each.requires_grad)

    def _other_book(self, args: TrainingArguments) -> list[Problem]:
        path = evidence_dir(Path(str(args.output_dir))) / CANARY_BOOK
        if not path.exists():
            return []
        try:
            if canary_book.read(path).sha256 == self.book.sha256:
                return []
            what = f"{path.parent.name} holds another canary book than the one that was given"
        except CanaryBookError as error:
            what = str(error)
        return [
            Problem(what, "pass plant_canaries(evidence_dir=output_dir + '.evidence'), or train into a new output_dir")
        ]

    def _sharded(self, trainer: Trainer) -> list[Problem]:
        if self.every is not None and (trainer.is_deepspeed_enabled or trainer.is_fsdp_enabled):
            return [Problem("every=: the weights are sharded, so no process can score a canary", "leave every out")]
        return []

    def _refuse(self, args: TrainingArguments, state: TrainerState, problems: list[Problem]) -> NoReturn:
        record(args, state, type(self).__name__, "refused", problems=[each.what for each in problems])
        raise GuardRefusal(type(self).__name__, problems)
