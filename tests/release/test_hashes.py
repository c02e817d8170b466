"""The integrity manifest: what is hashed, what is not, and that hashes are right."""

from __future__ import annotations

import hashlib
from pathlib import Path

from finewarden.release.hashes import commitment, hash_folder, is_hashed, published


def test_hash_folder(tmp_path: Path) -> None:
    """Every file that would be published has its SHA-256 and size, sub-folders too, in pieces of any length."""
    big = bytes(range(256)) * 10_000
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "model.safetensors").write_bytes(big)
    (tmp_path / "config.json").write_bytes(b"{}")
    (tmp_path / "empty").touch()
    found = hash_folder(tmp_path)
    assert set(found) == {"sub/model.safetensors", "config.json", "empty"}
    assert found["sub/model.safetensors"].sha256 == hashlib.sha256(big).hexdigest()
    assert found["sub/model.safetensors"].bytes == len(big)
    assert found["empty"].bytes == 0


def test_not_published(tmp_path: Path) -> None:
    """Generated texts, version control, caches, leftovers and links are not hashed."""
    for rel in (
        "README.md",
        "model_card.md",
        "model_card.json",
        ".git/config",
        ".cache/x",
        "checkpoint-1/a",
        "optimizer.pt",
    ):
        assert not is_hashed(rel)
        (tmp_path / rel).parent.mkdir(exist_ok=True)
        (tmp_path / rel).write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "README.md")
    (tmp_path / "folder").symlink_to(tmp_path / ".git")
    assert list(published(tmp_path)) == []
    assert is_hashed("sub/README.md")


def test_commitment_of_a_growing_log(tmp_path: Path) -> None:
    """A log that only grew still answers to its commitment; one that was changed does not."""
    log = tmp_path / "run.jsonl"
    log.write_text("one\n")
    bound = commitment(log)
    log.write_text("one\ntwo\n")
    assert commitment(log, bound.bytes) == bound
    log.write_text("onE\ntwo\n")
    assert commitment(log, bound.bytes) != bound
    log.write_text("on")
    assert commitment(log, bound.bytes) != bound
