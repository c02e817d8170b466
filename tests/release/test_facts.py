"""What a run was, folded from its log."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from finewarden.evidence.model_card import Guard, ModelCard, dump
from finewarden.evidence.run_log import Record
from finewarden.release.facts import BEGIN, END, GUARD, RunFacts, fold, imported_packages, loaded_base

START = datetime(2026, 11, 1, 8, tzinfo=UTC)


def at(minute: int, guard: str, event: str, step: int | None = None, **detail: Any) -> Record:
    """A record *minute* minutes into the run."""
    return Record(time=START + timedelta(minutes=minute), guard=guard, event=event, step=step, detail=detail)


def folded(*records: Record) -> RunFacts:
    """The run of *records*, which must hold one."""
    found = fold(records)
    assert found is not None
    return found


def test_no_run() -> None:
    """A log without a begin knows no run."""
    assert fold([]) is None
    assert fold([at(0, "gradient_clipping", "train-begin", 0)]) is None


def test_one_run() -> None:
    """Start, end, steps and what guards reported, those that began before us too."""
    since = (START - timedelta(minutes=2)).isoformat()
    run = folded(
        at(-5, "other", "old-run"),
        at(-1, "gradient_clipping", "train-begin", 0, max_norm=0.5, coins=[1, 0], seed=7),
        at(0, GUARD, BEGIN, 0, since=since, examples=8, packages={"torch": "2.13"}),
        at(3, "gradient_clipping", "train-end", 3),
        at(4, GUARD, END, 3),
    )
    assert (run.started, run.ended, run.steps, run.examples, run.resumed) == (
        START,
        START + timedelta(minutes=4),
        3,
        8,
        0,
    )
    # Of what a guard wrote down only its settings are public.
    assert run.guards == (
        Guard(name="gradient_clipping", settings={"max_norm": 0.5}, events={"train-begin": 1, "train-end": 1}),
    )
    assert run.unsloth_version is None


def test_resumed() -> None:
    """A run taken up from a checkpoint began when it first began; a later fresh run is another one."""
    resumed = (at(0, GUARD, BEGIN, 0), at(5, GUARD, BEGIN, 2), at(9, GUARD, END, 4))
    run = folded(*resumed)
    assert (run.started, run.resumed, run.steps) == (START, 1, 4)
    later = folded(*resumed, at(20, GUARD, BEGIN, 0))
    assert (later.started, later.resumed, later.ended) == (START + timedelta(minutes=20), 0, None)


def test_resumed_elsewhere() -> None:
    """When the log of the beginning stayed on another machine the checkpoint tells when it was, or nobody does."""
    told = folded(at(5, GUARD, BEGIN, 2, started="2026-10-01T00:00:00+00:00"))
    assert told.started == datetime(2026, 10, 1, tzinfo=UTC)
    assert folded(at(5, GUARD, BEGIN, 2)).started is None


def test_loaded_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Hub id is one; a folder tells an id only from the Hub's cache layout or from a record of ours."""
    base = loaded_base("Qwen/Qwen2-7B", "c" * 40)
    assert base is not None
    assert (base.local, base.id, base.revision) == (False, "Qwen/Qwen2-7B", "c" * 40)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models" / "base").mkdir(parents=True)
    folder = loaded_base("models/base", None)
    assert folder is not None
    assert (folder.local, folder.id) == (True, None)
    assert RunFacts(base=folder).local("models/base")
    assert not RunFacts().local("models/base")
    (tmp_path / "models" / "base" / "model_card.json").write_text(
        dump(ModelCard(written_by="x", release_name="acme/one"))
    )
    again = loaded_base("models/base", None)
    assert again is not None
    assert again.id == "acme/one"
    snapshot = tmp_path / "models--meta-llama--Llama-3.1-8B" / "snapshots" / ("d" * 40)
    snapshot.mkdir(parents=True)
    cached = loaded_base(str(snapshot), None)
    assert cached is not None
    assert (cached.id, cached.revision) == ("meta-llama/Llama-3.1-8B", "d" * 40)
    assert loaded_base(None, None) is None
    assert loaded_base("", None) is None


def test_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what the process has imported is named: Unsloth is no part of a run that merely has it installed."""
    monkeypatch.delitem(sys.modules, "unsloth", raising=False)
    assert "unsloth" not in imported_packages()
    module = ModuleType("unsloth")
    module.__version__ = "2026.10.9"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "unsloth", module)
    assert "unsloth" in imported_packages()
