"""SHA-256 of every file that a release publishes."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from finewarden.evidence.model_card import MODEL_CARD, Commitment, FileHash
from finewarden.release.leftovers import is_leftover

__all__ = ["NOT_HASHED", "commitment", "hash_files", "hash_folder", "hash_stream", "is_hashed", "published"]

# The record can't hold its own hash, and people go on writing in the other two.
NOT_HASHED = ("README.md", "model_card.md", MODEL_CARD)
# What version control and the Hub's client keep beside the files, and what their upload leaves out.
_NOT_PUBLISHED = (".git", ".gitattributes", ".gitignore", ".cache", ".DS_Store")
_PIECE = 2**20


def is_hashed(rel: str) -> bool:
    """Whether the record holds a hash of *rel* (posix, relative to the model folder)."""
    return rel not in NOT_HASHED and rel.partition("/")[0] not in _NOT_PUBLISHED and not is_leftover(rel)


def published(folder: Path) -> Iterator[tuple[str, Path]]:
    """Each regular file of *folder* that is hashed, by its posix path; links are neither followed nor listed."""
    for at, folders, files in os.walk(folder):
        here = Path(at).relative_to(folder)
        folders[:] = sorted(name for name in folders if is_hashed((here / name).as_posix()) and not _is_link(at, name))
        for name in sorted(files):
            rel, path = (here / name).as_posix(), Path(at) / name
            if is_hashed(rel) and not path.is_symlink() and path.is_file():
                yield rel, path


def hash_files(files: Mapping[str, Callable[[], AbstractContextManager[BinaryIO]]]) -> dict[str, FileHash]:
    """The hash of what each function opens, by the same keys; several files at a time, in bounded memory."""
    with ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1)) as pool:
        return dict(zip(files, pool.map(_hash_opened, files.values()), strict=True))


def hash_folder(folder: Path, put: Mapping[str, bytes] | None = None) -> dict[str, FileHash]:
    """The hash of every published file of *folder*, as it will be with the contents of *put* written to it.

    Raises OSError for a file that can't be read.
    """
    opened: dict[str, Callable[[], AbstractContextManager[BinaryIO]]] = {
        rel: partial(_opened, path) for rel, path in published(folder)
    }
    opened |= {name: partial(io.BytesIO, content) for name, content in (put or {}).items() if is_hashed(name)}
    return hash_files(dict(sorted(opened.items())))


def hash_stream(stream: BinaryIO, limit: int | None = None) -> FileHash:
    """The hash of *stream* from here on, at most *limit* bytes of it."""
    digest, size = hashlib.sha256(), 0
    while limit is None or size < limit:
        piece = stream.read(_PIECE if limit is None else min(_PIECE, limit - size))
        if not piece:
            break
        digest.update(piece)
        size += len(piece)
    return FileHash(sha256=digest.hexdigest(), bytes=size)


def commitment(path: Path, size: int | None = None) -> Commitment:
    """What binds the private file *path*, or its first *size* bytes. Raises OSError."""
    with path.open("rb") as stream:
        found = hash_stream(stream, size)
    return Commitment(sha256=found.sha256, bytes=found.bytes)


def _hash_opened(opened: Callable[[], AbstractContextManager[BinaryIO]]) -> FileHash:
    with opened() as stream:
        return hash_stream(stream)


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")


def _is_link(folder: str, name: str) -> bool:
    return (Path(folder) / name).is_symlink()
