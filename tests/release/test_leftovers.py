"""What training leaves behind: known by name, moved whole, never deleted."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from finewarden.release.leftovers import is_leftover, move
from finewarden.release.own_folder import FolderError


@pytest.mark.parametrize(
    "rel",
    [
        "training_args.bin",
        "optimizer.pt",
        "rng_state_0.pth",
        "trainer_state.json",
        "checkpoint-10/model.safetensors",
        "runs/Nov22_host/events.out.tfevents.1.host.2",
        "events.out.tfevents.1.host.2",
        "completions/completions_00001.parquet",
        "unsloth_compiled_cache/UnslothSFTTrainer.py",
        "notes.ipynb",
        ".model_card.md.abcd.tmp",
    ],
)
def test_leftovers(rel: str) -> None:
    """Trainer's, trackers' and Unsloth's own files are leftovers."""
    assert is_leftover(rel)


@pytest.mark.parametrize(
    "rel",
    [
        "model.safetensors",
        "pytorch_model.bin",
        "adapter_config.json",
        "all_results.json",
        "1_Pooling/config.json",
        "sub/optimizer.pt",
        "README.md",
    ],
)
def test_parts_of_a_model(rel: str) -> None:
    """Model, tokenizer and result files stay, wherever they lie; a sub-folder is not searched for leftovers."""
    assert not is_leftover(rel)


def test_move(tmp_path: Path) -> None:
    """Each leftover is renamed with all that is in it; a link goes as a link and its target stays."""
    out, to, outside = tmp_path / "out", tmp_path / "to", tmp_path / "outside"
    (out / "checkpoint-1" / "deep").mkdir(parents=True)
    (out / "checkpoint-1" / "deep" / "a").write_text("a")
    (out / "model.safetensors").write_text("m")
    (out / "runs.txt").write_text("mine")
    outside.mkdir()
    (out / "wandb").symlink_to(outside)
    moved = move(out, to)
    assert [entry.name for entry in moved] == ["checkpoint-1", "wandb"]
    assert (to / "checkpoint-1" / "deep" / "a").read_text() == "a"
    assert (to / "wandb").is_symlink()
    assert outside.is_dir()
    assert {path.name for path in out.iterdir()} == {"model.safetensors", "runs.txt"}
    assert move(out, to) == []


def test_other_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a rename can't be one step nothing is copied: the error says what to do by hand."""

    def refuse(self: Path, target: Path) -> Path:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "optimizer.pt").write_text("x")
    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(FolderError, match="by hand"):
        move(tmp_path / "out", tmp_path / "to")
    assert (tmp_path / "out" / "optimizer.pt").exists()
