"""ReleaseCardCallback: a run writes down what it was, and nothing it saves carries a token or a path of this machine.

An observer: it changes nothing of the training. A callback alone comes too late for what it is about: Trainer writes
and pushes files between events, and `create_model_card` rewrites README.md with each push. The writers themselves
(`Trainer._save`, `Trainer.create_model_card`) are therefore followed up, on this one trainer.
"""

from __future__ import annotations

import functools
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from transformers import Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer_callback import ExportableState

from finewarden.callbacks.evidence import record
from finewarden.callbacks.trainer_of import trainer_of
from finewarden.evidence.directory import RUN_LOG, evidence_dir
from finewarden.evidence.run_log import RunLogError
from finewarden.policy import Policy
from finewarden.release import caches, facts, hashes
from finewarden.release.facts import BEGIN, CACHES, END, GUARD, LoadedBase
from finewarden.release.finalize import resolve_policy
from finewarden.release.missing import Missing
from finewarden.release.publish import clean_paths, publish
from finewarden.release.training_args import redact_pickled

__all__ = ["ReleaseCardCallback"]

logger = logging.getLogger(__name__)

_FOLLOWED = "_finewarden_followed"
# What a checkpoint may tell: the record says the same in public. The rest of a policy is nobody's business.
_PUBLIC = ("base_model", "release_name", "license", "form", "sources")


class ReleaseCardCallback(TrainerCallback, ExportableState):
    """Writes model_card.json, model_card.md and README.md beside every model this trainer saves.

    *policy*: a `finewarden.policy.Policy`, the path of its file, or None for the nearest `finewarden.toml` or
    `pyproject.toml` from the current folder upwards. Raises PolicyError when it can't be read.

    From the first event on, `training_args.bin` is written without the Hub token and without local paths, and
    adapter_config.json names the base model by its id. `finalize` completes the folder: hashes, LICENSE, leftovers.
    """

    def __init__(self, policy: Policy | Path | str | Mapping[str, Any] | None = None) -> None:
        if isinstance(policy, Mapping):  # from a checkpoint, see `state`
            policy = Policy.model_validate_json(json.dumps(dict(policy)))
        self.policy = resolve_policy(policy)
        self.started: str | None = None
        self._since: str | None = None

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps, so that a resumed run knows when it really began."""
        public = self.policy.model_dump(mode="json", include=set(_PUBLIC), exclude_none=True)
        return {"args": {"policy": public}, "attributes": {"started": self.started}}

    def on_init_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """From here on nothing pickles the arguments as they are."""
        redact_pickled(args)
        self._since = _now()

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Write down what is trained, on what, with which packages."""
        trainer = trainer_of(self)
        self.follow(trainer)
        self._take_up(state)
        base = _loaded(trainer.model)
        record(
            args,
            state,
            GUARD,
            BEGIN,
            started=self.started,
            since=self._since,
            examples=_length(trainer.train_dataset),
            packages=facts.imported_packages(),
            base={"written": base.written, "local": base.local, "id": base.id, "revision": base.revision}
            if base
            else None,
        )

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Write down how it ended and what it left outside the folder; then the release files."""
        trainer = trainer_of(self)
        left = caches.seen(_datasets(trainer))
        record(args, state, GUARD, CACHES, files=caches.as_detail(left))
        record(args, state, GUARD, END)
        self._since = _now()
        if state.is_world_process_zero:
            missing = self._publish(trainer, Path(str(args.output_dir)))
            if missing:
                told = "".join(f"\n  * {each.what}\n    -> {each.mend}" for each in missing)
                logger.warning("the release in %s still lacks:%s", args.output_dir, told)

    def follow(self, trainer: Trainer) -> None:
        """Complete what *trainer* writes from now on: each saved model, each model card. Done once for a trainer."""
        redact_pickled(trainer.args)
        self._since = self._since or _now()
        for name, folder_of in (("_save", _saved_folder), ("create_model_card", _output_folder)):
            method = getattr(trainer, name)
            if not getattr(method, _FOLLOWED, False):
                setattr(trainer, name, _followed(trainer, method, folder_of))

    def _take_up(self, state: TrainerState) -> None:
        name = type(self).__name__
        known = state.stateful_callbacks
        saved = known.get(name) if isinstance(known, dict) else None
        saved = saved[0] if isinstance(saved, list) and saved else saved
        if not state.global_step:
            self.started = _now()
        elif self.started is None and isinstance(saved, dict):
            self.started = saved.get("attributes", {}).get("started")
        if isinstance(known, dict):
            # Trainer._save_checkpoint takes it for given that the resumed checkpoint knew this callback.
            known.setdefault(name, self.state())

    def _publish(self, trainer: Trainer, folder: Path) -> list[Missing]:
        """Write the release files into *folder*; hashes only when training is over, for a model then stays as it is."""
        if not folder.is_dir():
            return []
        try:
            run = facts.read(evidence_dir(Path(str(trainer.args.output_dir))) / RUN_LOG)
        except RunLogError as error:
            return [Missing(str(error), "move that file away: it is no run log")]
        cleaned = clean_paths(folder, self.policy, run)
        files = None
        if not trainer.is_in_train and any(folder.glob("*.safetensors")):
            files = hashes.hash_folder(folder)
        outcome = publish(folder, self.policy, run, files=files)
        return cleaned.missing + outcome.missing


def _followed(
    trainer: Trainer, method: Callable[..., Any], folder_of: Callable[[Trainer, tuple[Any, ...], dict[str, Any]], Path]
) -> Callable[..., Any]:
    @functools.wraps(method)
    def write(*args: Any, **kwargs: Any) -> Any:
        done = method(*args, **kwargs)
        # Looked up each time: a resumed trainer may have replaced its callbacks.
        ours = next((c for c in trainer.callback_handler.callbacks if isinstance(c, ReleaseCardCallback)), None)
        if ours is not None and trainer.is_world_process_zero():
            ours._publish(trainer, folder_of(trainer, args, kwargs))
        return done

    setattr(write, _FOLLOWED, True)
    return write


def _saved_folder(trainer: Trainer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Path:
    """Where `Trainer._save(output_dir=None, state_dict=None)` wrote."""
    given = args[0] if args else kwargs.get("output_dir")
    return Path(str(given if given is not None else trainer.args.output_dir))


def _output_folder(trainer: Trainer, *_: Any) -> Path:
    """Where `Trainer.create_model_card` wrote."""
    return Path(str(trainer.args.output_dir))


def _loaded(model: Any) -> LoadedBase | None:
    """What the base model was loaded from: PEFT knows for an adapter, else the configuration does."""
    config = getattr(model, "config", None)
    written = getattr(config, "_name_or_path", None)
    adapters = getattr(model, "peft_config", None)
    if isinstance(adapters, Mapping) and adapters:
        written = getattr(next(iter(adapters.values())), "base_model_name_or_path", None) or written
    return facts.loaded_base(written, getattr(config, "_commit_hash", None))


def _datasets(trainer: Trainer) -> Iterable[Any]:
    for dataset in (trainer.train_dataset, trainer.eval_dataset):
        yield from dataset.values() if isinstance(dataset, Mapping) else (dataset,)


def _length(dataset: Any) -> int | None:
    try:
        return len(dataset)
    except TypeError:  # an iterable data set has no length
        return None


def _now() -> str:
    return datetime.now(UTC).isoformat()
