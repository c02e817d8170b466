"""CanaryCallback on real trainings: what it writes down, beside which guards, and where it refuses."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from datasets import Dataset

from finewarden.artifacts.folder import Folder
from finewarden.artifacts.tensor_values import tensor_marks
from finewarden.callbacks import (
    ActivationGuardCallback,
    CanaryCallback,
    DifferentialPrivacyCallback,
    GradientClippingCallback,
    GuardRefusal,
    plant_canaries,
)
from finewarden.evidence import canary_book
from finewarden.evidence.run_log import Record
from tests.callbacks.canaries.records import chats, texts
from tests.callbacks.runs import Runs

pytestmark = pytest.mark.training

ADAPTER = "adapter_model.safetensors"


def planted(base_model: Path, folder: Path, rows: Any = None, **settings: Any) -> Any:
    from transformers import AutoTokenizer

    given = {"count": 14, "stress": {2: 1}, "references": 9, "seed": 3, **settings}
    return plant_canaries(
        Dataset.from_list(rows or texts()),
        tokenizer=AutoTokenizer.from_pretrained(base_model),
        evidence_dir=folder,
        **given,
    )


def test_proof_is_written_down_once_a_run(
    base_model: Path, runs: Runs, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Which book, how many canaries, how many tokens; no secret, and nothing of what was drawn."""
    data, book = planted(base_model, tmp_path / "out.evidence", chats())
    with caplog.at_level(logging.WARNING):
        runs.train("sft", [CanaryCallback(book)], train_dataset=data)

    [proven, trained] = runs.records("CanaryCallback")
    assert (proven.event, trained.event) == ("proven", "trained")
    assert proven.step == 0
    assert proven.detail["book"] == book.head.id
    assert proven.detail["sha256"] == book.sha256
    assert proven.detail["canaries"] == len(book.inserted)
    assert set(proven.detail) == {"run", "book", "sha256", "canaries", "tokens"}
    assert {name: trained.detail[name] for name in ("run", "book", "sha256")} == {
        name: proven.detail[name] for name in ("run", "book", "sha256")
    }
    assert trained.detail["steps"] == 3
    log = (tmp_path / "out.evidence" / "run.jsonl").read_text(encoding="utf-8") + caplog.text
    assert not any(each.secret in log for each in book.canaries)


def test_book_is_brought_to_the_evidence_of_the_run(base_model: Path, runs: Runs, tmp_path: Path) -> None:
    """Planted elsewhere, the book is where the audits look for it; another one there is refused, not replaced."""
    data, book = planted(base_model, tmp_path / "elsewhere.evidence")
    runs.train("sft", [CanaryCallback(book)], train_dataset=data)
    path = tmp_path / "out.evidence" / "canaries.jsonl"
    assert canary_book.read(path) == book

    others, other = planted(base_model, tmp_path / "third.evidence", seed=8)
    with pytest.raises(GuardRefusal, match="another canary book"):
        runs.train("sft", [CanaryCallback(other)], train_dataset=others)
    assert canary_book.read(path) == book


@pytest.mark.parametrize("first", ["canaries", "privacy"])
def test_beside_differential_privacy(first: str, base_model: Path, runs: Runs, tmp_path: Path) -> None:
    """In either order; the size that privacy is told does not depend on the coins, and the log tells nothing."""
    rows = [{**row, "who": f"user{i}"} for i, row in enumerate(texts())]
    data, book = planted(base_model, tmp_path / "out.evidence", rows, unit_column="who")
    privacy = DifferentialPrivacyCallback(
        noise_multiplier=1.0, delta=1e-4, expected_batch_size=4, dataset_size=book.dataset_size
    )
    canaries = CanaryCallback(book, every=1, sample=6)
    callbacks = [canaries, privacy] if first == "canaries" else [privacy, canaries]
    trainer = runs.train("sft", callbacks, lora=True, train_dataset=data, max_steps=2)

    assert [each.event for each in runs.records("CanaryCallback")] == ["proven", "canary-auc", "canary-auc", "trained"]
    assert not any("canary_auc" in line for line in trainer.state.log_history)
    assert runs.saved("privacy_ledger.json")


def test_units_of_canaries_reach_the_private_run(base_model: Path, runs: Runs, tmp_path: Path) -> None:
    """With a column as unit, each row of a canary is bounded by itself."""
    rows = [{**row, "who": f"user{i % 9}"} for i, row in enumerate(texts())]
    data, book = planted(base_model, tmp_path / "out.evidence", rows, unit_column="who")
    privacy = DifferentialPrivacyCallback(
        noise_multiplier=1.0, delta=1e-4, expected_batch_size=4, dataset_size=book.dataset_size, unit="who",
        max_rows_per_unit=5,
    )  # fmt: skip
    trainer = runs.train("sft", [CanaryCallback(book), privacy], train_dataset=data, max_steps=1)

    units = set(trainer.train_dataset["who"])
    assert len(units) == 9 + sum(each.repetitions for each in book.canaries) <= book.dataset_size


def test_beside_the_other_guards_and_a_resume(base_model: Path, runs: Runs, tmp_path: Path) -> None:
    """Planting again and resuming proves the same data again, under guards that look at each forward pass."""
    for resume, steps in ((False, 2), (True, 4)):
        data, book = planted(base_model, tmp_path / "out.evidence")
        guards = [
            CanaryCallback(book, every=2, sample=6),
            ActivationGuardCallback(),
            GradientClippingCallback(max_norm=1.0),
        ]
        trainer = runs.trainer(
            "sft", guards, lora=True, train_dataset=data, max_steps=steps, save_strategy="steps", save_steps=2
        )
        trainer.train(resume_from_checkpoint=resume or None)
    seen = [(each.event, each.step) for each in runs.records("CanaryCallback")]
    once = ["proven", "canary-auc", "saved", "trained"]
    assert [event for event, _ in seen] == [*once, *once]
    assert [step for _, step in seen] == [0, 2, 2, 2, 2, 4, 4, 4]
    assert_saved_are_marked(tmp_path / "out", runs.records("CanaryCallback"))


def assert_saved_are_marked(folder: Path, records: list[Record]) -> None:
    """Marks of each save are those of its file; training moved them."""
    marks = {}
    for step in (2, 4):
        [file] = [each for each in Folder.open(folder / f"checkpoint-{step}").files if each.rel == ADAPTER]
        found = tensor_marks(Folder.open(folder / f"checkpoint-{step}"), file)
        marks[step] = sorted(str(tensor.mark) for tensor in found)
    written = [(each.step, each.detail["weights"]) for each in records if each.event == "saved"]
    assert written == [(2, marks[2]), (4, marks[4])]
    assert [each.detail["weights"] for each in records if each.event == "trained"] == [marks[2], marks[4]]
    assert marks[2] != marks[4]


def test_arguments_are_checked(base_model: Path, tmp_path: Path) -> None:
    """Each error names the argument, what it got, and what to write."""
    data, book = planted(base_model, tmp_path / "o.evidence")
    with pytest.raises(TypeError, match="book: got Dataset"):
        CanaryCallback(data)
    with pytest.raises(ValueError, match="every: got 0"):
        CanaryCallback(book, every=0)
    with pytest.raises(ValueError, match="sample: got 1"):
        CanaryCallback(book, sample=1)
