"""Which files decide what a model says, and their hashes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from finewarden.evidence.model_files import ModelFilesError, combined, digests, loaded_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model folder with what loading reads and what it does not."""
    out = tmp_path / "out"
    (out / "additional_chat_templates").mkdir(parents=True)
    for name in ("model.safetensors", "config.json", "tokenizer.json", "additional_chat_templates/tool.jinja"):
        (out / name).write_text(name)
    for name in ("README.md", "model_card.json", "training_args.bin", "trainer_state.json"):
        (out / name).write_text(name)
    return out


def test_weights_tokenizer_and_templates_are_hashed(folder: Path) -> None:
    """What loading reads is bound; cards and training leftovers may change afterwards."""
    found = digests(folder)
    assert sorted(found) == [
        "additional_chat_templates/tool.jinja",
        "config.json",
        "model.safetensors",
        "tokenizer.json",
    ]
    assert found["config.json"] == hashlib.sha256(b"config.json").hexdigest()


def test_links_are_refused_in_a_release_and_followed_in_a_cache(folder: Path, tmp_path: Path) -> None:
    """A release holds its own bytes; the Hugging Face cache is made of links."""
    (folder / "config.json").rename(tmp_path / "blob")
    (folder / "config.json").symlink_to(tmp_path / "blob")
    with pytest.raises(ModelFilesError, match=r"config\.json is a link"):
        loaded_files(folder)
    assert digests(folder, follow=True)["config.json"] == hashlib.sha256(b"config.json").hexdigest()


def test_a_pipe_does_not_hang(folder: Path) -> None:
    """A named pipe in the place of weights is refused without being opened."""
    (folder / "model.safetensors").unlink()
    os.mkfifo(folder / "model.safetensors")
    with pytest.raises(ModelFilesError, match="no regular file"):
        digests(folder)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A missing folder is an error of its own, not an empty set of files."""
    with pytest.raises(ModelFilesError, match="can't be listed"):
        digests(tmp_path / "none")


def test_the_combined_hash_is_of_names_and_contents() -> None:
    """Order does not matter; a swapped name does."""
    assert combined({"a": "1", "b": "2"}) == combined({"b": "2", "a": "1"})
    assert combined({"a": "1", "b": "2"}) != combined({"a": "2", "b": "1"})
