"""Hashes are those of the bytes, several at a time, with progress told."""

from __future__ import annotations

import hashlib

from finewarden.artifacts.folder import Folder, UnreadableFile
from finewarden.artifacts.hashing import hash_files
from tests.artifacts.conftest import Make


def test_hashes_are_sha256_of_the_bytes(make: Make) -> None:
    """Every file's digest is hashlib's own, and the progress adds up to the bytes."""
    contents = {f"{i}.bin": bytes([i]) * (i * 700_000) for i in range(9)}
    folder = make(dict(contents))
    told: list[int] = []
    hashes = hash_files(folder, folder.files, progress=told.append)
    assert hashes == {rel: hashlib.sha256(data).hexdigest() for rel, data in contents.items()}
    assert sum(told) == sum(map(len, contents.values()))


def test_a_file_that_went_is_a_reason(make: Make) -> None:
    """A file that can't be read any more is a reason among the others' hashes."""
    folder: Folder = make({"a": "1", "b": "2"})
    folder.files[0].path.unlink()
    hashes = hash_files(folder, folder.files)
    assert isinstance(hashes["a"], UnreadableFile)
    assert hashes["b"] == hashlib.sha256(b"2").hexdigest()
