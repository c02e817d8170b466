"""Plain-text copies of the training data that a run leaves outside its folder: what `datasets` keeps in its cache.

A tokenizing `SFTTrainer` writes one Arrow file a step of its preparation beside the loaded data, and DPO's
`precompute_ref_log_probs` one with each example's log-probabilities, which tell who was in the training set. Only files
that the run itself recorded are ever removed, and only when they are still the ones it recorded.
"""

from __future__ import annotations

import contextlib
import stat
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from finewarden.evidence import run_log
from finewarden.release.facts import CACHES, GUARD

__all__ = ["CacheFile", "as_detail", "purge", "recorded", "seen"]

_PROCESS_BEGAN = time.time()
_INFO = "dataset_info.json"


@dataclass(frozen=True, slots=True)
class CacheFile:
    """One Arrow file as it was recorded; *removable* when it is a copy in a cache and not someone's own data."""

    path: str
    size: int
    mtime_ns: int
    removable: bool


def seen(datasets: Iterable[Any]) -> list[CacheFile]:
    """The Arrow files behind *datasets*, and what this process wrote beside them (earlier steps of the same data).

    Files outside the cache of `datasets` are listed as not removable, except what `map` wrote (`cache-*.arrow`): data
    that was loaded with `load_from_disk` is the user's own.
    """
    found: dict[str, CacheFile] = {}
    root = _cache_root()
    for dataset in datasets:
        for entry in getattr(dataset, "cache_files", None) or ():
            path = Path(entry["filename"]).absolute()
            in_cache = root is not None and path.is_relative_to(root)
            _note(found, path, removable=in_cache or path.name.startswith("cache-"))
            if in_cache:
                for beside in sorted(path.parent.glob("*.arrow")):
                    _note(found, beside, removable=beside.lstat().st_mtime >= _PROCESS_BEGAN)
                # Without its data it would have `load_dataset` fail instead of loading anew.
                _note(found, path.parent / _INFO, removable=True)
    return list(found.values())


def as_detail(files: Iterable[CacheFile]) -> list[dict[str, Any]]:
    """*files* as `run.jsonl` keeps them."""
    return [asdict(file) for file in files]


def recorded(log: Path) -> list[CacheFile]:
    """What the run log names, each path once, the last record of it. Raises RunLogError."""
    found: dict[str, CacheFile] = {}
    for record in run_log.read(log) if log.is_file() else ():
        if record.guard == GUARD and record.event == CACHES:
            for detail in record.detail.get("files", ()):
                _merge(found, CacheFile(**detail))
    return [file for file in found.values() if Path(file.path).exists()]


def purge(files: Iterable[CacheFile]) -> Iterator[tuple[CacheFile, str | None]]:
    """Remove each of *files* that may be removed; yields it with None, or with why it stayed.

    What `map` cached goes file by file. The prepared data set goes with its whole folder or not at all: a folder that
    `datasets` finds without its data is an error to it.
    """
    folders: dict[Path, list[CacheFile]] = {}
    for file in files:
        folders.setdefault(Path(file.path).parent, []).append(file)
    for at, inside in folders.items():
        folder = at
        prepared = [file for file in inside if not Path(file.path).name.startswith("cache-")]
        for file in inside:
            if file not in prepared:
                stays = _stays(file)
                yield file, stays if stays is not None else _remove(Path(file.path))
        kept = {file.path: _stays(file) for file in prepared}
        if any(kept.values()) or not _only(folder, prepared):
            for file in prepared:
                yield file, kept[file.path] or "other files in its folder need it"
        elif prepared:
            # One step takes the folder out of sight; an interruption after it leaves no broken cache.
            gone = folder.with_name(folder.name + ".purged")
            try:
                folder.rename(gone)
            except OSError as error:
                yield from ((file, f"can't be removed ({error.strerror})") for file in prepared)
                continue
            for file in prepared:
                yield file, _remove(gone / Path(file.path).name)
            folder = gone
        with contextlib.suppress(OSError):  # only an empty folder goes; one without data is an error to `datasets` too
            folder.rmdir()


def _stays(file: CacheFile) -> str | None:
    """Why *file* must stay; None when it is what was recorded and may go."""
    path = Path(file.path)
    try:
        now = path.lstat()
    except OSError as error:
        return f"can't be found ({error.strerror})"
    if not file.removable:
        return "not made by this run"
    if not stat.S_ISREG(now.st_mode) or (path.suffix != ".arrow" and path.name != _INFO):
        return "is no Arrow file of its own any more"
    if (now.st_size, now.st_mtime_ns) != (file.size, file.mtime_ns):
        return "was written again after the run recorded it"
    return None


def _only(folder: Path, files: list[CacheFile]) -> bool:
    """Whether *folder*, a part of a `datasets` cache, holds *files* and nothing else."""
    here = {entry.name for entry in folder.iterdir()} if folder.is_dir() else set()
    return _INFO in here and here == {Path(file.path).name for file in files}


def _remove(path: Path) -> str | None:
    try:
        path.unlink()
    except OSError as error:
        return f"can't be removed ({error.strerror})"
    return None


def _merge(found: dict[str, CacheFile], file: CacheFile) -> None:
    """Note *file*; what an earlier record of the very same file allowed stays allowed."""
    before = found.get(file.path)
    if before is not None and (before.size, before.mtime_ns) == (file.size, file.mtime_ns) and before.removable:
        file = before
    found[file.path] = file


def _note(found: dict[str, CacheFile], path: Path, *, removable: bool) -> None:
    with contextlib.suppress(OSError):
        now = path.lstat()
        _merge(found, CacheFile(str(path), now.st_size, now.st_mtime_ns, removable))


def _cache_root() -> Path | None:
    """Where this process's `datasets` keeps its cache; None when it was never imported."""
    config = sys.modules.get("datasets.config")
    return Path(config.HF_DATASETS_CACHE).absolute() if config is not None else None
