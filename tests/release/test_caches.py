"""Plain-text copies of the training data outside the folder: found where `datasets` really puts them."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from finewarden.evidence import run_log
from finewarden.release.caches import as_detail, purge, recorded, seen
from finewarden.release.facts import CACHES, GUARD

pytestmark = pytest.mark.training


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`datasets` with a cache of its own."""
    import datasets.config

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    return tmp_path / "cache"


def load(tmp_path: Path, cache: Path) -> object:
    """A JSON file through two steps of preparation, as SFTTrainer prepares it."""
    from datasets import load_dataset
    from datasets.utils.logging import disable_progress_bar

    disable_progress_bar()
    source = tmp_path / "train.jsonl"
    source.write_text("\n".join(json.dumps({"text": f"SECRETMARK {i}"}) for i in range(8)))
    data = load_dataset("json", data_files=str(source), split="train", cache_dir=str(cache))
    return data.map(lambda row: {"a": row["text"]}).map(lambda row: {"b": row["a"]})


def test_every_copy_is_found_and_removed(tmp_path: Path, cache: Path) -> None:
    """The loaded data and each step of its preparation are recorded, and a purge leaves no file with the text."""
    files = seen([load(tmp_path, cache), None])
    log = tmp_path / "run.jsonl"
    run_log.append(log, GUARD, CACHES, files=as_detail(files))
    assert recorded(log) == files
    arrows = [Path(file.path) for file in files if file.path.endswith(".arrow")]
    assert set(arrows) == set(cache.rglob("*.arrow"))
    assert len(arrows) == 3
    assert all(stays is None for _, stays in purge(recorded(log)))
    assert not [path for path in cache.rglob("*") if path.is_file() and b"SECRETMARK" in path.read_bytes()]
    assert recorded(log) == []


def test_cache_stays_usable(tmp_path: Path, cache: Path) -> None:
    """After a purge the same data loads again: `datasets` prepares it anew and does not stumble over what is left."""
    assert all(stays is None for _, stays in purge(seen([load(tmp_path, cache)])))
    assert len(load(tmp_path, cache)) == 8  # type: ignore[arg-type]


def test_only_what_was_recorded(tmp_path: Path, cache: Path) -> None:
    """A file that was written again since, became a link, or is someone's own data stays, and the reason is told."""
    files = seen([load(tmp_path, cache)])
    changed, linked = (Path(file.path) for file in files if Path(file.path).name.startswith("cache-"))
    os.utime(changed, (1, 1))
    linked.unlink()
    linked.symlink_to(tmp_path / "train.jsonl")
    result = {Path(file.path): stays for file, stays in purge(files)}
    assert result.pop(changed) == "was written again after the run recorded it"
    assert result.pop(linked) == "is no Arrow file of its own any more"
    # The prepared data lies in one folder with them.
    assert set(result.values()) == {"other files in its folder need it"}
    assert all(path.exists() for path in (changed, linked, *result))
    assert (tmp_path / "train.jsonl").exists()


def test_own_data_is_not_a_cache(tmp_path: Path, cache: Path) -> None:
    """Data loaded from disk is listed and never removable; what `map` writes beside it is."""
    from datasets import Dataset, load_from_disk

    Dataset.from_list([{"text": "x"}]).save_to_disk(str(tmp_path / "mine"))
    mine = load_from_disk(str(tmp_path / "mine"))
    assert [file.removable for file in seen([mine])] == [False]
    mapped = mine.map(lambda row: {"a": row["text"]})
    assert [file.removable for file in seen([mapped])] == [True]
    assert next(purge(seen([mine])))[1] == "not made by this run"


def test_earlier_runs(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies beside ours that an earlier process made are listed, and are not ours to remove."""
    from finewarden.release import caches

    data = load(tmp_path, cache)
    monkeypatch.setattr(caches, "_PROCESS_BEGAN", 2**40)
    found = {Path(file.path): file.removable for file in seen([data]) if file.path.endswith(".arrow")}
    behind = {Path(entry["filename"]) for entry in data.cache_files}  # type: ignore[attr-defined]
    assert len(found) == 3
    assert {path for path, removable in found.items() if removable} == behind


def test_earlier_record_of_the_same_run(tmp_path: Path, cache: Path) -> None:
    """A second training into the same folder does not forget what the first one made."""
    files = seen([load(tmp_path, cache)])
    log = tmp_path / "run.jsonl"
    run_log.append(log, GUARD, CACHES, files=as_detail(files))
    run_log.append(log, GUARD, CACHES, files=as_detail(replace(file, removable=False) for file in files))
    assert all(file.removable for file in recorded(log))
