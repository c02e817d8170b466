"""What a training run is known to have been: written into `run.jsonl` while it runs, folded into one record after it.

`run.jsonl` is private: it may name folders of this machine, which `RunFacts.loaded` and the cache files need.
"""

from __future__ import annotations

import platform
import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from finewarden import __version__
from finewarden.evidence import run_log
from finewarden.evidence.model_card import MODEL_CARD, Guard, ModelCardError, parse
from finewarden.evidence.run_log import Record
from finewarden.licensing.base.names import is_hub_id, is_local
from finewarden.release import own_folder
from finewarden.release.own_folder import FolderError

__all__ = [
    "BEGIN",
    "CACHES",
    "END",
    "GUARD",
    "LoadedBase",
    "RunFacts",
    "fold",
    "imported_packages",
    "loaded_base",
    "read",
]

GUARD = "release_card"
BEGIN, CACHES, END = "train-begin", "caches", "train-end"
_PACKAGES = (
    "torch",
    "transformers",
    "trl",
    "peft",
    "unsloth",
    "unsloth_zoo",
    "datasets",
    "accelerate",
    "bitsandbytes",
    "deepspeed",
    "opacus",
)
# What of a guard's private log is public: how it was set, by name. The rest may hold secrets and coins.
# None of the private callback's settings depends on the data.
_SETTINGS = (
    "max_norm",
    "on_violation",
    "dataset_size",
    "delta",
    "engine",
    "expected_batch_size",
    "max_grad_norm",
    "max_rows_per_unit",
    "noise_multiplier",
    "slots",
    "target_epsilon",
    "unit",
)
# Where huggingface_hub keeps a snapshot: the folder tells repository and commit.
_SNAPSHOT = re.compile(r"models--(?P<id>[^/\\]+)[/\\]snapshots[/\\](?P<revision>[0-9a-f]{40})(?:[/\\]|$)")


@dataclass(frozen=True, slots=True)
class LoadedBase:
    """The base model as it was loaded. *written* is what the script said: a Hub id, or a folder when *local*."""

    written: str
    local: bool
    id: str | None
    revision: str | None


@dataclass(frozen=True)
class RunFacts:
    """One run, taken up again from checkpoints or not. None and empty mean not known."""

    started: datetime | None = None
    ended: datetime | None = None
    steps: int | None = None
    examples: int | None = None
    resumed: int = 0
    base: LoadedBase | None = None
    unsloth_version: str | None = None
    packages: dict[str, str] = field(default_factory=dict)
    guards: tuple[Guard, ...] = ()

    def local(self, name: str) -> bool:
        """Whether *name* is a folder of the machine that trained: by its looks, or because the run loaded it so."""
        return is_local(name) or (self.base is not None and self.base.local and name == self.base.written)


def imported_packages() -> dict[str, str]:
    """Versions of the training packages that this process has imported, Python's and ours. Nothing is imported."""
    found = {"python": platform.python_version(), "finewarden": __version__}
    for name in _PACKAGES:
        if name in sys.modules:
            try:
                found[name] = metadata.version(name.replace("_", "-"))
            except metadata.PackageNotFoundError:  # a source tree on sys.path
                found[name] = str(getattr(sys.modules[name], "__version__", "unknown"))
    return found


def loaded_base(written: str | None, revision: str | None) -> LoadedBase | None:
    """What is known of the model that was loaded as *written*; None when it was made, not loaded."""
    if not written:
        return None
    folder = Path(written)
    if not folder.is_dir() and not is_local(written):
        return LoadedBase(written, local=False, id=written if is_hub_id(written) else None, revision=revision)
    snapshot = _SNAPSHOT.search(str(folder.absolute()))
    if snapshot:
        name = snapshot["id"].replace("--", "/", 1)
        return LoadedBase(written, local=True, id=name, revision=snapshot["revision"])
    return LoadedBase(written, local=True, id=_recorded_name(folder), revision=None)


def read(path: Path) -> RunFacts | None:
    """The last run of the run log *path*; None when there is no log or it knows no run. Raises RunLogError."""
    if not path.is_file():
        return None
    return fold(run_log.read(path))


def fold(records: Iterable[Record]) -> RunFacts | None:
    """The last run of *records*: from its first begin at step 0 on, through every time it was taken up again."""
    records = list(records)
    begins = [record for record in records if record.guard == GUARD and record.event == BEGIN]
    if not begins:
        return None
    fresh = max((number for number, begin in enumerate(begins) if not begin.step), default=0)
    begins = begins[fresh:]
    first, last = begins[0], begins[-1]
    since = _time(first.detail.get("since")) or first.time
    ends = [r for r in records if r.guard == GUARD and r.event == END and r.time >= first.time]
    resumed = sum(1 for begin in begins if begin.step)
    return RunFacts(
        # A run that was resumed on another machine left its beginning there; the checkpoint may know when it was.
        started=_time(first.detail.get("started")) or (None if first.step else first.time),
        ended=ends[-1].time if ends else None,
        steps=ends[-1].step if ends else None,
        examples=_int(last.detail.get("examples")),
        resumed=resumed,
        base=_base(last.detail.get("base")),
        unsloth_version=_text(last.detail.get("packages", {}).get("unsloth")),
        packages={str(k): str(v) for k, v in last.detail.get("packages", {}).items()},
        guards=_guards(record for record in records if record.time >= since),
    )


def _guards(records: Iterable[Record]) -> tuple[Guard, ...]:
    events: dict[str, Counter[str]] = {}
    settings: dict[str, dict[str, float | str]] = {}
    for record in records:
        if record.guard == GUARD:
            continue
        events.setdefault(record.guard, Counter())[record.event] += 1
        known = settings.setdefault(record.guard, {})
        for key in _SETTINGS:
            if isinstance(value := record.detail.get(key), int | float | str):
                known[key] = value
    return tuple(
        Guard(name=name, settings=settings[name], events=dict(sorted(found.items())))
        for name, found in sorted(events.items())
    )


def _base(detail: Any) -> LoadedBase | None:
    if not isinstance(detail, dict) or not isinstance(detail.get("written"), str):
        return None
    return LoadedBase(
        detail["written"], bool(detail.get("local")), _text(detail.get("id")), _text(detail.get("revision"))
    )


def _recorded_name(folder: Path) -> str | None:
    """What a release of ours in *folder* calls itself."""
    try:
        text = own_folder.read_text(folder / MODEL_CARD)
        return parse(text).release_name if text else None
    except (FolderError, ModelCardError):
        return None


def _time(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    found = datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _int(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
